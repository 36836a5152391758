"""The gate in front of a filter, run line by line as the kernel would, and the expressions that libpcap compiles."""

import ctypes.util

import pytest

from lab.probe.agent.bpf import NOTHING, behind_gate, compile_expression

EVERYTHING = [(0x06, 0, 0, 65535)]
LOAD, EQUAL, GO, RETURN = 0x20, 0x15, 0x05, 0x06


def runs(program, interface):
    """What a program of the gate's four kinds of lines returns for a frame of that interface."""
    at, value = 0, None
    while True:
        code, yes, no, operand = program[at]
        at += 1
        if code == LOAD:
            assert operand == 0xFFFFF008
            value = interface
        elif code == EQUAL:
            at += yes if value == operand else no
        elif code == GO:
            at += operand
        else:
            assert code == RETURN
            return operand


@pytest.mark.parametrize("indexes", [{7}, {7, 9, 2}, set(range(2, 900, 3))], ids=["one", "three", "three hundred"])
def test_frames_of_the_chosen_interfaces_reach_the_filter_and_no_others(indexes):
    program = behind_gate(indexes, EVERYTHING)
    assert all(yes < 256 and no < 256 for _, yes, no, _ in program)
    assert {index for index in range(1000) if runs(program, index)} == indexes


def test_without_a_port_nothing_passes():
    assert not any(runs(behind_gate(set(), EVERYTHING), index) for index in range(100))


def test_a_filter_that_takes_nothing_stays_one():
    assert not runs(behind_gate({3}, NOTHING), 3)


needs_libpcap = pytest.mark.skipif(not ctypes.util.find_library("pcap"), reason="libpcap is the image's")


@needs_libpcap
def test_expressions_become_programs():
    assert len(compile_expression("tcp port 443 and host 10.10.0.10")) > 10
    assert [line[0] for line in compile_expression("")] == [RETURN]


@needs_libpcap
def test_what_is_no_expression_is_said_in_libpcaps_words():
    with pytest.raises(ValueError, match="syntax error"):
        compile_expression("tcp prt 443")
