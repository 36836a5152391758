"""A line that was lost on its way is no missing log statement; two packets without a line are."""

from types import SimpleNamespace

import pytest

from lab.verify import journal
from lab.verify.journal import Journal


class Session:
    """A device's file of the store as text; a packet that the prober sends is logged if `logs`."""

    def __init__(self, text, *, logs):
        self.text, self.logs, self.sent, self.kept = text, logs, [], []
        self.plan = SimpleNamespace(
            hosts=[SimpleNamespace(name="log", roles=("log_server",))],
            allowed=[SimpleNamespace(application="syslog-tls", port=6514)],
        )
        self.prober = self

    def channel(self, _host):
        return self

    def run(self, command):
        wanted = "ID=2 " if "ID=2 " in command else "ID=1 "
        line = wanted if wanted in self.text else ""
        return SimpleNamespace(rc=0, stdout=line.encode(), stderr=b"")

    def observe(self, attempts):
        self.sent += attempts
        if self.logs:
            self.text += "ID=2 \n"
        return [SimpleNamespace(attempt=attempts[0], number=2)]

    def saw(self, seen):
        self.kept.append(seen)


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(journal, "FIRST", 0.0)
    monkeypatch.setattr(journal, "DEADLINE", 0.0)
    monkeypatch.setattr(Journal.wait, "__kwdefaults__", {"seconds": 0.0})


def look(session):
    first = SimpleNamespace(attempt="attempt", number=1)
    line, packets = Journal(session, ()).line_of("fw-mn", first, lambda packet: (f"ID={packet.number} ",))
    return line, [packet.number for packet in packets]


def test_one_packet_is_enough_where_its_line_is_there():
    session = Session("ID=1 \n", logs=True)
    assert look(session) == ("ID=1", [1])
    assert not session.sent


def test_a_lost_line_is_looked_for_with_a_second_packet():
    session = Session("", logs=True)
    assert look(session) == ("ID=2", [1, 2])
    assert session.sent == ["attempt"]
    assert [packet.number for packet in session.kept] == [2]


def test_two_packets_without_a_line_are_no_line():
    assert look(Session("", logs=False)) == ("", [1, 2])
