"""What a capture is of, where it goes, and what becomes of it when that fails."""

import errno
import io
import os
import sys
from pathlib import Path

import pytest
from pcapng import FileScanner, blocks

from lab import catalogue, scenario
from lab.errors import BadInput, LabError
from lab.operate.capture import chosen
from lab.operate.sink import Lines, open_sink
from lab.plan import build
from lab.probe import Packet

SCENARIO = Path(__file__).parents[3] / "scenarios" / "minimal.yaml"
PLAN = build(scenario.load(SCENARIO), catalogue.load(), "unit")
PACKET = Packet(1_700_000_000_000_000_001, "mn-app.mn", "from", bytes(60), 60)
pytestmark = pytest.mark.filterwarnings("ignore:Field type should not be:DeprecationWarning")  # of the library


def test_a_port_is_itself():
    assert chosen(PLAN, ["fw-mn.mn"]) == ({"fw-mn.mn"}, set())


def test_a_host_is_all_its_ports():
    assert chosen(PLAN, ["fw-mn"]) == ({"fw-mn.mn", "fw-mn.juki-net", "fw-mn.x-ml", "fw-mn.mgmt"}, set())


def test_a_segment_is_all_that_is_plugged_into_it():
    ports, segments = chosen(PLAN, ["mn"])
    assert ports == {"fw-mn.mn", "mn-app.mn", "mn-dns.mn", "mn-term.mn"}
    assert segments == {"mn"}


def test_a_name_of_host_and_segment_means_both():
    assert chosen(PLAN, ["juki-net"]) == ({"juki-net.juki-net", "fw-mn.juki-net"}, {"juki-net"})


def test_several_are_taken_together():
    assert chosen(PLAN, ["mn-term", "lg-term.lg"])[0] == {"mn-term.mn", "lg-term.lg"}


@pytest.mark.parametrize(
    ("word", "near"),
    [("mn-trem", "mn-term"), ("fw-mn.nm", "fw-mn.mn"), ("x-lm", "x-ml"), ("eth0", "hosts and segments")],
)
def test_unknown_names_get_the_nearest(word, near):
    with pytest.raises(BadInput, match=near):
        chosen(PLAN, ["mn", word])


def packets(data):
    return [block for block in FileScanner(io.BytesIO(data)) if isinstance(block, blocks.EnhancedPacket)]


def test_file_is_whole_after_every_packet(tmp_path):
    path = tmp_path / "x.pcapng"
    sink = open_sink(path, print)
    sink.begin(("mn-app.mn",))
    assert packets(path.read_bytes()) == []
    for number in (1, 2):
        before = path.stat().st_size
        assert sink.take(PACKET) == path.stat().st_size - before
        assert len(packets(path.read_bytes())) == number
    sink.close(empty=False)


def test_what_did_not_begin_leaves_no_file(tmp_path):
    open_sink(tmp_path / "x.pcapng", print).close(empty=True)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    path = tmp_path / "x.pcapng"
    path.write_text("precious")
    with pytest.raises(BadInput, match="overwrites nothing"):
        open_sink(path, print)
    assert path.read_text() == "precious"


@pytest.mark.parametrize("name", ["no/such/folder/x.pcapng", "."])
def test_a_file_that_cannot_be_is_bad_input(tmp_path, name):
    with pytest.raises(BadInput, match=r"cannot be written|is there already"):
        open_sink(tmp_path / name, print)


def test_full_disk_leaves_whole_packets_and_says_so(tmp_path, monkeypatch):
    path = tmp_path / "x.pcapng"
    sink = open_sink(path, print)
    sink.begin(("mn-app.mn",))
    sink.take(PACKET)
    write, calls = os.write, []

    def full(descriptor, data):
        calls.append(data)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[:10])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(LabError, match=r"No space left on device; the first 1 packets are whole") as error:
        sink.take(PACKET)
    assert error.value.exit_code == 2
    assert len(packets(path.read_bytes())) == 1
    sink.close(empty=False)


def test_reader_that_has_gone_is_told_as_such(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    sink = open_sink(path, print)
    sink.begin(())
    os.close(reader)
    with pytest.raises(BrokenPipeError):
        sink.take(PACKET)
    assert sink.fileno() >= 0
    sink.close(empty=True)
    assert path.exists()


def test_a_terminal_gets_no_binary(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(BadInput, match="no text for a terminal"):
        open_sink(Path("-"), print)


def test_without_a_file_packets_are_shown():
    seen = []
    sink = open_sink(None, seen.append)
    assert isinstance(sink, Lines)
    sink.take(PACKET)
    assert seen == [PACKET]
