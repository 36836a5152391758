"""Pictures in the docs are what the lab draws today."""

from pathlib import Path

import pytest

from lab.operate.graph import picture

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("scenario", ["alpha", "telework"])
@pytest.mark.parametrize(("suffix", "lang"), [(".svg", "en"), (".ja.svg", "ja")])
def test_the_network_is_drawn_anew(scenario, suffix, lang):
    name = f"network-{scenario}{suffix}"
    drawn = picture(ROOT / "scenarios" / f"{scenario}.yaml", None, lang).svg
    kept = (ROOT / "docs" / "images" / name).read_text(encoding="utf-8")
    assert kept == drawn, f"lab graph scenarios/{scenario}.yaml --lang {lang} -o docs/images/{name}"
