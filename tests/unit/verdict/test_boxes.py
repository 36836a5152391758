from hypothesis import given
from hypothesis import strategies as st

from lab.verdict.ruleset.box import apart, meet, minus, without
from lab.verdict.ruleset.fields import Field
from lab.verdict.ruleset.model import Chain, Condition, Log, Rule, Ruleset, Verdict
from lab.verdict.ruleset.ranges import Ranges
from lab.verdict.ruleset.walk import Strand, through

spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4)
ranges = spans.map(Ranges.of)
FIELDS = (Field.PROTOCOL, Field.ICMP_TYPE, Field.TCP_FLAGS)
boxes = st.dictionaries(st.sampled_from(FIELDS), ranges.filter(bool), max_size=3)
packets = st.tuples(*(st.integers(0, 255) for _ in FIELDS))


def has(box, packet):
    return all(packet[FIELDS.index(field)] in values for field, values in box.items())


@given(ranges, ranges, st.integers(0, 41))
def test_ranges_are_sets(one, other, value):
    assert (value in one & other) == (value in one and value in other)
    assert (value in one | other) == (value in one or value in other)
    assert (value in one - other) == (value in one and value not in other)
    assert (one <= other) == all(each in other for each in one)
    assert one.meets(other) == bool(one & other)


@given(ranges)
def test_ranges_are_normal(one):
    assert all(low <= high for low, high in one.spans)
    assert all(left[1] + 1 < right[0] for left, right in zip(one.spans, one.spans[1:], strict=False))
    assert one.size == len(set(one))


@given(boxes, boxes, packets)
def test_meet_is_intersection(one, other, packet):
    both = meet(one, other)
    assert apart(one, other) == (both is None)
    assert (both is not None and has(both, packet)) == (has(one, packet) and has(other, packet))


@given(boxes, boxes, packets)
def test_without_is_difference_in_disjoint_pieces(one, hole, packet):
    pieces = without(one, hole)
    holding = [piece for piece in pieces if has(piece, packet)]
    assert len(holding) == (has(one, packet) and not has(hole, packet))


@given(st.lists(boxes, max_size=3), st.lists(boxes, max_size=3), packets)
def test_minus_is_difference_of_unions(some, holes, packet):
    left = any(has(box, packet) for box in minus(some, holes))
    assert left == (any(has(box, packet) for box in some) and not any(has(hole, packet) for hole in holes))


def condition(some):
    return Condition("", tuple(some))


# conditions in a row are looked at as one, unless something stands between them or one has alternatives
ROW = st.lists(boxes.map(lambda box: condition([box])), max_size=4)
MIXED = st.lists(st.one_of(st.lists(boxes, max_size=2).map(condition), st.just(Log(5))), max_size=4)


@given(st.one_of(ROW, MIXED), st.lists(boxes, max_size=2), packets)
def test_every_packet_ends_where_the_conditions_of_a_rule_say(statements, start, packet):
    rule = Rule("inet t", "c", 1, (*statements, Verdict("drop")))
    chain = Chain("inet t", "c", (rule,), "filter", "forward")
    ended = through(Ruleset((chain,)), chain, [Strand(box) for box in start])
    matches = all(any(has(box, packet) for box in one.boxes) for one in statements if isinstance(one, Condition))
    came = sum(has(box, packet) for box in start)
    dropped = [one for one in ended if one.verdict == "drop" and has(one.box, packet)]
    accepted = [one for one in ended if one.verdict == "accept" and has(one.box, packet)]
    assert bool(dropped) == bool(came and matches)
    assert bool(accepted) == bool(came and not matches)
    if all(
        isinstance(one, Condition) and len(one.boxes) == 1 for one in statements
    ):  # alternatives that overlap hold a packet twice
        assert len(accepted) == (0 if matches else came)
    assert all(one.strand.logged == (Log(5) in statements) for one in dropped)
