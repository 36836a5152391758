"""Whatever the CSV file holds, it is read or said what is wrong: never another exception, always a text that can be printed."""

import os
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lab.errors import BadInput
from lab.scenario import Scenario, SheetFile, load
from lab.scenario.sheet import ENCODINGS

HEADINGS = [
    "番号",
    "通信目的",
    "送信元",
    "宛先",
    "プロトコル",
    "ポート",
    "方向",
    "MAC制限",
    "所管課",
    "有効期限",
    "備考",
]
GOOD = ["TK-01", "本人確認", "mn-app", "juki-net", "TCP", "443", "→", "○", "市民課", "+1y", ""]
WORDS = [
    *HEADINGS, *GOOD, "=cmd|' /C calc'!A0", "@x", "+9999y", "46112", "令和99年12月31日", "R0.0.0", "9999年度末", "0", "65536",
    "-", "\x00", "\x1b[2J", "\ud800", "\u202e", "\ufeff", "\r", "\n", '"', '""', ",", "'", "１", "²", "𠮷", "①", "ﾊﾝｶｸ", "#", "※",
    "x" * 600,
]  # fmt: skip
EXAMPLES = int(os.environ.get("SANSO_FUZZ", "100"))  # per test; `make soak` asks for more
quick = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
cells = st.one_of(st.sampled_from(WORDS), st.text(max_size=8))
encodings = st.one_of(st.none(), st.sampled_from(sorted(ENCODINGS)))


@pytest.fixture
def read(tmp_path):
    def read(content, encoding=None):
        file, scenario = tmp_path / "fuzz.csv", tmp_path / "s.yaml"
        file.write_bytes(content)
        scenario.write_text("edition: R8.3\nmodel: alpha\n")
        try:
            found = load(scenario, as_of=date(2026, 11, 23), register=SheetFile(file, encoding))
        except BadInput as error:
            found = error
        if isinstance(found, BadInput):
            assert str(found).startswith(f"{file}:")
            str(found).encode()  # can be printed anywhere
        else:
            found.model_dump_json()
        return found

    return read


def written(rows, encoding="utf-8"):
    return "\r\n".join(",".join(row) for row in rows).encode(
        encoding, "surrogatepass" if encoding == "utf-8" else "replace"
    )


@quick
@given(st.binary(max_size=200), encodings)
@example(b"\xef\xbb\xbf\xff", None)
@example(b"\x81", "cp932")
@example(b"\xff\xfe", None)
def test_random_bytes(read, content, encoding):
    read(content, encoding)


@quick
@given(st.binary(max_size=60), encodings)
def test_random_bytes_below_headings(read, content, encoding):
    read(written([HEADINGS]) + b"\r\n" + content, encoding)


@quick
@given(st.lists(st.lists(cells, max_size=12), max_size=6), encodings)
def test_random_cells(read, rows, encoding):
    read(written(rows), encoding)


@quick
@given(st.data())
def test_a_good_sheet_with_cells_replaced(read, data):
    rows = [list(HEADINGS), list(GOOD), list(GOOD)]
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(cells)
    read(written(rows, data.draw(st.sampled_from(["utf-8", "cp932"]))))


@quick
@given(st.data())
def test_a_good_sheet_with_bytes_changed(read, data):
    content = written([HEADINGS, GOOD], data.draw(st.sampled_from(["utf-8", "utf-8-sig", "cp932"])))
    at, cut = data.draw(st.integers(0, len(content))), data.draw(st.integers(0, 6))
    read(content[:at] + data.draw(st.binary(max_size=6)) + content[at + cut :])


def test_the_seed_is_good(read):
    assert isinstance(read(written([HEADINGS, GOOD])), Scenario)
