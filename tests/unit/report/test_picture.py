"""The network as an SVG: its structure, and that nothing in it covers anything else."""

from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lab.catalogue import load as load_catalogue
from lab.plan import build
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
    files = {"large": path, **{name: ROOT / "scenarios" / f"{name}.yaml" for name in ("minimal", "alpha", "alpha-r5")}}
    files |= {"no-ipv6": path.with_name("no-ipv6.yaml")}
    files["no-ipv6"].write_text("edition: R8.3\nmodel: alpha\nreference: minimal\nipv6: off\n", encoding="utf-8")
    files |= {"fewer": path.with_name("fewer.yaml")}
    files["fewer"].write_text(
        "edition: R8.3\nmodel: alpha\nreference: alpha\nzones: {remove: [tc2, backup, lgwan, guest]}\n",
        encoding="utf-8",
    )
    return {name: build(load(file, as_of=date(2026, 11, 25)), load_catalogue(), name) for name, file in files.items()}


NAMES = ("minimal", "alpha", "alpha-r5", "no-ipv6", "large", "fewer")


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
    assert drawn == Counter(flow.id for flow in plan.allowed)
    told = "\n".join(one.findtext(f"{SVG}title") for one in [*groups(svg, "host"), *groups(svg, "router")])
    shown = sum(int(one.get("data-hosts", "1")) for one in [*groups(svg, "host"), *groups(svg, "router")])
    assert shown == len(plan.hosts)
    assert all(f"{flow.source}" in told for flow in plan.allowed if flow.origin == "register")


def test_no_text_covers_another_and_none_leaves_the_page(picture):
    _, svg = picture
    _, _, wide, high = map(float, svg.get("viewBox").split())
    texts = [(one.text, frame(one)) for one in svg.iter(f"{SVG}text")]
    assert [text for text, (x0, y0, x1, y1) in texts if x0 < 0 or y0 < 0 or x1 > wide or y1 > high] == []
    assert [(a, b) for (a, one), (b, other) in combinations(texts, 2) if overlap(one, other)] == []


def test_texts_of_hosts_and_zones_stay_in_their_box(picture):
    _, svg = picture
    for kind in ("host", "zone", "router"):
        for group in groups(svg, kind):
            box = rectangle(group.findall(f"{SVG}rect")[-1])
            for text in group.iter(f"{SVG}text"):
                x0, y0, x1, y1 = frame(text)
                assert box[0] <= x0, text.text
                assert box[1] <= y0, text.text
                assert x1 <= box[2], text.text
                assert y1 <= box[3], text.text


def test_labels_of_flows_cover_no_card_and_no_other_label(picture):
    _, svg = picture
    pills = [rectangle(one) for one in svg.iter(f"{SVG}rect") if one.get("class") == "pill"]
    cards = [rectangle(group.findall(f"{SVG}rect")[-1]) for group in groups(svg, "host")]
    assert not [(a, b) for a, b in combinations(pills, 2) if overlap(a, b)]
    assert not [(pill, card) for pill in pills for card in cards if overlap(pill, card)]


def test_two_boxes_never_overlap(picture):
    _, svg = picture
    boxes = [rectangle(group.findall(f"{SVG}rect")[0]) for kind in ("zone", "router") for group in groups(svg, kind)]
    assert not [(a, b) for a, b in combinations(boxes, 2) if overlap(a, b)]
    cards = [rectangle(group.findall(f"{SVG}rect")[-1]) for group in groups(svg, "host")]
    assert not [(a, b) for a, b in combinations(cards, 2) if overlap(a, b)]


def test_two_flows_never_lie_on_each_other(picture):
    _, svg = picture
    pieces = [
        (number, piece)
        for number, group in enumerate(groups(svg, "flow"))
        for path in group.iter(f"{SVG}path")
        if path.get("class") != "hit"
        for piece in straight(path.get("d"))
    ]
    for (one, (x0, y0, x1, y1)), (other, (u0, v0, u1, v1)) in combinations(pieces, 2):
        if one == other:
            continue
        if y0 == y1 == v0 == v1:
            assert min(max(x0, x1), max(u0, u1)) - max(min(x0, x1), min(u0, u1)) <= 0
        if x0 == x1 == u0 == u1:
            assert min(max(y0, y1), max(v0, v1)) - max(min(y0, y1), min(v0, v1)) <= 0


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


@pytest.mark.parametrize("name", ["minimal", "alpha"])
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
