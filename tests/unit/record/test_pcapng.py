"""pcapng that grows: what was handed out is a whole file after every packet."""

import io

import pytest
from pcapng import FileScanner, blocks

from lab.record.pcapng import Pcapng

AT = 1_700_000_000_123_456_789
pytestmark = pytest.mark.filterwarnings("ignore:Field type should not be:DeprecationWarning")  # of the library


def packets(data):
    return [block for block in FileScanner(io.BytesIO(data)) if isinstance(block, blocks.EnhancedPacket)]


def test_a_port_that_comes_later_is_described_before_its_first_packet():
    file = Pcapng()
    data = file.head() + file.interface("mn-app.mn") + file.packet(AT, "mn-app.mn", "from", b"one")
    assert len(packets(data)) == 1
    data += file.interface("intruder.mn") + file.packet(AT + 1, "intruder.mn", "to", b"two", length=9000)
    one, two = packets(data)
    assert [one.interface.options["if_name"], two.interface.options["if_name"]] == ["mn-app.mn", "intruder.mn"]
    assert [one.options["epb_flags"].inout, two.options["epb_flags"].inout] == ["inbound", "outbound"]
    assert (two.timestamp_high << 32) + two.timestamp_low == AT + 1
    assert (two.packet_len, bytes(two.packet_data)) == (9000, b"two")
    assert "opt_comment" not in one.options


def test_a_port_is_described_once():
    file = Pcapng()
    assert file.interface("mn-app.mn")
    assert file.interface("mn-app.mn") == b""
