"""Networks as `ip -j` tells of them: as planned, and with one thing that no document says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.discovery import Discovered, Fabric, host_documented, segment_documented

HOST = "mn-term"


def link(name, mac, addresses=(), index=2, far=20, flags=("UP", "LOWER_UP"), kind="veth"):
    local = [{"local": one.partition("/")[0], "prefixlen": int(one.partition("/")[2])} for one in addresses]
    return {
        "ifname": name, "ifindex": index, "link_index": far, "address": mac, "flags": list(flags),
        "linkinfo": {"info_kind": kind}, "addr_info": local,
    }  # fmt: skip


KEYS = (
    "ipv4/{}/forwarding",
    "ipv4/{}/proxy_arp",
    "ipv4/{}/accept_redirects",
    "ipv6/{}/forwarding",
    "ipv6/{}/proxy_ndp",
)
SETTINGS = {key.format("mn"): "0" for key in (*KEYS, "ipv6/{}/accept_ra", "ipv6/{}/accept_redirects")}


@pytest.fixture
def found(plan):
    """The terminal, as the plan has it."""
    host = plan.host(HOST)
    (leg,) = host.legs
    lo = link("lo", "00:00:00:00:00:00", ("127.0.0.1/8", "::1/128"), 1, 0)
    own = link("mn", leg.mac, (*map(str, leg.addresses), "fe80::1e:8cff:fe23:1bc4/64"))
    routes = [{"dst": "default", "gateway": str(route.via), "dev": "mn"} for route in host.routes]
    routes += [{"dst": str(one.network), "dev": "mn"} for one in leg.addresses] + [{"dst": "fe80::/64", "dev": "mn"}]
    app, dns = plan.host("mn-app").legs[0], plan.host("mn-dns").legs[0]
    return Discovered(
        links=(lo, own),
        routes=tuple(routes),
        policies=({"priority": 0, "src": "all", "table": "local"}, {"priority": 32766, "src": "all", "table": "main"}),
        neighbours=({"dst": "10.10.0.10", "dev": "mn", "lladdr": app.mac}, {"dst": "10.10.0.99", "dev": "mn"}),
        resolv_conf="".join(f"nameserver {one.ip}\n" for one in dns.addresses) + "options timeout:2\n",
        hosts="127.0.0.1 localhost\n::1 localhost\n10.10.0.20 mn-term.mn.sanso.test mn-term\n",
        hostname=HOST,
        queues=({"kind": "noqueue", "dev": "lo"}, {"kind": "noqueue", "dev": "mn"}),
        settings=SETTINGS,
    )


@pytest.fixture
def fabric(plan):
    """The bridge `mn` with its four hosts; the terminal's cable has the numbers 2 and 20."""
    hosts = [(host, leg) for host in plan.hosts for leg in host.legs if leg.segment == "mn"]
    ports = [
        {
            "ifname": f"p{number}", "ifindex": number, "link_index": 2, "ifalias": f"{host.name}.mn", "master": "mn",
            "linkinfo": {"info_kind": "veth"},
        }
        for number, (host, _) in enumerate(sorted(hosts, key=lambda one: one[0].name != HOST), 20)
    ]  # fmt: skip
    bridge = {"ifname": "mn", "ifindex": 3, "linkinfo": {"info_kind": "bridge"}}
    learned = [
        {"mac": leg.mac, "ifname": port["ifname"]}
        for port in ports
        for _, leg in hosts
        if port["ifalias"] == f"{_.name}.mn"
    ]
    return Fabric((bridge, *ports), tuple(learned))


@pytest.fixture
def hosts(plan, fabric, found):
    """Every host of the segment with its end of the cable."""
    return {
        port["ifalias"].partition(".")[0]: replace(found, links=(link("mn", "-", index=2, far=port["ifindex"]),))
        for port in fabric.links[1:]
    }


def test_a_host_as_planned_passes(plan, found):
    judgement = host_documented(plan, plan.host(HOST), found)
    assert judgement.state is State.PASS, judgement.message_en


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: {"links": (*f.links, link("second", "02:00:00:00:00:01"))}, "an interface second (veth"),
        (lambda f: {"links": f.links[:1]}, "no interface mn"),
        (
            lambda f: {"links": (f.links[0], {**f.links[1], "address": "02:00:00:00:00:01"})},
            "mn has MAC 02:00:00:00:00:01",
        ),
        (lambda f: {"links": (f.links[0], {**f.links[1], "flags": ["UP"]})}, "mn is down"),
        (lambda f: {"links": (link("lo", "-", ("127.0.0.1/8", "10.0.0.1/32"), 1), f.links[1])}, "10.0.0.1/32 on lo"),
        (
            lambda f: {"routes": (*f.routes, {"dst": "10.30.0.0/24", "gateway": "10.10.0.10", "dev": "mn"})},
            "a route to 10.30",
        ),
        (lambda f: {"routes": (*f.routes, {"dst": "10.30.0.0/24", "dev": "mn", "table": "77"})}, "in table 77"),
        (lambda f: {"routes": (*f.routes, {"type": "blackhole", "dst": "10.90.0.0/24"})}, "by blackhole"),
        (lambda f: {"routes": f.routes[1:]}, "no route to 0.0.0.0/0"),
        (
            lambda f: {"policies": (*f.policies, {"priority": 100, "src": "all", "table": "77"})},
            "policy rule of priority 100",
        ),
        (lambda _: {"policies": ({"priority": 0, "src": "10.0.0.1", "table": "local"},)}, "policy rule of priority 0"),
        (
            lambda _: {"neighbours": ({"dst": "10.10.0.66", "dev": "mn", "lladdr": "02:00:00:00:00:66"},)},
            "a neighbour 10.10.0.66 with the unknown MAC 02:00:00:00:00:66",
        ),
        (
            lambda f: {"neighbours": ({**f.neighbours[0], "dst": "10.10.0.53"},)},
            "the neighbour 10.10.0.53 on mn has the MAC of mn-app",
        ),
        (lambda f: {"neighbours": ({**f.neighbours[0], "dst": "10.10.0.77"},)}, "mn-app also answers for 10.10.0.77"),
        (lambda f: {"resolv_conf": f.resolv_conf + "nameserver 192.0.2.53\n"}, "asks 192.0.2.53"),
        (lambda _: {"resolv_conf": "search corp.example\n"}, "searches corp.example"),
        (lambda f: {"hosts": f.hosts + "192.0.2.1 registry\n"}, "192.0.2.1 the name registry"),
        (lambda _: {"hosts": "127.0.0.1 localhost builder-7\n"}, "127.0.0.1 the name builder-7"),
        (lambda _: {"hostname": "builder-7"}, "calls itself 'builder-7'"),
    ],
)
def test_what_no_document_says_is_a_fail_that_names_it(plan, found, change, told):
    judgement = host_documented(plan, plan.host(HOST), replace(found, **change(found)))
    assert judgement.state is State.FAIL
    assert told in judgement.message_en


