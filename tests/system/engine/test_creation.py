"""What a created lab is: wired as planned, nothing of the engine's machine in it, undone when it fails."""

from __future__ import annotations

import json

import pytest

from lab.engine import connect
from lab.engine.archive import pack
from lab.engine.container import create_host
from lab.engine.names import Kind, labels
from lab.errors import BadInput, LabError
from lab.plan import Family, Image
from lab.plan.functions import functions


def test_neighbours_talk_in_both_families_at_once(hosts):
    assert hosts.answers("mn-term", "10.10.0.10")
    assert hosts.answers("mn-term", "fd53:616e:736f:10::10")


def test_the_plan_is_found_again_by_any_client(engine, lab, plan):
    found = engine.find(plan.lab)
    assert found.plan == plan
    assert found.complete
    assert found.drift() == ()


def test_a_host_has_its_planned_interfaces_and_no_other(hosts, plan):
    for host in plan.hosts:
        links = json.loads(hosts.run(host.name, "ip -j -d link"))
        own = {link["ifname"]: link for link in links if "UP" in link["flags"] and link["ifname"] != "lo"}
        assert {name: link["address"] for name, link in own.items()} == {leg.segment: leg.mac for leg in host.legs}


def test_the_engines_machine_does_not_show_through(hosts):
    assert hosts.run("mn-term", "cat /etc/resolv.conf").startswith("nameserver 10.10.0.10\n")
    assert "nameserver" not in hosts.run("lg-term", "cat /etc/resolv.conf")
    assert hosts.run("lg-term", "cat /etc/hosts").splitlines() == [
        "127.0.0.1 localhost",
        "::1 localhost",
        "10.20.0.20 lg-term.lg.sanso.test lg-term",
        "fd53:616e:736f:20::20 lg-term.lg.sanso.test lg-term",
    ]


def test_the_engine_made_no_network(engine, lab, hosts):
    """It keeps no file of a namespace; loopback is up all the same, for the runtime brings it up."""
    for name in (lab.fabric, lab.container("fw-mn"), lab.container("mn-term")):
        seen = engine._client.inspect_container(name)
        assert (seen["Config"]["NetworkDisabled"], seen["NetworkSettings"]["SandboxKey"]) == (True, "")
    assert hosts.answers("mn-term", "127.0.0.1")


def test_a_users_proxy_does_not_reach_a_host(image, plan, monkeypatch, tmp_path):
    """With a proxy variable clients would lie. The control: a container made the SDK's own way does get it."""
    (tmp_path / "config.json").write_text('{"proxies": {"default": {"httpProxy": "http://192.0.2.1:3128"}}}')
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with connect() as engine:
        client = engine._client
        other = plan.model_copy(update={"lab": f"{plan.lab}-p"})
        control = client.create_container(image, labels=labels(other.lab, Kind.HELPER))["Id"]
        host = create_host(client, other, other.host("mn-app"), {Image.HOST: image})
        environment = [client.inspect_container(one)["Config"]["Env"] or [] for one in (control, host)]
        engine.down(other.lab)
    assert [any("proxy" in line.lower() for line in lines) for lines in environment] == [True, False]


def test_a_host_holds_only_its_capabilities(hosts):
    net_admin = 1 << 12
    for host, wanted in (("fw-mn", net_admin), ("mn-app", 0)):
        status = dict(line.split(":", 1) for line in hosts.run(host, "cat /proc/1/status").splitlines())
        assert int(status["CapBnd"], 16) == wanted
        assert status["NoNewPrivs"].strip() == "1"
    assert hosts.run("mn-app", "findmnt -no FSTYPE /run").strip() == "tmpfs"


def test_offloads_are_off_at_both_ends(hosts):
    """ETHTOOL_GTSO, GGSO, GGRO, GTXCSUM read back through the helper's own ioctl."""
    read = (
        'python3 -c "import array,fcntl,socket,struct,sys\n'
        "s=socket.socket()\n"
        "for name in sys.argv[1:]:\n"
        "  for command in (0x1e,0x23,0x2b,0x16):\n"
        "    value=array.array('B',struct.pack('II',command,0))\n"
        "    fcntl.ioctl(s,0x8946,struct.pack('16sP',name.encode(),value.buffer_info()[0]))\n"
        "    print(name,hex(command),struct.unpack('II',value)[1])\" "
    )
    lines = hosts.run("fabric", f"{read} p1 p2").splitlines() + hosts.run("fw-mn", f"{read} mn lg").splitlines()
    assert len(lines) == 16
    assert [line for line in lines if not line.endswith(" 0")] == []


