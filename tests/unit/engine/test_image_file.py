"""An image's file: what is taken, and everything that is refused before the engine hears of it."""

import gzip
import io
import json
import tarfile
from hashlib import sha256

import pytest

from lab.engine import images, recipe
from lab.engine.image_file import compressed, described
from lab.errors import BadInput, LabError
from lab.plan import Image
from lab.record.progress import silent

TAG = "sanso-host:0123456789ab"
LAYERS = [b"layer one " * 100, b"layer two " * 300_000]  # the second is more than a megabyte


def digest(content):
    return sha256(content).hexdigest()


def config(layers=LAYERS, labels=None):
    return json.dumps({
        "config": {"Labels": {"sanso.image": "host"} if labels is None else labels},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(layer)}" for layer in layers]},
    }).encode()  # fmt: skip


def archive(members, links=()):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        for name, target in links:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
    return buffer.getvalue()


def old_style(tags=(TAG,), described_as=None, layers=LAYERS, more=()):
    """As engines up to 24 save it."""
    about = described_as or config()
    names = [f"{number}/layer.tar" for number in range(len(layers))]
    manifest = [{"Config": f"{digest(about)}.json", "RepoTags": list(tags), "Layers": names}]
    return {
        f"{digest(about)}.json": about, **dict(zip(names, layers, strict=True)),
        "manifest.json": json.dumps([*manifest, *more]).encode(),
    }  # fmt: skip


def blobs():
    """As newer engines save it; with a store of their own they keep layers compressed."""
    stored = [LAYERS[0], gzip.compress(LAYERS[1])]
    about = config()
    names = [f"blobs/sha256/{digest(one)}" for one in (about, *stored)]
    manifest = [{"Config": names[0], "RepoTags": [TAG], "Layers": names[1:]}]
    return {
        "manifest.json": json.dumps(manifest).encode(), "index.json": b"{}",
        **dict(zip(names, (about, *stored), strict=True)),
    }  # fmt: skip


def file_of(members, links=()):
    return io.BytesIO(b"".join(compressed(iter([archive(members, links)]))))


@pytest.mark.parametrize("members", [old_style(), blobs()], ids=["old", "blobs"])
def test_whole_image_of_this_version_is_taken(members):
    found = described(file_of(members), "x.tgz", TAG)
    assert found.tag == TAG
    assert found.id == f"sha256:{digest(config())}"
    assert found.layers == tuple(f"sha256:{digest(layer)}" for layer in LAYERS)


def test_layer_that_is_a_link_to_an_equal_one_is_followed():
    members = old_style(described_as=config([LAYERS[0]] * 2), layers=[LAYERS[0]] * 2)
    del members["1/layer.tar"]
    found = described(file_of(members, [("1/layer.tar", "../0/layer.tar")]), "x.tgz", TAG)
    assert len(set(found.layers)) == 1


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (
            old_style(tags=["sanso-host:ba9876543210"]),
            "another version of the lab; this one needs sanso-host:0123456789ab",
        ),
        (old_style(tags=[TAG, "debian:bookworm"]), "no image of the lab"),
        (old_style(tags=["debian:bookworm"], described_as=config(labels={})), "debian:bookworm, which is no image"),
        (old_style(described_as=config(labels={})), "no image of the lab"),
        (old_style(tags=["evil/sanso-host:0123456789ab"]), "no image of the lab"),
        (old_style(tags=[]), "an image without a name"),
        (old_style(more=[{"Config": "x", "RepoTags": ["debian:bookworm"], "Layers": []}]), "or several"),
        (old_style(layers=[LAYERS[0], LAYERS[1] + b"more"]), "altered or damaged"),
        (old_style(described_as=config([LAYERS[0]])), "altered or damaged"),
        ({**old_style(), f"{digest(config())}.json": config() + b" "}, "altered or damaged"),
        ({"manifest.json": b"[]"}, "no image that can be read"),
        ({"manifest.json": b"[7]"}, "no image that can be read"),
        ({"manifest.json": b"\xff"}, "no image that can be read"),
        ({"readme.txt": b"hello"}, "no image that can be read"),
        ({}, "no image that can be read"),
    ],
)
def test_other_images_are_refused_by_name(members, words):
    with pytest.raises(BadInput, match=words) as error:
        described(file_of(members), "x.tgz", TAG)
    assert error.value.where == "x.tgz"
    assert error.value.exit_code == 3


WHOLE = file_of(old_style()).getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"hello", archive(old_style()), WHOLE[: len(WHOLE) // 2], WHOLE[:-4], gzip.compress(b"hello" * 1000),
        WHOLE[:100] + bytes([WHOLE[100] ^ 1]) + WHOLE[101:],
    ],
    ids=["empty", "text", "not compressed", "half", "last bytes lost", "no archive", "one bit"],
)  # fmt: skip
def test_damage_is_refused(content):
    with pytest.raises(BadInput, match=r"whole image|altered|no image"):
        described(io.BytesIO(content), "x.tgz", TAG)


class Client:
    """An engine that keeps what it is given."""

    base_url = "tcp://elsewhere"

    def __init__(self, messages=(), layers=LAYERS):
        self.given, self._messages, self._layers = b"", messages, layers

    def load_image(self, data):
        self.given = b"".join(data)
        return iter(self._messages)

    def inspect_image(self, tag):
        assert tag == TAG
        return {"RootFS": {"Layers": [f"sha256:{digest(layer)}" for layer in self._layers]}, "Size": 1 << 20}

    def get_image(self, tag, chunk_size):
        assert (tag, chunk_size) == (TAG, 1 << 20)
        return iter([archive(old_style())])


@pytest.fixture(autouse=True)
def this_version(monkeypatch):
    monkeypatch.setattr(recipe, "tag", lambda kind: TAG if kind is Image.HOST else f"sanso-{kind}:1")


def test_engine_gets_the_file_as_it_is():
    client = Client()
    assert images.load(client, io.BytesIO(WHOLE), "x.tgz", silent).tag == TAG
    assert client.given == WHOLE


def test_nothing_of_a_refused_file_reaches_the_engine():
    client = Client()
    with pytest.raises(BadInput):
        images.load(client, file_of(old_style(tags=["sanso-host:ba9876543210"])), "x.tgz", silent)
    assert client.given == b""


def test_refusal_of_the_engine_is_told():
    with pytest.raises(LabError, match="did not load the image: no space left on device"):
        images.load(Client([{"error": "no space left on device"}]), io.BytesIO(WHOLE), "x.tgz", silent)


def test_engine_that_holds_something_else_afterwards_is_told():
    with pytest.raises(LabError, match="holds another"):
        images.load(Client(layers=[b"x"]), io.BytesIO(WHOLE), "x.tgz", silent)


def test_what_is_saved_can_be_loaded_and_progress_is_told():
    told = []
    saved = b"".join(images.save(Client(), TAG, told.append))
    assert described(io.BytesIO(saved), "x.tgz", TAG).tag == TAG
    assert told
    assert saved == WHOLE  # the same image, the same file
