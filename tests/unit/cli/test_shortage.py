"""A machine that is full is no defect of the lab."""

import errno
import re

import pytest

from lab.cli import root
from lab.cli.shortage import shortage


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "evidence/x"), "evidence/x: no room is left on the disk"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "no room is left on the disk"),
        (MemoryError(), "no more memory or processes"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "no more memory or processes"),
        (RuntimeError("can't start new thread"), "no more memory or processes"),
    ],
)
def test_shortage_is_named(error, told):
    assert told in str(shortage(error))


@pytest.mark.parametrize("error", [RuntimeError("else"), OSError(errno.ENOENT, "No such file"), KeyError("x")])
def test_a_defect_stays_one(error):
    assert shortage(error) is None


@pytest.mark.parametrize(
    ("error", "told"),
    [(MemoryError(), r"error: this machine gives no more"), (KeyError("x"), r"internal error: KeyError")],
)
def test_what_the_person_reads(error, told, monkeypatch, capsys):
    def fail(**_):
        raise error

    monkeypatch.setattr(root.lab, "main", fail)
    with pytest.raises(SystemExit) as stopped:
        root.main([])
    assert stopped.value.code == 2
    assert re.match(told, capsys.readouterr().err)
