"""Registers as municipalities keep them: what their sheets mean."""

from datetime import date

import pytest

from lab.scenario import SheetFile
from lab.scenario.sheet import load_sheet
from lab.scenario.sheet.cells import is_formula, prose, service, switch
from lab.scenario.sheet.days import NoDay, expiry
from lab.scenario.sheet.headings import HEADINGS, KEYS, UNUSED, normal

TODAY = date(2026, 11, 23)
PLAIN = (
    "番号,通信目的,送信元,宛先,プロトコル,ポート,方向,MAC制限,所管課,有効期限\n"
    "TK-01,住基ネット本人確認,mn-app,juki-net,TCP,443,→,○,市民課,2027/3/31\n"
)


@pytest.fixture
def sheet(tmp_path):
    def read(content, encoding=None):
        file = tmp_path / "register.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_sheet(SheetFile(file, encoding), as_of=TODAY)

    return read


def only(found):
    (entry,) = found.entries
    return entry


def test_plain(sheet):
    entry = only(sheet(PLAIN))
    assert (entry.id, entry.purpose, entry.source, entry.destination) == (
        "TK-01", "住基ネット本人確認", "mn-app", "juki-net",
    )  # fmt: skip
    assert (entry.service, entry.direction, entry.limit.mac) == ("tcp/443", "from-to", True)
    assert (entry.owner, entry.expires) == ("市民課", "2027-03-31")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "shift_jis"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_found_out(sheet, encoding, end):
    content = PLAIN.replace("\n", end).encode(encoding, "strict")
    assert sheet(content) == sheet(PLAIN)


def test_an_encoding_that_is_named(sheet):
    assert sheet(PLAIN.encode("euc_jp"), "euc-jp") == sheet(PLAIN)
    assert sheet(PLAIN.encode("cp932"), "shift_jis") == sheet(PLAIN)


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters(sheet, delimiter):
    assert sheet(PLAIN.replace(",", delimiter)) == sheet(PLAIN)


def test_full_width_signs_quoted_line_breaks_and_titles_above(sheet):
    text = (
        "特定通信台帳（令和８年度）,,,\r\n,,,\r\n"
        '"番　号",用途（業務名）,"送信元\r\nホスト",通信先,ポート番号※,'
        '"ＭＡＣアドレス\r\n制限（有無）",所管,有効期限（年月日）,備考,承認日\r\n'
        '１,"住基ネット\r\n本人確認",ｍｎ－ａｐｐ,juki−net,ＴＣＰ／４４３,有,市民課　住民係,令和９年３月３１日,,R8.4.1\r\n'
        ",,,,,,,,,\r\n"
        "※ 別紙のとおり,,,,,,,,,\r\n"
    ).replace("\r\n１,", "\r\nＴＫ－０１,")
    found = sheet(text)
    entry = only(found)
    assert (entry.id, entry.source, entry.destination) == ("TK-01", "mn-app", "juki-net")
    assert (entry.service, entry.limit.mac, entry.expires) == ("tcp/443", True, "2027-03-31")
    assert (entry.purpose, entry.owner) == ("住基ネット 本人確認", "市民課 住民係")
    assert found.unread == ("承認日",)


def test_english_headings_and_a_note(sheet):
    found = sheet(
        "ID,Purpose,Source,Destination,Service,MAC limit,Owner,Expires,Notes,#line\n"
        "TK-01,identity,mn-app,juki-net,tcp/443,yes,citizens,+1y,by letter,A-1\n"
    )
    entry = only(found)
    assert (entry.service, entry.limit.mac, entry.expires) == ("tcp/443", True, "+1y")
    assert (found.notes, found.unread) == (("by letter",), ("#line",))


def test_rows_may_be_shorter_than_the_headings(sheet):
    assert only(sheet("ID,用途,送信元,宛先,ポート,担当,期限,備考,MAC\nA,p,a,b,tcp/1,o,+1y\n")).limit.mac is False


@pytest.mark.parametrize(
    ("protocol", "port", "meant"),
    [
        ("TCP", "443", "tcp/443"),
        ("ｕｄｐ", "５３", "udp/53"),
        ("", "443/tcp", "tcp/443"),
        ("", "TCP 443", "tcp/443"),
        ("", "tcp:443", "tcp/443"),
        ("", "tcp443", "tcp/443"),
        ("TCP", "TCP/443", "tcp/443"),
        ("TCP", "443番", "tcp/443"),
        ("TCP", "443-8443", "tcp/443-8443"),
        ("TCP", "443/udp", "tcp/udp/443"),
        ("TCP", "any", "tcp/any"),
        ("", "https", "https"),
        ("", "443", "443"),
    ],
)
def test_services(protocol, port, meant):
    assert service(protocol, port) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *(
            (word, True)
            for word in ("○", "〇", "◯", "有", "あり", "はい", "ＹＥＳ", "on", "1", "済", "00-1A-2B-3C-4D-5E")
        ),
        *((word, False) for word in ("×", "✕", "無", "なし", "いいえ", "No", "off", "", "-", "ー", "－")),
        *((word, None) for word in ("△", "?", "たぶん", "00-1A")),
    ],
)
def test_yes_and_no(said, meant):
    assert switch(said) is meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2027/3/31", "2027-03-31"),
        ("2027-03-31", "2027-03-31"),
        ("2027.3.31", "2027-03-31"),
        ("2027/03/30 0:00", "2027-03-30"),
        ("2027/3/31 00:00:00", "2027-03-31"),
        ("2027年3月31日", "2027-03-31"),
        ("２０２７／３／３１", "2027-03-31"),
        ("20270331", "2027-03-31"),
        ("令和9年3月31日", "2027-03-31"),
        ("令和９年３月３１日まで", "2027-03-31"),
        ("R9.3.31", "2027-03-31"),
        ("r9/3/31", "2027-03-31"),
        ("R09-03-31", "2027-03-31"),
        ("令和元年5月1日", "2019-05-01"),
        ("平成39年3月31日", "2027-03-31"),
        ("H39.3.31", "2027-03-31"),
        ("令和8年度末", "2027-03-31"),
        ("2026年度", "2027-03-31"),
        ("+1y", "+1y"),
        ("＋６ｍ", "+6m"),
    ],
)
def test_days(said, meant):
    assert expiry(said) == meant


@pytest.mark.parametrize(
    "said",
    ["3/31/2027", "27/3/31", "31.3.2027", "2027/2/30", "令和9年2月29日", "9年3月31日", "3月31日", "2027", "46112", "R9", "無期限",
     "なし", "来年", "+1", "+0d", "2027/3/31/1", "0000/1/1", "2027/3/31 12:00", "9999年度末", ""],
)  # fmt: skip
def test_no_days(said):
    with pytest.raises(NoDay):
        expiry(said)


@pytest.mark.parametrize("text", ["=1+1", "＝1", "@x", "+A1", "-A1", " =x", "+1z", "-2+cmd|'x'!A0"])
def test_formulas(text):
    assert is_formula(text)
    assert prose(f"'{text}") == text.strip()


@pytest.mark.parametrize("text", ["+1y", "＋１Ｙ", "-", "--", "-1", "+81-3-1234-5678", "1=1", "a@b", ""])
def test_no_formulas(text):
    assert not is_formula(text)


def test_every_heading_means_one_thing():
    words = [normal(word) for words in HEADINGS.values() for word in words]
    assert len(words) == len(set(words)) == len(KEYS)
    assert not {normal(word) for word in UNUSED} & set(words)
