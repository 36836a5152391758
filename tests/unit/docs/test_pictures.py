"""Pictures in the docs are what the lab draws today."""

from pathlib import Path

import pytest

from lab.operate.graph import picture

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(("name", "lang"), [("network-alpha.svg", "en"), ("network-alpha.ja.svg", "ja")])
def test_the_network_is_drawn_anew(name, lang):
    drawn = picture(ROOT / "scenarios" / "alpha.yaml", None, lang).svg
    kept = (ROOT / "docs" / "images" / name).read_text(encoding="utf-8")
    assert kept == drawn, f"lab graph scenarios/alpha.yaml --lang {lang} -o docs/images/{name}"
