"""The network as an SVG: its structure, and that nothing in it covers anything else."""

from collections import Counter
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.catalogue import load as load_catalogue
from lab.plan import AllowedFlow, Protocol, build
from lab.report.picture import network_svg
from lab.report.picture.measure import fit, width
from lab.scenario import load

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "picture"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"<script>alert(1)</script>&'


def large():
    """A scenario of over 200 hosts and 24 zones."""
    lines = ["edition: R8.3", "model: alpha", "reference: alpha", "zones:", "  add:"]
    for i in range(1, 8):
        wall = ("fw-mn", "fw-lg", "fw-in")[i % 3]
        nets = f'[10.60.{i}.0/24, "fd53:616e:736f:6{i}::/64"]'
        lines.append(f"    extra{i}: {{title: 追加の業務領域{i}, place: other, firewall: {wall}, networks: {nets}}}")
    for i in range(1, 5):
        nets = f'[10.61.{i}.0/24, "fd53:616e:736f:7{i}::/64"]'
        lines.append(f"    peer{i}: {{title: '{HOSTILE}', place: peer-1, firewall: fw-mn, networks: {nets}}}")
    lines += ["hosts:", "  add:"]
    for zone, count in (("mn", 60), ("lg", 60), ("in", 50)):
        lines += [
            f"    {zone}-desk-{i:03d}: {{zone: {zone}, function: terminal, number: {100 + i}}}" for i in range(count)
        ]
    for i in range(1, 8):
        lines += [
            f"    x{i}-{j}: {{zone: extra{i}, function: {'server' if j % 2 else 'terminal'}, number: {10 + j}}}"
            for j in range(12 if i == 3 else 3)
        ]
    lines += [f"    peer{i}: {{zone: peer{i}, function: peer, number: 10}}" for i in range(1, 5)]
    lines.append("register:")
    for i in range(1, 5):
        lines += [
            f"  - {{id: TK-{i}{j}, purpose: '{HOSTILE}', from: mn-desk-00{j}, to: peer{i}, service: tcp/443,"
            " limit: {mac: true}, owner: 市民課, expires: +1y}"
            for j in range(3)
        ]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenarios") / "large.yaml"
    path.write_text(large(), encoding="utf-8")
    files = {
        "large": path,
        **{name: ROOT / "scenarios" / f"{name}.yaml" for name in DELIVERED},
    }
    files |= {"no-ipv6": path.with_name("no-ipv6.yaml")}
    files["no-ipv6"].write_text("edition: R8.3\nmodel: alpha\nreference: minimal\nipv6: off\n", encoding="utf-8")
    files |= {"fewer": path.with_name("fewer.yaml")}
    files["fewer"].write_text(
        "edition: R8.3\nmodel: alpha\nreference: alpha\nzones: {remove: [tc2, backup, lgwan, guest]}\n",
        encoding="utf-8",
    )
    return {name: build(load(file, as_of=date(2026, 11, 25)), load_catalogue(), name) for name, file in files.items()}