def test_a_second_wiring_changes_nothing(lab):
    told = []
    lab.wire(told.append)
    assert told[-1].detail == "0 links made, 0 settings corrected"


def test_a_lab_of_that_name_is_refused(engine, images, plan, lab):
    with pytest.raises(LabError, match="is there already") as refusal:
        engine.create(plan, images)
    assert f"lab down --lab {plan.lab}" in refusal.value.fix
    with pytest.raises(LabError, match="is there from another plan"):
        engine.create(plan.model_copy(update={"model": "beta"}), images)
    assert lab.wiring_drift() == ()


def test_a_lab_is_listed_with_its_owner(engine, lab, plan):
    with engine.lock(plan.lab, "look"):
        (summary,) = [one for one in engine.labs() if one.name == plan.lab]
    assert "@" in summary.owner
    assert (summary.containers, summary.running, summary.complete) == (6, 6, True)
    assert "runs `look` since" in summary.holder


def test_what_is_not_there_is_said(engine):
    with pytest.raises(LabError, match="no lab named nowhere"):
        engine.find("nowhere")
    with pytest.raises(BadInput):
        engine.find("no/where")


def test_archives_are_there_before_the_first_program_starts(engine, images, plan, hosts_of):
    ruleset = b"table inet mine {\n\tchain forward {\n\t\ttype filter hook forward priority 0; policy drop;\n\t}\n"
    ruleset += b"\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n"
    other = plan.model_copy(update={"lab": f"{plan.lab}-a"})
    made = engine.create(other, images, archives={"fw-mn": pack({"etc/nftables.conf": ruleset})})
    try:
        listing = hosts_of(made).run("fw-mn", "nft list tables")
        assert listing.split() == ["table", "inet", "mine"]
    finally:
        made.mark_complete()
        engine.down(other.lab)


def test_a_failing_host_is_named_and_everything_undone(engine, images, plan, left):
    firewall = plan.host("fw-mn").model_copy(update={"capabilities": ()})  # it cannot load its drop-all
    others = tuple(host for host in plan.hosts if host.name != "fw-mn")
    broken = plan.model_copy(update={"lab": f"{plan.lab}-b", "hosts": (firewall, *others)})
    with pytest.raises(LabError, match=r"fw-mn: its init ended: .*cannot be closed"):
        engine.create(broken, images)
    assert left(broken.lab) == []


def test_an_image_that_is_not_there_is_said_for_every_host(engine, plan, left):
    other = plan.model_copy(update={"lab": f"{plan.lab}-c"})
    with pytest.raises(LabError, match="sanso-host:none"):
        engine.create(other, {Image.HOST: "sanso-host:none"})
    assert left(other.lab) == []


def test_a_file_for_a_tmpfs_is_refused(engine, lab):
    with pytest.raises(LabError, match="/run/x cannot be put"):
        engine.put_archive(lab.container("mn-app"), "/", pack({"run/x": b""}))


def test_a_lab_without_ipv6(engine, images, plan, hosts_of):
    def four(host):
        legs = tuple(leg.model_copy(update={"addresses": leg.addresses[:1]}) for leg in host.legs)
        routes = tuple(route for route in host.routes if route.destination.version == 4)
        sysctls = functions().kernel(host.kind, legs=len(legs), ipv6=False)
        return host.model_copy(update={"legs": legs, "routes": routes, "sysctls": sysctls})

    hosts = tuple(four(host) for host in plan.hosts)
    made = engine.create(
        plan.model_copy(update={"lab": f"{plan.lab}-4", "hosts": hosts, "families": (Family.IPV4,)}), images
    )
    try:
        made.record_state()
        made.mark_complete()
        assert hosts_of(made).answers("mn-term", "10.10.0.10")
        assert "inet6" not in hosts_of(made).run("fw-mn", "ip -6 addr")
        assert made.drift() == ()
    finally:
        engine.down(made.name)


def test_archives_for_unknown_hosts_are_refused(engine, images, plan):
    with pytest.raises(BadInput, match="nobody"):
        engine.create(plan.model_copy(update={"lab": f"{plan.lab}-d"}), images, archives={"nobody": b""})
