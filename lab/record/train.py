"""What a train of packets looked like on the wire, and what happened meanwhile. One kernel, one clock for both."""

from __future__ import annotations

from pydantic import Field

from lab.record.model import Attempt, Record


class Place(Record):
    """Where packets of a train were seen, and when."""

    port: str  # HOST.SEGMENT
    direction: str  # "from" the host, "to" the host
    at_us: tuple[int, ...]  # microseconds after the train began, in order; each packet once


class Event(Record):
    """What was done to a firewall while trains went through it, or tried to."""

    device: str
    what: str  # "reload", "refused reload: syntax error" ...
    began_ns: int  # by the clock of the same kernel
    ended_ns: int
    before: str  # what shows that it happened: handles, process ids, start times, an error's text
    after: str
    happened: bool


class Replay(Record):
    """Packets of a tunnel that were taken from the wire and sent once more. Counts; each datagram once."""

    outer: str  # HOST.SEGMENT where frames were taken and sent again
    inner: str  # the tunnel's end of that host
    sent: int  # datagrams that the source sent into the tunnel
    first: int  # of them, those that came out of it
    frames: int  # ESP frames that were taken
    sent_again: int  # of them, those that were delivered to the host once more
    again: int  # datagrams that came out of the tunnel because of that
    fresh: int  # datagrams sent afterwards that came out
    trouble: tuple[str, ...] = ()  # why the tap can't be trusted


class Train(Record):
    """Numbered packets of one flow, sent about every millisecond."""

    id: str
    attempt: Attempt
    carrier: (
        # "udp", "syn" (a fresh source port each), "data" (TCP segments of a session), "https" (a real session),
        # "loose" (UDP, or TCP's openings, routed anew each time), "packet" (the same by a packet socket), "echo" (ICMP),
        # "fragments" of UDP that is larger than its link
        str
    )
    began_ns: int  # CLOCK_REALTIME
    source_port: int
    places: tuple[Place, ...]
    ended_ns: int = 0
    tried: int = 0  # packets that the source wanted to send
    sent_ns: int = 0  # when the last packet was tried
    refused: int = 0  # packets that the source's own kernel did not send
    refusals: dict[str, int] = Field(
        default_factory=dict
    )  # the same by the kernel's reason ("EPERM": a rule, "ENETUNREACH": no route, ...)
    device: str = ""  # the interface that its socket was bound to
    mark: int = 0  # its socket's
    frames: tuple[str, ...] = ()  # base64, the first at each place; go to captures/, not to trains.jsonl
    trouble: tuple[str, ...] = ()  # why the tap can't be trusted
    event: Event | None = None