DELIVERED = tuple(sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml")))
NAMES = (*DELIVERED, "no-ipv6", "large", "fewer")


@pytest.fixture(params=[(name, lang) for name in NAMES for lang in ("ja", "en")], ids="-".join)
def picture(request, plans):
    name, lang = request.param
    plan = plans[name]
    return plan, ET.fromstring(network_svg(plan, lang))


def groups(svg, kind):
    return [one for one in svg.iter(f"{SVG}g") if one.get("class", "").split(" ")[0] == kind]


def rectangle(one):
    x, y, wide, high = (float(one.get(key)) for key in ("x", "y", "width", "height"))
    return x, y, x + wide, y + high


def frame(text):
    """What a text covers, by the estimate that the layout uses."""
    size = float(text.get("font-size"))
    wide = width(text.text, size, bold=text.get("font-weight") == "700")
    left = float(text.get("x")) - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
    y = float(text.get("y"))
    return left, y - 0.8 * size, left + wide, y + 0.2 * size


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_the_same_plan_gives_the_same_text(plans):
    assert network_svg(plans["alpha"], "ja") == network_svg(plans["alpha"], "ja")


def test_every_zone_host_and_allowed_flow_is_there(picture):
    plan, svg = picture
    assert {one.get("data-zone") for one in groups(svg, "zone")} == {zone.name for zone in plan.zones}
    drawn = Counter(flow for one in groups(svg, "flow") for flow in one.get("data-flows").split(" "))
    assert drawn == Counter(flow.id for flow in plan.every_flow)
    told = "\n".join(one.findtext(f"{SVG}title") for one in [*groups(svg, "host"), *groups(svg, "router")])
    shown = sum(int(one.get("data-hosts", "1")) for one in [*groups(svg, "host"), *groups(svg, "router")])
    assert shown == len(plan.hosts) + sum(bool(one.legs) for one in (plan.air.hosts if plan.air else ()))
    assert all(f"{flow.source}" in told for flow in plan.allowed if flow.origin == "register")


def no_text_covers_another_and_none_leaves_the_page(svg):
    _, _, wide, high = map(float, svg.get("viewBox").split())
    texts = [(one.text, frame(one)) for one in svg.iter(f"{SVG}text")]
    assert [text for text, (x0, y0, x1, y1) in texts if x0 < 0 or y0 < 0 or x1 > wide or y1 > high] == []
    assert [(a, b) for (a, one), (b, other) in combinations(texts, 2) if overlap(one, other)] == []


def texts_of_hosts_and_zones_stay_in_their_box(svg):
    for kind in ("host", "zone", "router"):
        for group in groups(svg, kind):
            box = rectangle(group.findall(f"{SVG}rect")[-1])
            for text in group.iter(f"{SVG}text"):
                x0, y0, x1, y1 = frame(text)
                assert box[0] <= x0, text.text
                assert box[1] <= y0, text.text
                assert x1 <= box[2], text.text
                assert y1 <= box[3], text.text


def labels_of_flows_cover_no_card_and_no_other_label(svg):
    pills = [rectangle(one) for one in svg.iter(f"{SVG}rect") if one.get("class") == "pill"]
    cards = [rectangle(group.findall(f"{SVG}rect")[-1]) for group in groups(svg, "host")]
    assert not [(a, b) for a, b in combinations(pills, 2) if overlap(a, b)]
    assert not [(pill, card) for pill in pills for card in cards if overlap(pill, card)]


def two_boxes_never_overlap(svg):
    boxes = [rectangle(group.findall(f"{SVG}rect")[0]) for kind in ("zone", "router") for group in groups(svg, kind)]
    assert not [(a, b) for a, b in combinations(boxes, 2) if overlap(a, b)]
    cards = [rectangle(group.findall(f"{SVG}rect")[-1]) for group in groups(svg, "host")]
    assert not [(a, b) for a, b in combinations(cards, 2) if overlap(a, b)]


def every_card_is_inside_of_a_zone(svg):
    zones = [rectangle(group.find(f"{SVG}rect")) for group in groups(svg, "zone")]
    for group in groups(svg, "host"):
        x0, y0, x1, y1 = rectangle(group.findall(f"{SVG}rect")[-1])
        around = [one for one in zones if one[0] <= x0 and one[1] <= y0 and x1 <= one[2] and y1 <= one[3]]
        assert around, group.findtext(f"{SVG}title")


def two_flows_never_lie_on_each_other(svg):
    runs = {}  # direction and place across it -> from, to, flow
    for number, group in enumerate(groups(svg, "flow")):
        for path in group.iter(f"{SVG}path"):
            for x0, y0, x1, y1 in straight(path.get("d")) if path.get("class") != "hit" else ():
                if y0 == y1:
                    runs.setdefault(("across", y0), []).append((min(x0, x1), max(x0, x1), number))
                if x0 == x1:
                    runs.setdefault(("down", x0), []).append((min(y0, y1), max(y0, y1), number))
    for line in runs.values():
        for one, other in combinations(line, 2):
            assert one[2] == other[2] or min(one[1], other[1]) - max(one[0], other[0]) <= 0


def straight(path):
    """The horizontal and vertical pieces of a path of M, L and Q."""
    points, found = path.replace("M", " M ").replace("L", " L ").replace("Q", " Q ").split(), []
    here, index = (0.0, 0.0), 0
    while index < len(points):
        count = 4 if points[index] == "Q" else 2
        numbers = [float(one) for one in points[index + 1 : index + 1 + count]]
        if points[index] == "L":
            found.append((*here, *numbers))
        here = (numbers[-2], numbers[-1])
        index += 1 + count
    return found


CLEAR = (
    no_text_covers_another_and_none_leaves_the_page,
    texts_of_hosts_and_zones_stay_in_their_box,
    labels_of_flows_cover_no_card_and_no_other_label,
    two_boxes_never_overlap,
    every_card_is_inside_of_a_zone,
    two_flows_never_lie_on_each_other,
)


@pytest.mark.parametrize("holds", CLEAR, ids=lambda one: one.__name__)
def test_nothing_covers_anything(picture, holds):
    holds(picture[1])


PLACES = sorted(load_catalogue().places)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=40)
NAME = st.from_regex(r"\A[a-z][a-z0-9-]{0,30}\Z")


