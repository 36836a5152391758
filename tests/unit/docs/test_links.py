"""Every link inside the repository leads somewhere, headings included; every page can be reached from the README."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def links(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [target for target in LINK.findall(text) if not re.match(r"[a-z]+:", target)]


def headings(page):
    """Anchors as GitHub makes them: small letters, spaces to hyphens, punctuation gone."""
    found = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        assert file.is_relative_to(ROOT), f"{page.name}: {target} leads out of the repository"
        assert not anchor or anchor in headings(file), f"{page.name}: {target}"


def test_every_page_can_be_reached():
    todo, seen = [ROOT / "README.md"], set()
    while todo:
        page = todo.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in links(page):
            file = (page.parent / target.partition("#")[0]).resolve()
            todo += sorted(file.glob("*.md")) if file.is_dir() else [file] if file.suffix == ".md" else []
    assert set(PAGES) <= seen


def test_the_index_names_every_page():
    docs = ROOT / "docs"
    told = {(docs / target.partition("#")[0]).resolve() for target in links(docs / "README.md")}
    singles = {page for page in docs.rglob("*.md") if page.parent.name != "decisions"}
    assert singles - told == {docs / "README.md"}


def test_paths_in_code_spans_of_the_documentation_exist():
    """`lab/verdict/` and the like in the contributor's pages."""
    for page in (ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md", ROOT / "docs" / "scenarios.md"):
        for span in re.findall(
            r"`((?:lab|docs|tests|playbooks|scenarios)/[\w./-]+)`", page.read_text(encoding="utf-8")
        ):
            if not re.search(r"NAME|ours", span):
                assert (ROOT / span).exists(), f"{page.name}: {span}"
