"""Scenarios that are right, and what becomes of them."""

from datetime import date
from pathlib import Path

import pytest

from lab.errors import BadInput
from lab.scenario import load

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 23)
ENTRY = "{id: TK-01, purpose: p, from: mn-app, to: juki-net, service: tcp/443, limit: {mac: on}, owner: o, expires: %s}"


def scenario(folder, text, *, as_of=TODAY):
    file = folder / "s.yaml"
    file.write_text(f"edition: R8.3\nmodel: alpha\n{text}\n", encoding="utf-8")
    return load(file, as_of=as_of)


@pytest.mark.parametrize("file", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda file: file.stem)
def test_scenarios_of_the_lab_load(file):
    assert load(file).name == file.stem


def test_minimal():
    found = load(ROOT / "scenarios" / "minimal.yaml", as_of=TODAY)
    assert (found.edition, found.model, found.ipv6, found.as_of) == ("R8.3", "alpha", True, TODAY)
    (entry,) = found.entries
    assert (entry.id, entry.permitted_by, entry.mac, entry.expires) == ("TK-01", "F02", True, date(2027, 11, 23))
    assert entry.controls == ("TC-01", "TC-02", "TC-03", "TC-04")


@pytest.mark.parametrize(
    ("written", "as_of", "meant"),
    [
        ("+1d", date(2026, 12, 31), date(2027, 1, 1)),
        ("+30d", TODAY, date(2026, 12, 23)),
        ("+1m", date(2027, 1, 31), date(2027, 2, 28)),
        ("+14m", date(2026, 12, 31), date(2028, 2, 29)),
        ("+1y", date(2028, 2, 29), date(2029, 2, 28)),
        ("2026-11-23", TODAY, TODAY),
        ("'2030-01-31'", TODAY, date(2030, 1, 31)),
    ],
)
def test_end_dates(tmp_path, written, as_of, meant):
    (entry,) = scenario(tmp_path, f"register: [{ENTRY % written}]", as_of=as_of).entries
    assert entry.expires == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("on", True),
        ("off", False),
        ("true", True),
        ("false", False),
        ("True", True),
        ("FALSE", False),
    ],
)
def test_switches(tmp_path, written, meant):
    assert scenario(tmp_path, f"ipv6: {written}").ipv6 is meant


def test_byte_order_mark_and_windows_lines(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_bytes("edition: R8.3\r\nmodel: alpha\r\ntitle: 題\r\n".encode("utf-8-sig"))
    assert load(file).title == "題"


def test_columns_count_characters_not_bytes(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text("{edition: R8.3, model: alpha, title: 住民, wifi: []}", encoding="utf-8")
    with pytest.raises(BadInput, match=r's\.yaml:1:42: unknown key "wifi"'):
        load(file)


def test_added_peer_and_host(tmp_path):
    found = scenario(
        tmp_path,
        """
zones: {add: {chukan: {title: 中間サーバ, place: peer-1, firewall: fw-mn, networks: [10.11.2.0/24, 'fd53:616e:736f:12::/64']}}}
hosts:
  add:
    chukan: {zone: chukan, function: peer, number: 10}
    mn-term2: {zone: mn, function: terminal, number: 21}
register:
  - {id: TK-02, purpose: 情報連携, from: mn-app, to: chukan, service: tcp/443, limit: {mac: on}, owner: o, expires: +1y}
""",
    )
    assert found.topology.hosts["fw-mn"].legs["chukan"] == 1
    assert found.topology.hosts["mn-term2"].legs == {"mn": 21}
    assert [entry.destination for entry in found.entries] == ["chukan"]


def test_a_fourth_layer(tmp_path):
    found = scenario(
        tmp_path,
        """
zones: {add: {edu: {title: 教育, firewall: fw-in, networks: ['fd53:616e:736f:40::/64', 10.40.0.0/24]}}}
hosts: {add: {edu-term: {zone: edu, function: terminal, number: 20}}}
""",
    )
    assert [net.version for net in found.topology.segments["edu"].networks] == [4, 6]
    assert found.topology.place("edu-term").place == "other"


def test_removed_zone_takes_its_hosts_and_legs(tmp_path):
    found = scenario(tmp_path, "zones: {remove: [juki-net]}\nhosts: {remove: [in-term]}")
    assert "juki-net" not in found.topology.hosts
    assert "juki-net" not in found.topology.segments
    assert "juki-net" not in found.topology.hosts["fw-mn"].legs
    assert "in-term" not in found.topology.hosts


def test_a_removed_name_can_be_used_again(tmp_path):
    found = scenario(
        tmp_path,
        """
hosts: {remove: [mn-term], add: {mn-term: {zone: mn, function: terminal, number: 22}}}
""",
    )
    assert found.topology.hosts["mn-term"].legs == {"mn": 22}


def test_changes_leave_the_base_network_alone(tmp_path):
    scenario(tmp_path, "zones: {remove: [juki-net]}")
    assert "juki-net" in scenario(tmp_path, "").topology.hosts


def test_four_only_zone_without_ipv6(tmp_path):
    found = scenario(
        tmp_path,
        """
ipv6: off
zones: {add: {edu: {firewall: fw-in, networks: [10.40.0.0/24]}}}
""",
    )
    assert len(found.topology.segments["edu"].networks) == 1


def test_overlay(tmp_path):
    (tmp_path / "open.nft").write_text("table inet zones {}\n", encoding="utf-8")
    found = scenario(tmp_path, "overlays: {fw-mn: {/etc/nftables.conf: open.nft}}")
    assert found.overlays == {"fw-mn": {"/etc/nftables.conf": "table inet zones {}\n"}}


def test_overlay_by_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "inside" / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(BadInput, match="outside of the scenario's folder"):
        scenario(tmp_path / "inside", "overlays: {fw-mn: {/etc/nftables.conf: link}}")


def test_overlay_that_is_a_loop_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(BadInput, match="overlay"):
        scenario(tmp_path, "overlays: {fw-mn: {/etc/nftables.conf: loop}}")


def test_waiver(tmp_path):
    (waiver,) = scenario(
        tmp_path, "waivers: [{control: CRY-03, subject: tls juki-net, reason: 更新待ち, expires: +30d}]"
    ).waivers
    assert (waiver.control, waiver.expires) == ("CRY-03", date(2026, 12, 23))


def test_forbidden_flow_is_judged_although_another_entry_is_misspelt(tmp_path):
    with pytest.raises(BadInput) as caught:
        scenario(
            tmp_path,
            """register:
  - {id: TK-01, porpose: p}
  - {id: TK-02, purpose: p, from: lg-term, to: mn-app, service: tcp/443, owner: o, expires: +1y}
""",
        )
    assert 's.yaml:4:17: unknown key "porpose"' in str(caught.value)
    assert "s.yaml:5:5: ZONE-01" in str(caught.value)