class Odd:
    """A plan with a short repr: a plan's own is 80 kB, and hypothesis warns."""

    def __init__(self, plan):
        self.plan = plan

    def __repr__(self):
        more = [(flow.id, flow.source, flow.destination) for flow in self.plan.allowed if flow.id.startswith("X-")]
        return f"{[(zone.name, zone.place, zone.title) for zone in self.plan.zones]} {len(self.plan.hosts)} {more}"


@cache
def reference(name):
    return build(load(ROOT / "scenarios" / f"{name}.yaml", as_of=date(2026, 11, 25)), load_catalogue(), name)


@st.composite
def odd(draw):
    """A plan with other titles, places and ids, and flows between any two hosts, routed or not."""
    plan = reference(draw(st.sampled_from(["wired", "minimal"])))
    hosts = [host.name for host in plan.hosts]
    zones = tuple(
        zone.model_copy(update={"title": draw(TEXT), "place": draw(st.sampled_from([zone.place, *PLACES]))})
        for zone in plan.zones
    )
    pairs = draw(
        st.lists(st.tuples(st.sampled_from(hosts), st.sampled_from(hosts)).filter(lambda p: p[0] != p[1]), max_size=12)
    )
    more = tuple(
        AllowedFlow(id=f"X-{number}-{draw(NAME)}", origin=draw(st.sampled_from(["register", "catalogue", "infrastructure"])),
                    permitted_by=draw(st.sampled_from(["F02", "I01", draw(NAME)])), controls=(), purpose=draw(TEXT),
                    source=source, destination=destination, protocol=Protocol.TCP, port=443, application="https",
                    families=plan.families)
        for number, (source, destination) in enumerate(pairs)
    )  # fmt: skip
    gone = set(draw(st.lists(st.sampled_from(hosts), max_size=8)))
    kept = tuple(host for host in plan.hosts if host.name not in gone)
    allowed = tuple(flow for flow in (*plan.allowed, *more) if not gone & {flow.source, flow.destination})
    return Odd(plan.model_copy(update={"zones": zones, "hosts": kept, "allowed": allowed}))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(odd(), st.sampled_from(["ja", "en"]))
def test_nothing_covers_anything_on_odd_plans(drawn_plan, lang):
    plan = drawn_plan.plan
    svg = ET.fromstring(network_svg(plan, lang))
    for holds in CLEAR:
        holds(svg)
    drawn = Counter(flow for one in groups(svg, "flow") for flow in one.get("data-flows").split(" "))
    told = {flow.id for flow in plan.allowed if flow.id not in drawn}
    assert max(drawn.values(), default=0) <= 1
    assert told == set(svg.get("data-undrawn", "").split())


