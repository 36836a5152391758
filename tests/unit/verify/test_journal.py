"""A line that was lost on its way is no missing log statement; two packets without a line are."""

import subprocess
from functools import partial
from types import SimpleNamespace

import pytest

from lab.verify import journal
from lab.verify.journal import Journal, _Events
from lab.verify.memory import Memory


class Session:
    """A device's file of the store as text; a packet that the prober sends is logged if `logs`."""

    def __init__(self, file, text, *, logs):
        self.file, self.text, self.logs, self.sent, self.kept, self.memory = file, text, logs, [], [], Memory()
        self.plan = SimpleNamespace(
            hosts=[SimpleNamespace(name="log", roles=("log_server",))],
            allowed=[SimpleNamespace(application="syslog-tls", port=6514, source="fw-mn")],
        )
        self.prober = self

    def channel(self, _host):
        return self

    def run(self, command):
        """The script that looks for lines, on the text instead of the store's file; nothing else is really run."""
        if not str(command).startswith("echo "):
            return SimpleNamespace(rc=0, stdout=b"", stderr=b"")
        self.file.write_text(self.text)
        done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
        return SimpleNamespace(rc=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def observe(self, attempts):
        self.sent += attempts
        made = [SimpleNamespace(attempt=attempt, number=100 + attempt, sent_at_ns=None) for attempt in attempts]
        if self.logs:
            self.text += "".join(f"DROP ID={one.number} \n" for one in made)
        return made

    def saw(self, seen):
        self.kept.append(seen)


@pytest.fixture
def session(monkeypatch, tmp_path):
    monkeypatch.setattr(journal, "FIRST", 0.0)
    monkeypatch.setattr(journal, "DEADLINE", 0.0)
    monkeypatch.setattr(journal, "STORE", str(tmp_path))
    return partial(Session, tmp_path / "fw-mn.log")


def look(session, *numbers):
    packets = [SimpleNamespace(attempt=number, number=number, sent_at_ns=1) for number in numbers]
    found = Journal(session, ()).lines_of("fw-mn", packets, lambda packet: ("DROP", f"ID={packet.number} "))
    return [(line, [packet.number for packet in seen]) for line, seen in found]


def test_one_packet_is_enough_where_its_line_is_there(session):
    made = session("DROP ID=1 \nDROP ID=12 \n", logs=True)
    assert look(made, 12, 1) == [("DROP ID=12", [12]), ("DROP ID=1", [1])]
    assert not made.sent


def test_a_line_without_one_of_the_words_is_another(session):
    assert look(session("PASS ID=1 \nDROP ID=2 \n", logs=False), 1) == [("", [1, 101])]


def test_lost_lines_are_looked_for_with_second_packets_at_once(session):
    made = session("DROP ID=2 \n", logs=True)
    assert look(made, 1, 2, 3) == [("DROP ID=101", [1, 101]), ("DROP ID=2", [2]), ("DROP ID=103", [3, 103])]
    assert made.sent == [1, 3]
    assert [packet.number for packet in made.kept] == [101, 103]


def test_two_packets_without_a_line_are_no_line(session):
    assert look(session("", logs=False), 1, 2) == [("", [1, 101]), ("", [2, 102])]


def test_all_idle_senders_write_at_once_and_a_busy_one_when_it_is_asked_about(session, monkeypatch):
    made = session("", logs=False)
    made.plan.allowed[:] = [SimpleNamespace(application="syslog-tls", port=6514, source=name) for name in "abc"]
    monkeypatch.setattr(made, "channel", lambda name: SimpleNamespace(idle=name != "b", run=made.run))
    journal = Journal(made, ())
    first = journal._sent("a")
    events = made.memory.of(_Events)
    assert set(events) == {"a", "c"}
    assert journal._sent("a") is first
    assert journal._sent("b") is events["b"]
