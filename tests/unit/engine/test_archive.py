from __future__ import annotations

import io
import tarfile

import pytest

from lab.engine.archive import pack, unpack_one


def test_files_come_back_with_their_folders_and_mode():
    packed = pack({"/etc/sanso/a": b"one", "b": b"two"}, mode=0o755)
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        found = {entry.name: entry for entry in tar}
        assert list(found) == ["etc", "etc/sanso", "etc/sanso/a", "b"]
        assert found["b"].mode == 0o755
        assert found["etc"].isdir()


def test_same_files_same_bytes():
    assert pack({"a": b"1", "b": b"2"}) == pack({"b": b"2", "a": b"1"})


def test_one_file_is_read_from_an_archive_in_pieces():
    packed = pack({"plan.json": b"{}"})
    assert unpack_one([packed[:100], packed[100:]]) == b"{}"


def test_an_archive_without_a_file_is_an_error():
    with pytest.raises(FileNotFoundError):
        unpack_one([pack({})])
