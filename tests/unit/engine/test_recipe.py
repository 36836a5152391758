"""Tags of images: the same inputs give the same, and a change goes up to whatever is built on it, not down."""

from __future__ import annotations

import pytest

from lab.engine import recipe
from lab.plan import Image


def test_what_each_kind_is_built_on():
    assert [recipe.parent(kind) for kind in Image] == [None, Image.HOST, Image.PATH, Image.HOST]


def test_every_kind_has_its_recipe_and_is_cleaned():
    for kind in Image:
        files = recipe.context(kind)
        assert b"FROM ${BASE}" in files["Dockerfile"]
        assert b"sh /usr/lib/sanso/clean" in files["Dockerfile"]
        assert files["clean"] == recipe.context(Image.HOST)["clean"]


@pytest.mark.parametrize(
    ("changed", "others"),
    [(Image.HOST, {*Image}), (Image.PATH, {Image.PATH, Image.DESKTOP}),
     (Image.DESKTOP, {Image.DESKTOP}), (Image.RADIO, {Image.RADIO})],
)  # fmt: skip
def test_change_gives_other_tags_from_there_up(monkeypatch, changed, others):
    before = {kind: recipe.tag(kind) for kind in Image}
    real = recipe.context
    monkeypatch.setattr(recipe, "context", lambda kind: real(kind) | ({"more": b""} if kind is changed else {}))
    assert {kind for kind in Image if recipe.tag(kind) != before[kind]} == others
