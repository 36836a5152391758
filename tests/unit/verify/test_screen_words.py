"""A desktop's and a gateway's own words, as they were recorded."""

from __future__ import annotations

import pytest

from lab.pki import Account
from lab.verify.screen_words import channels_in, log_lines

OUTPUT = """\
[20261126-08:42:33] [DEBUG] Adding channel: name rdpdr, channel id 1004, flags 0xc0800000
[20261126-08:42:33] [DEBUG] Adding channel: name cliprdr, channel id 1006, flags 0xc0a00000
[20261126-08:42:59] [DEBUG] xrdp_wm_init: channel rdpdr channel id 0 is enabled
[20261126-08:42:59] [DEBUG] libxrdp_query_channel - Channel 2 name cliprdr
[20261126-08:42:59] [DEBUG] Disabling channel 1006 (cliprdr)
[20261126-08:42:59] [DEBUG] xrdp_wm_init: channel cliprdr channel id 2 is disabled
"""
GATEWAY = """\
2026-11-26T09:32:10.886128+00:00 screen-gw haproxy[157] screen session end id=A began=x account=staff01
2026-11-26T09:32:32.107001+00:00 screen-gw haproxy[157] screen session start id=B terminal=tele-01@sanso.test account=staff01 \
desk=lg-desk via=10.60.0.10:39568
2026-11-26T09:32:52.844549+00:00 screen-gw haproxy[157] screen session end id=B terminal=tele-01@sanso.test account=staff01 \
desk=lg-desk began=26/Nov/2026:09:32:32.107 ms=20018 bytes=29290 how=--
"""
DESK = (
    "2026-11-26T09:32:33.561424+00:00 lg-desk xrdp-sesman[169] [INFO ] ++ created session (access granted): username staff01,\
 ip 10.60.0.10:39568 - socket: 13\n"
)


class Store:
    """A central log with these files."""

    def lines(self, host, word):
        return [line for line in {"screen-gw": GATEWAY, "lg-desk": DESK}[host].splitlines() if word in line]


def test_channels_are_read_from_the_desktops_output():
    asked, off, on = channels_in(OUTPUT.splitlines())
    assert (asked, off, on) == ({"rdpdr", "cliprdr"}, {"cliprdr"}, {"rdpdr"})


@pytest.mark.parametrize("lost", ["Adding channel", "Disabling channel", "cliprdr channel id 2 is disabled"])
def test_of_two_lines_that_say_the_same_one_may_be_cut_in_two(lost):
    asked, off, _ = channels_in([line for line in OUTPUT.splitlines() if lost not in line])
    assert "cliprdr" in asked
    assert off == {"cliprdr"}


def test_a_channel_that_the_section_of_sessions_opens_again_is_on():
    later = "[20261126-08:43:00] [INFO ] xrdp_mm_update_allowed_channels: channel cliprdr channel id 2 is allowed"
    last = "[20261126-08:43:20] [DEBUG] xrdp_wm_init: channel cliprdr channel id 0 is disabled"  # of another connection
    asked, off, on = channels_in([*OUTPUT.splitlines(), later, last])
    assert (asked, off, on) == ({"rdpdr", "cliprdr"}, set(), {"rdpdr", "cliprdr"})


def test_both_lines_of_one_session_and_the_desktops_own_are_joined():
    account = Account("lg-desk", "tele-term", "staff01")
    seen = log_lines(Store(), "screen-gw", account, "20261126-09:32:30", 0.0)
    assert (seen.start["id"], seen.end["id"], seen.end["ms"]) == ("B", "B", "20018")
    assert "username staff01, ip 10.60.0.10:39568" in seen.let_in


def test_sessions_before_are_not_taken_for_it():
    account = Account("lg-desk", "tele-term", "staff01")
    seen = log_lines(Store(), "screen-gw", account, "20261126-09:33:00", 0.0)
    assert (dict(seen.start), dict(seen.end), seen.let_in) == ({}, {}, "")
