"""What a host tells of its own network is read whole, or not at all."""

from __future__ import annotations

import json

import pytest

from lab.verify.discover import read
from lab.verify.marks import CheckError

WHOLE = {
    "links": json.dumps([{"ifname": "lo"}, {}]),
    "routing": json.dumps([{"dst": "default"}, {"dst": "10.0.0.1", "table": "local"}])
    + '\n[{"priority":0,"table":"local"},{"priority":32766,"table":"main"}]\n[{"priority":32766,"table":"main"}]',
    "neighbours": "[]",
    "resolv.conf": "nameserver 10.0.0.53\n",
    "hosts": "127.0.0.1 localhost\n",
    "hostname": "mn-term",
    "uname": "mn-term",
    "queues": '[{"kind":"noqueue","dev":"lo"}]',
    "settings": "ipv6/conf/mn/accept_ra:0\nipv4/conf/x-ml/forwarding:1\n",
    "end": "",
}


def told(**changed):
    return "".join(f"== {name}\n{text}\n" for name, text in (WHOLE | changed).items() if text is not None)


def test_every_section_is_read_and_the_kernels_local_routes_are_left_out():
    found = read(told())
    assert [one["ifname"] for one in found.links] == ["lo"]
    assert [one["dst"] for one in found.routes] == ["default"]
    assert len(found.policies) == 3
    assert found.hostname == "mn-term"
    assert found.settings == {"ipv6/mn/accept_ra": "0", "ipv4/x-ml/forwarding": "1"}


def test_a_name_of_the_kernel_that_differs_is_shown():
    assert read(told(uname="other")).hostname == "mn-term and other"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"end": None}, "doesn't tell of its network"),
        ({"links": " "}, "doesn't tell of its network"),
        ({"routing": ""}, "doesn't tell of its policy rules"),
        ({"settings": ""}, "its kernel's settings and queues"),
        ({"routing": '[{"priority":0,"table":"local"}]'}, "the kernel's own are not among them"),
        ({"neighbours": "RTNETLINK answers: no"}, "no JSON"),
    ],
    ids=["cut", "no-links", "no-policies", "no-settings", "no-main", "no-json"],
)
def test_half_an_answer_is_none(changed, why):
    with pytest.raises(CheckError, match=why):
        read(told(**changed))