def test_a_zone_of_many_hosts_is_drawn_in_groups(plans):
    svg = ET.fromstring(network_svg(plans["large"], "en"))
    mine = [one for one in groups(svg, "host") if one.findtext(f"{SVG}title").startswith("mn-")]
    assert len(mine) <= 10
    assert "mn-term and 57 more" in [text.text for group in mine for text in group.iter(f"{SVG}text")]


def test_a_title_is_text_and_never_markup(plans):
    text = network_svg(plans["large"], "ja")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_characters_that_xml_cannot_carry_are_replaced(plans):
    plan = plans["minimal"]
    odd = plan.model_copy(
        update={"zones": (plan.zones[0].model_copy(update={"title": "a\x00\ud800b"}), *plan.zones[1:])}
    )
    assert "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b" in network_svg(odd, "ja")


def test_a_flow_tells_its_id_purpose_service_and_families(plans):
    svg = ET.fromstring(network_svg(plans["alpha"], "en"))
    titles = {one.get("data-flows"): one.findtext(f"{SVG}title") for one in groups(svg, "flow")}
    assert (
        "TK-21: セキュリティクラウド経由のWeb閲覧: in-term → sc-proxy, tcp/3128 (http-proxy), ipv4 ipv6"
        in titles["TK-21"]
    )
    assert "reach the Internet" in next(title for flows, title in titles.items() if flows.startswith("L03/"))


@pytest.mark.parametrize("name", ["minimal", "wired", "alpha"])
def test_what_stands_where_is_what_was_reviewed(plans, name):
    svg = ET.fromstring(network_svg(plans[name], "ja"))
    assert outline(svg) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def outline(svg):
    """Zones by their place beside the routers, and lines with their flows: structure without coordinates."""
    walls = [(one.get("data-host"), rectangle(one.find(f"{SVG}rect"))) for one in groups(svg, "router")]
    lines = []
    for group in groups(svg, "zone"):
        x0, y0, _, y1 = rectangle(group.find(f"{SVG}rect"))
        beside = [name for name, (_, top, _, bottom) in walls if y0 < bottom and top < y1]
        side = "outside" if x0 < walls[0][1][0] else "inside"
        lines.append(f"zone {group.get('data-zone')}: {side}, beside {' '.join(beside)}")
    lines += [f"{group.get('class')}: {group.get('data-flows')}" for group in groups(svg, "flow")]
    return "\n".join(lines) + "\n"


def test_a_wide_character_counts_as_a_square():
    assert width("特定", 10) > 20
    assert width("ab", 10) < 15
    assert width("が", 10) == width("か\u3099", 10)


@pytest.mark.parametrize("room", [0, 10, 40, 90, 200])
def test_what_does_not_fit_is_cut(room):
    text = fit("マイナンバー利用事務系 mn", room, 12)
    assert text == "…" or width(text, 12) <= room


def test_stations_hang_on_their_segment_by_radio_and_their_flows_are_drawn(plans):
    plan = plans["alpha"]
    svg = ET.fromstring(network_svg(plan, "en"))
    cards = {one.findtext(f"{SVG}title").partition(":")[0]: one for one in groups(svg, "host")}
    dashed = {name for name, one in cards.items() if one.find(f"{SVG}rect").get("stroke-dasharray")}
    assert dashed == {one.name for one in plan.air.hosts if one.ssid}
    assert {"attacker", "air"}.isdisjoint(cards)  # no part of the network
    assert "wireless LAN" in [text.text for text in svg.iter(f"{SVG}text")]
    assert any("F24/sta-guest/www/tcp" in one.get("data-flows").split(" ") for one in groups(svg, "flow"))


def test_a_study_is_called_one_wherever_its_picture_goes():
    study = build(load(ROOT / "scenarios" / "mn-telework-study.yaml"), load_catalogue(), "renamed")
    minimal = build(load(ROOT / "scenarios" / "minimal.yaml"), load_catalogue(), "minimal")
    for lang, words in (("en", "not conformance"), ("ja", "適合を示すものではありません")):
        assert words in (ET.fromstring(network_svg(study, lang)).get("aria-label") or "")
        assert words not in (ET.fromstring(network_svg(minimal, lang)).get("aria-label") or "")
