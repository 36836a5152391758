"""What hosts, logs and files say stays text in the HTML report, and the file loads nothing."""

import base64
import hashlib
import json
import re
import zlib
from html.parser import HTMLParser

import pytest

from lab.record import State

NASTY = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]><!--",
    "\"' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- <script>",
    "\u2028\u2029&lt;b&gt;\x00",
]


class Elements(HTMLParser):
    """The elements of a page, as a browser's parser sees them: (tag, attributes)."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.text = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def parsed(page):
    elements = Elements()
    elements.feed(page)
    return elements


def unpacked(page, name):
    packed = re.search(f'id="{name}">([^<]*)</script>', page)[1]
    return json.loads(zlib.decompress(base64.b64decode(packed), -zlib.MAX_WBITS))


def shape(page):
    return [tag for tag, _ in parsed(page).found]


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_a_host_says_makes_no_element(pages, observation, verdict, text, language):
    def told(words):
        seen = observation(rule=words, trouble=(words,)).model_copy(update={"answer": words})
        failed = verdict(
            State.FAIL, subject=f"{words} at fw-mn", message_en=words, message_ja=words, test=f"t.py::test_{words}"
        )
        run = {"problems": [words], "not_run": [words], "lab": words, "by": words, "versions": {words: words}}
        return pages([failed, verdict(State.ERROR, message_en=words, message_ja=words)], [seen], **run)[language]

    assert shape(told(text)) == shape(told("harmless"))
    assert not any(name.startswith("on") for _, attrs in parsed(told(text)).found for name in attrs)


@pytest.mark.parametrize("text", NASTY[:-1])
def test_what_a_host_says_can_be_read(pages, observation, verdict, text):
    page = pages([verdict(State.FAIL, message_en=text)], [observation()])["en"]
    assert text in "".join(parsed(page).text)
    assert unpacked(page, "messages") == [text]


def test_a_zone_or_host_with_markup_stays_text(plan, pages, observation, verdict):
    odd = plan.model_copy(update={"zones": tuple(z.model_copy(update={"title": NASTY[1]}) for z in plan.zones)})
    seen = observation().model_copy(
        update={"attempt": observation().attempt.model_copy(update={"destination": NASTY[1]})}
    )
    assert shape(pages([verdict()], [seen], of=odd)["ja"]).count("script") == shape(pages()["ja"]).count("script")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_is_loaded(pages, observation, verdict, language):
    page = pages([verdict()], [observation()])[language]
    for tag, attrs in parsed(page).found:
        assert "src" not in attrs
        assert "srcset" not in attrs
        assert tag not in {"link", "iframe", "object", "embed", "base", "form"}
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style


def test_only_the_reports_own_script_may_run(pages):
    page = pages()["en"]
    policy = next(a["content"] for tag, a in parsed(page).found if tag == "meta" and a.get("http-equiv"))
    own = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(own) == 1
    digest = base64.b64encode(hashlib.sha256(own[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_a_secret_is_not_fetched_from_the_hosts_files(pages, tmp_path):
    folder = tmp_path / "evidence" / "hosts" / "fw-mn"
    folder.mkdir(parents=True)
    (folder / "odd.txt").write_text("word-in-a-host-file")
    assert "word-in-a-host-file" not in pages()["en"]
