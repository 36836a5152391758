"""Packets that no socket makes: a small closed set of shapes, sent from a short-lived intruder only."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Shape(StrEnum):
    """What is odd about the packet. `number` of the craft is the shape's parameter where it has one."""

    PLAIN = "plain"  # sound in itself: at most its source address is impossible
    PROTOCOL = "protocol"  # IP protocol `number`, with a sound header of it where the tracker would look at one
    TUNNEL = "tunnel"  # protocol `number` (4, 41, 47) around a packet between the ends of `inner`
    OPTION = "option"  # IPv4 option of type `number`
    ROUTING = "routing"  # IPv6 routing header of type `number`
    FLAGS = "flags"  # TCP with the flags `number`, of no connection
    INSIDE = "inside"  # TCP within the window of the connection of the same ends in the same batch
    ERROR = "error"  # ICMP type and code (`number` = 256 x type + code) about a packet between the ends of `inner`
    PIECES = "pieces"  # a whole packet in sound fragments
    TINY = "tiny"  # the first fragment ends in the middle of the transport header
    OVERLAP = "overlap"  # a later fragment writes another port over that of the first
    HOLE = "hole"  # the middle fragment never comes
    FIRST = "first"  # nothing but the first fragment
    LAST = "last"  # nothing but the last fragment
    ATOMIC = "atomic"  # IPv6: a fragment header on a whole packet
    HIDDEN = "hidden"  # IPv6: the first fragment holds extension headers only, the port is in the second
    CHAIN = "chain"  # IPv6: `number` extension headers before the port


class Inner(BaseModel):
    """The ends of a packet inside another one. Ports are those of its UDP or TCP header."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    destination: str
    source_port: int
    port: int


class Craft(BaseModel):
    """One shape with its parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shape: Shape
    number: int = 0
    inner: Inner | None = None
