from hypothesis import given
from hypothesis import strategies as st

from lab.verdict.ruleset.box import meet, minus, without
from lab.verdict.ruleset.fields import Field
from lab.verdict.ruleset.ranges import Ranges

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


@given(ranges)
def test_ranges_are_normal(one):
    assert all(low <= high for low, high in one.spans)
    assert all(left[1] + 1 < right[0] for left, right in zip(one.spans, one.spans[1:], strict=False))
    assert one.size == len(set(one))


@given(boxes, boxes, packets)
def test_meet_is_intersection(one, other, packet):
    both = meet(one, other)
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
