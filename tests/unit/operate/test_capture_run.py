"""A capture on its way: every bound, Ctrl-C, a reader that goes, a lab that goes."""

import os
import signal
import threading

import pytest

from lab.operate.capture import CaptureRequest, Reason, _Run
from lab.operate.interrupt import Interrupts
from lab.probe import CaptureEndedError, Packet

COUNTED = []
PACKET = Packet(1, "mn-app.mn", "from", bytes(60), 60)


class Watch:
    """Has `batches` of packets to give, one per look; None: it has gone. After `stop` the rest comes, then the end."""

    def __init__(self, *batches, rest=()):
        self._batches, self._rest, self.dropped, self._stopped = list(batches), rest, None, False
        self._reader, self._writer = os.pipe()
        if batches:
            os.write(self._writer, b"!")

    def fileno(self):
        return self._reader

    def arrived(self):
        if self._stopped:
            yield from self._rest
            self.dropped = 2
        elif self._batches:
            batch = self._batches.pop(0)
            if batch is None:
                raise CaptureEndedError("the capture was ended from outside")
            if not self._batches:
                os.read(self._reader, 1)
            yield from batch

    def stop(self):
        self._stopped = True


class Sink:
    def __init__(self, lives=1000, reader=-1):
        self.taken, self._lives, self._reader = [], lives, reader

    def begin(self, ports):
        pass

    def take(self, packet):
        if len(self.taken) == self._lives:
            raise BrokenPipeError
        self.taken.append(packet)
        return 100

    def fileno(self):
        return self._reader

    def close(self, *, empty):
        pass


def run(watch, sink, **bounds):
    request = CaptureRequest(("mn",), **{"seconds": 5.0, **bounds})
    with Interrupts() as interrupts:
        return _Run(
            request, "unit", ("mn-app.mn",), watch, sink, interrupts, lambda *so_far: COUNTED.append(so_far)
        ).run()


def test_count_is_exact_and_what_comes_later_is_left():
    sink = Sink()
    result = run(Watch([PACKET] * 5, rest=[PACKET] * 3), sink, count=4)
    assert (result.packets, len(sink.taken), result.reason) == (4, 4, Reason.COUNT)


def test_what_came_so_far_is_told():
    COUNTED.clear()
    run(Watch([PACKET], [PACKET, PACKET]), Sink(), seconds=0.1)
    assert COUNTED[:2] == [(1, 100), (3, 300)]


def test_size_ends_it():
    assert run(Watch([PACKET] * 9), Sink(), size=350).bytes == 400


def test_time_ends_it_and_what_was_caught_until_then_counts():
    result = run(Watch([PACKET], rest=[PACKET, PACKET]), Sink(), seconds=0.1)
    assert (result.packets, result.reason, result.dropped) == (3, Reason.TIME, 2)


def test_ctrl_c_ends_it_and_what_was_caught_until_then_counts():
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    result = run(Watch([PACKET], rest=[PACKET]), Sink())
    assert (result.packets, result.reason) == (2, Reason.INTERRUPT)


def test_second_ctrl_c_acts_as_ever():
    with Interrupts() as interrupts:
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts.came
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_rest_does_not_exceed_the_count():
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    assert run(Watch([PACKET], rest=[PACKET] * 9), Sink(), count=3).packets == 3


def test_reader_that_is_gone_at_a_packet_ends_it():
    assert run(Watch([PACKET] * 3), Sink(lives=2)).reason is Reason.READER


def test_reader_that_goes_while_nothing_comes_ends_it():
    reader, writer = os.pipe()
    threading.Timer(0.1, os.close, (reader,)).start()
    result = run(Watch(), Sink(reader=writer))
    assert (result.packets, result.reason) == (0, Reason.READER)


def test_lab_that_goes_is_an_error_that_says_how_far_it_came():
    with pytest.raises(CaptureEndedError, match="2 packets had come") as error:
        run(Watch([PACKET, PACKET], None), Sink())
    assert error.value.exit_code == 2
