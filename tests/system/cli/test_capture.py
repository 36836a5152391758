"""`lab capture` on a running lab: what it shows is what crossed, and nothing of it stays, however it ends."""

from __future__ import annotations

import io
import os
import signal
import time

import pytest
from command import ROOT, ended, ok
from containers import of_lab, wait_for
from pcapng import FileScanner, blocks

PING = ("ping", "-c", "1", "10.10.0.10")
pytestmark = pytest.mark.filterwarnings("ignore:Field type should not be:DeprecationWarning")  # of the library


def begun(process):
    """It says so when packets are taken."""
    line = process.stderr.readline()
    assert "capturing at" in line, line + process.stderr.read()
    return process


def packets(data):
    return [block for block in FileScanner(io.BytesIO(data)) if isinstance(block, blocks.EnhancedPacket)]


@pytest.fixture(autouse=True)
def nothing_is_left(engine, shared_lab):
    yield
    wait_for("captures to go", lambda: not of_lab(engine, shared_lab, "capture"))


def test_file_lines_and_pipe_show_what_crossed_and_each_ends_in_order(start_lab, shared_lab, tmp_path):
    file, began = tmp_path / "x.pcapng", time.time_ns()
    on = ("--lab", shared_lab, "--filter", "icmp")
    started = [
        start_lab("capture", "mn-app", "mn-term.mn", *on, "-w", str(file), "--count", "8"),
        start_lab("capture", "mn", *on),
        start_lab("capture", "mn-term", *on, "-w", "-"),
    ]
    filed, shown, piped = [begun(process) for process in started]
    ok("exec", "mn-term", "--lab", shared_lab, "--", *PING)
    line = shown.stdout.readline()
    assert "mn-term.mn" in line
    assert "10.10.0.20 > 10.10.0.10 ICMP echo request" in line
    shown.send_signal(signal.SIGINT)
    data = b""
    while not data or len(packets(data)) < 2:  # at once: more than these two never come
        data += os.read(piped.stdout.fileno(), 1 << 16)
    piped.stdout.close()
    done = [ended(piped)]
    ok("exec", "mn-term", "--lab", shared_lab, "--", *PING)
    done += [ended(filed), ended(shown)]
    assert [one.code for one in done] == [0, 0, 0], done
    assert "the program that read it ended" in done[0].err
    assert "8 packets" in done[1].err
    assert "you ended it" in done[2].err
    assert all("the kernel dropped none" in one.err for one in done)
    found = packets(file.read_bytes())
    seen = [(one.interface.options["if_name"], one.options["epb_flags"].inout) for one in found]
    request, reply = ("mn-term.mn", "mn-app.mn"), ("mn-app.mn", "mn-term.mn")
    assert seen == [
        (port, way) for ports in (request, reply) * 2 for port, way in zip(ports, ("inbound", "outbound"), strict=True)
    ]
    assert [bytes(one.packet_data)[34] for one in found] == [8, 8, 0, 0] * 2
    times = [(one.timestamp_high << 32) + one.timestamp_low for one in found]
    assert began < times[0]
    assert times == sorted(times)
    assert times[-1] < time.time_ns()


def test_sudden_ends_leave_whole_files_and_nothing_else(start_lab, engine, shared_lab, tmp_path):
    files = [tmp_path / "killed.pcapng", tmp_path / "removed.pcapng"]
    killed, removed = [begun(start_lab("capture", "mn-term", "--lab", shared_lab, "-w", str(file))) for file in files]
    ok("exec", "mn-term", "--lab", shared_lab, "--", *PING)
    wait_for("packets", lambda: all(packets(file.read_bytes()) for file in files))
    killed.kill()
    killed.communicate()
    wait_for("its container to go", lambda: len(of_lab(engine, shared_lab, "capture")) == 1)
    (one,) = of_lab(engine, shared_lab, "capture")
    engine.api.remove_container(one["Id"], force=True)
    done = ended(removed)
    assert done.code == 2, done
    assert "ended from outside" in done.err
    assert all(packets(file.read_bytes()) for file in files)


def test_verify_neither_minds_a_capture_nor_ends_it(start_lab, engine, shared_lab, tmp_path):
    process = begun(start_lab("capture", "mn", "--lab", shared_lab, "-w", str(tmp_path / "x.pcapng")))
    ok("verify", "--lab", shared_lab, "--control", "ZONE-09", "--evidence", str(tmp_path / "evidence"))
    assert len(of_lab(engine, shared_lab, "capture")) == 1
    process.send_signal(signal.SIGINT)
    done = ended(process)
    assert done.code == 0, done


def test_bad_filter_is_explained_in_libpcaps_words_and_leaves_no_file(lab, shared_lab):
    done = lab("capture", "mn", "--lab", shared_lab, "--filter", "tcp prt 443", "-w", "no.pcapng")
    assert done.code == 3, done
    assert "syntax error" in done.err
    assert not (ROOT / "no.pcapng").exists()
