"""What a VPN gateway's daemon says that it has: tunnels, connections, shared keys."""

from __future__ import annotations

import json
import re

import tenacity

from lab.reach import Channel
from lab.verdict.loaded import Connection, Loaded
from lab.verify.marks import CheckError

_PATIENCE = 10.0  # seconds until an ended tunnel must be gone from the list: its other end answers first
_SA = re.compile(r"\bremote-host=(\S+).*?\bremote-id=(\S+?)(?=[\s}])")
_CONNECTION, _SA_EVENT = "list-conn event ", "list-sa event "
_NAMED = re.compile(r"\{(\S+) \{.*?\bversion=(\S+)")
_ROUND = re.compile(r"\bremote-\d+ \{(.*?)\}")
_EAP = re.compile(r"\beap-type=(\S+)")
_CLASS = re.compile(r"\bclass=(.*?)(?= [\w-]+=|$)")
# swanctl lists no shared keys; the daemon itself does, by the names that they were loaded with (vici: get-shared)
_SECRETS = """
import json, socket, struct
vici = socket.socket(socket.AF_UNIX)
vici.settimeout(5)
vici.connect("/run/charon.vici")
name = b"get-shared"
vici.sendall(struct.pack("!IBB", 2 + len(name), 0, len(name)) + name)
answer = vici.makefile("rb")
length, kind = struct.unpack("!IB", answer.read(5))
rest, found = answer.read(length - 1), []
assert kind == 1 and len(rest) == length - 1
assert rest[:6] == b"\\x04\\x04keys" and rest[-1] == 6
at = 6
while rest[at] == 5:
    size, = struct.unpack_from("!H", rest, at + 1)
    found.append(rest[at + 3:at + 3 + size].decode())
    at += 3 + size
assert at == len(rest) - 1
print(json.dumps(found))
"""


def loaded(gateway: str, channel: Channel) -> Loaded:
    """Its connections and the names of its shared keys. CheckError if it doesn't tell them, LabError if it can't be asked."""
    told = channel.run("swanctl --list-conns --raw").check().stdout.decode(errors="replace")
    secrets = channel.run(("python3", "-I", "-c", _SECRETS)).check().stdout
    return Loaded(gateway, connections(told), tuple(json.loads(secrets)))


def connections(told: str) -> tuple[Connection, ...]:
    """Read `swanctl --list-conns --raw`. CheckError if it isn't that."""
    if "list-conns reply {}" not in told:
        raise CheckError(f"the VPN gateway did not list its connections: {told[-200:].strip()!r}")
    made = []
    for event in told.split(_CONNECTION)[1:]:
        named = _NAMED.match(event)
        if named is None:
            raise CheckError(f"a connection of the VPN gateway can't be read: {event[:200]!r}")
        made.append(Connection(named[1], named[2], tuple(_proof(one[1]) for one in _ROUND.finditer(event))))
    return tuple(made)


def where_from(channel: Channel, identity: str) -> tuple[str, ...]:
    """Addresses that an identity has tunnels from, as soon as there is one alone; or all of them that stay.

    CheckError if the gateway doesn't list its tunnels.
    """
    found: tuple[str, ...] = ()

    def alone() -> bool:
        nonlocal found
        found = listed(
            channel.run("swanctl --list-sas --raw --noblock").check().stdout.decode(errors="replace"), identity
        )
        return len(found) == 1

    tenacity.Retrying(
        retry=tenacity.retry_if_result(lambda content: not content),
        wait=tenacity.wait_fixed(0.2),
        stop=tenacity.stop_after_delay(_PATIENCE),
        retry_error_callback=lambda _state: False,
    )(alone)
    return found


def listed(told: str, identity: str) -> tuple[str, ...]:
    """The other ends of an identity's IKE SAs in `swanctl --list-sas --raw`. CheckError if it isn't that."""
    if "list-sas reply {}" not in told:
        raise CheckError(f"the VPN gateway did not list its tunnels: {told[-200:].strip()!r}")
    ends = (_SA.search(event) for event in told.split(_SA_EVENT)[1:])
    return tuple(end[1] for end in ends if end is not None and end[2] == identity)


def _proof(text: str) -> str:
    """Give one round's proof: "EAP by EAP_RADIUS", "public key"; "any" if the daemon names none."""
    kind, by = _CLASS.search(text), _EAP.search(text)
    return (kind[1] if kind else "any") + (f" by {by[1]}" if by else "")
