"""A build that fails shows its end, and before it apt's first word on what it couldn't reach."""

import pytest

from lab.engine import images
from lab.errors import LabError
from lab.plan import Image

CAUSE = "W: Failed to fetch http://deb.debian.org/debian  Temporary failure resolving 'deb.debian.org'"


class Failing:
    def build(self, **_):
        yield {"stream": f"Err:1 http://deb.debian.org/debian\n{CAUSE}\n{CAUSE}\n"}
        yield from ({"stream": f"E: Unable to locate package p{number}\n"} for number in range(40))
        yield {"error": "The command 'apt-get' returned a non-zero code: 100"}


def test_cause_is_shown_though_many_lines_follow(monkeypatch):
    monkeypatch.setattr(images, "require_room", lambda _: None)
    with pytest.raises(LabError) as failed:
        images._build(Failing(), Image.HOST, "t", "b", lambda _: None)
    lines = failed.value.message.splitlines()
    assert lines[0].endswith("returned a non-zero code: 100")
    assert lines[1] == f"    {CAUSE}"
    assert lines[-1] == "    E: Unable to locate package p39"
    assert len([line for line in lines if CAUSE in line]) == 1
