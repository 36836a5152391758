"""WLAN-10, VPN-09, TW-09: which versions count as maintained."""

from datetime import date

import pytest

from lab.record import State
from lab.verdict.support import Maintained, Running, supported

KNOWN = (
    Maintained("hostapd", "2.10", "Debian 12 LTS", date(2028, 6, 30)),
    Maintained("Linux", "6.1", "Debian 12 LTS", date(2028, 6, 30)),
)


@pytest.mark.parametrize(
    ("found", "today", "state", "words"),
    [
        ([Running("hostapd", "2.10")], date(2028, 6, 30), State.PASS, "hostapd 2.10 (Debian 12 LTS, until 2028-06-30)"),
        (
            [Running("hostapd", "2.10"), Running("Linux", "6.1.0-43-amd64")],
            date(2026, 11, 26),
            State.PASS,
            "Linux 6.1.0",
        ),
        ([Running("hostapd", "2.10")], date(2028, 7, 1), State.FAIL, "was maintained until 2028-06-30"),
        ([Running("hostapd", "2.1")], date(2026, 11, 26), State.FAIL, "of no series"),
        ([Running("hostapd", "2.101")], date(2026, 11, 26), State.FAIL, "of no series"),
        ([Running("Linux", "6.12.1")], date(2026, 11, 26), State.FAIL, "Linux 6.12.1 is of no series"),
        ([Running("hostapd", "2.10"), Running("hostapd", "2.06")], date(2026, 11, 26), State.FAIL, "hostapd 2.06"),
        ([Running("FreeRADIUS", "3.2.1")], date(2026, 11, 26), State.FAIL, "of no series"),
        ([Running("hostapd", "")], date(2026, 11, 26), State.ERROR, "hostapd could not be read"),
        ([], date(2026, 11, 26), State.ERROR, "no program could not be read"),
    ],
)
def test_software(found, today, state, words):
    judged = supported("ap", found, KNOWN, today=today)
    assert judged.state is state
    assert words in judged.message_en