def test_what_differs_is_told_in_japanese_too(plan, found, fabric, hosts):
    odd = replace(
        found,
        links=(*found.links, link("second", "02:00:00:00:00:01")),
        routes=(*found.routes[1:], {"dst": "10.30.0.0/24", "dev": "mn", "table": "77"}),
        neighbours=({**found.neighbours[0], "dst": "10.10.0.53"},),
        resolv_conf=found.resolv_conf + "nameserver 192.0.2.53\n",
        settings={},
    )
    ja = host_documented(plan, plan.host(HOST), odd).message_ja
    assert ja.startswith(
        "mn-term：構成図と実際が異なります：構成図にないインターフェース second（veth、MAC 02:00:00:00:00:01）"
    )
    assert "、0.0.0.0/0 への経路（10.10.0.1 経由）がない" in ja
    assert "、構成図にない 10.30.0.0/24 への経路（mn 経由、テーブル 77）" in ja
    assert "、mn の隣接機器 10.10.0.53 が mn-app のMACアドレスを持つ" in ja
    assert "、/etc/resolv.conf に構成図にない問合せ先 192.0.2.53" in ja
    assert "、mn の ipv6 accept_ra が 0 ではなく不明" in ja
    del hosts["mn-app"]
    assert "ポート mn-app.mn の先に構成図の機器がない" in segment_documented(plan, "mn", fabric, hosts).message_ja


def test_a_segment_as_planned_passes(plan, fabric, hosts):
    judgement = segment_documented(plan, "mn", fabric, hosts)
    assert judgement.state is State.PASS, judgement.message_en


def test_a_port_without_a_planned_host_fails(plan, fabric, hosts):
    stray = {"ifname": "stray0", "ifindex": 77, "link_index": 78, "master": "mn", "linkinfo": {"info_kind": "veth"}}
    judgement = segment_documented(plan, "mn", replace(fabric, links=(*fabric.links, stray)), hosts)
    assert judgement.state is State.FAIL
    assert "port stray0 leads to no host of the documents" in judgement.message_en


def test_two_hosts_that_were_exchanged_fail_though_the_names_of_the_ports_are_right(plan, fabric, hosts):
    hosts["mn-app"], hosts["mn-dns"] = hosts["mn-dns"], hosts["mn-app"]
    assert "behind port mn-app.mn is mn-dns" in segment_documented(plan, "mn", fabric, hosts).message_en


def test_a_host_that_is_not_plugged_in_fails(plan, fabric, hosts):
    judgement = segment_documented(plan, "mn", replace(fabric, links=fabric.links[:-1]), hosts)
    assert "is not plugged in" in judgement.message_en


def test_frames_of_another_card_fail(plan, fabric, hosts):
    strange = {"mac": "02:00:00:00:00:66", "ifname": fabric.links[1]["ifname"]}
    judgement = segment_documented(plan, "mn", replace(fabric, learned=(*fabric.learned, strange)), hosts)
    assert "frames of 02:00:00:00:00:66 came in at port mn-term.mn" in judgement.message_en


def test_a_segment_without_its_bridge_fails(plan, fabric, hosts):
    assert segment_documented(plan, "mn", Fabric(fabric.links[1:], ()), hosts).state is State.FAIL


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"queues": ({"kind": "clsact", "dev": "mn"},)}, "traffic control (clsact) on mn"),
        ({"queues": ({"kind": "ingress", "dev": "mn"},)}, "traffic control (ingress) on mn"),
        ({"queues": ({"kind": "untold"},)}, "there is no `tc`"),
        ({"settings": SETTINGS | {"ipv6/mn/accept_ra": "1"}}, "ipv6 accept_ra of mn is 1, not 0"),
        ({"settings": SETTINGS | {"ipv4/mn/forwarding": "1"}}, "ipv4 forwarding of mn is 1, not 0"),
        ({"settings": SETTINGS | {"ipv4/mn/proxy_arp": "1"}}, "ipv4 proxy_arp of mn is 1, not 0"),
        ({"settings": {}}, "ipv6 accept_ra of mn is not told, not 0"),
    ],
)
def test_what_carries_packets_past_the_rules(plan, found, change, said):
    judgement = host_documented(plan, plan.host(HOST), replace(found, **change))
    assert judgement.state is State.FAIL
    assert said in judgement.message_en


def test_an_xdp_program(plan, found):
    lo, own = found.links
    judgement = host_documented(plan, plan.host(HOST), replace(found, links=(lo, {**own, "xdp": {"mode": 1}})))
    assert "an XDP program on mn" in judgement.message_en
