"""What a check concludes: a state, what it rests on, and the sentence for the person who reads it at three in the morning."""

from __future__ import annotations

from dataclasses import dataclass

from lab.record import State, Warrant


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict before it has a control and a subject."""

    state: State
    warrant: Warrant | None  # None unless pass or fail
    message_en: str
    message_ja: str


def passed(warrant: Warrant, en: str, ja: str) -> Judgement:
    """The control holds, on this warrant."""
    return Judgement(State.PASS, warrant, en, ja)


def failed(warrant: Warrant, en: str, ja: str) -> Judgement:
    """The control is broken, on this warrant."""
    return Judgement(State.FAIL, warrant, en, ja)


def error(en: str, ja: str) -> Judgement:
    """The look itself went wrong: no verdict, and never a pass."""
    return Judgement(State.ERROR, None, en, ja)


def not_testable(en: str, ja: str) -> Judgement:
    """The look was sound, and it shows nothing about this control."""
    return Judgement(State.NOT_TESTABLE, None, en, ja)
