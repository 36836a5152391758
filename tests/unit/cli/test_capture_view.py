"""What a capture says to a person: lines, counts on a terminal alone, and an end that hides nothing."""

import sys
from pathlib import Path

import pytest

from lab.cli.capture_view import View
from lab.operate.capture import CaptureResult, Reason
from lab.probe import Packet

PORTS = tuple(f"host-{number}.mn" for number in range(9))


def result(**changes):
    made = {"packets": 3, "bytes": 2048, "dropped": 0, "seconds": 1.5, "reason": Reason.INTERRUPT, **changes}
    return CaptureResult(lab="unit", ports=PORTS, **made)


def test_packet_is_one_line_with_nanoseconds(capsys):
    view = View(None, as_json=False)
    view.began("unit", ("mn-app.mn", "a.mn"), ())
    view.packet(Packet(1_700_000_000_000_000_007, "a.mn", "to", b"short", 5))
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert ".000000007 a.mn      to   no readable frame" in out
    assert "lab unit: capturing at mn-app.mn, a.mn; Ctrl-C ends it" in err


def test_many_ports_are_counted_and_absent_ones_named(capsys):
    View(None, as_json=False).began("unit", PORTS, ("host-8.mn",))
    err = capsys.readouterr().err
    assert "and 3 more" in err
    assert "not there now, taken when they come: host-8.mn" in err


@pytest.mark.parametrize("reason", Reason)
def test_every_end_has_its_words(capsys, monkeypatch, reason):
    monkeypatch.setattr("lab.cli.capture_view._let_go", lambda: None)
    View(Path("x.pcapng"), as_json=False).ended(result(reason=reason))
    err = capsys.readouterr().err
    assert "x.pcapng: 3 packets (2.0 KiB) in 1.5 s; it ended because" in err
    assert "the kernel dropped none" in err


def test_lost_packets_are_said_loudly(capsys):
    View(None, as_json=False).ended(result(dropped=7))
    assert "NOT WHOLE: the kernel dropped 7 packets" in capsys.readouterr().err
    View(None, as_json=False).ended(result(dropped=None))
    assert "not known whether the kernel dropped" in capsys.readouterr().err


def test_counts_are_for_terminals_alone(capsys, monkeypatch):
    View(Path("x.pcapng"), as_json=False).counted(3, 2048)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    view = View(Path("x.pcapng"), as_json=False)
    view.counted(3, 2048)
    view.counted(4, 2048)  # too soon to be shown
    assert capsys.readouterr().err == "\r3 packets, 2.0 KiB "
    View(None, as_json=False).counted(3, 2048)
    assert capsys.readouterr().err == ""


def test_json_is_one_document(capsys):
    view = View(Path("x.pcapng"), as_json=True)
    view.began("unit", PORTS, ())
    view.ended(result())
    out, err = capsys.readouterr()
    assert '"reason": "interrupt"' in out
    assert '"file": "x.pcapng"' in out
    assert err == ""
