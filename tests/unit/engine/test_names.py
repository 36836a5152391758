from __future__ import annotations

import pytest

from lab.engine.names import Kind, check_host, check_lab, container_name, labels
from lab.errors import BadInput


@pytest.mark.parametrize("name", ["alpha", "mn-app", "a1", "alpha-r5", "0"])
def test_words_with_single_hyphens_are_names(name):
    assert check_lab(name) == name
    assert check_host(name) == name


@pytest.mark.parametrize("name", ["", "-a", "a-", "a--b", "A", "a_b", "a.b", "a b", "a" * 41, "a\n", "../x"])
def test_other_names_are_refused_with_the_rule(name):
    for check in (check_lab, check_host):
        with pytest.raises(BadInput) as refusal:
            check(name)
        assert refusal.value.exit_code == 3
        assert "letters" in refusal.value.fix


@pytest.mark.parametrize("name", ["fabric", "lock"])
def test_the_labs_own_containers_are_no_host_names(name):
    with pytest.raises(BadInput, match=name):
        check_host(name)


def test_no_two_pairs_of_lab_and_host_share_a_container_name():
    assert container_name("a-b", "c") != container_name("a", "b-c")


def test_every_object_tells_its_lab_kind_host_and_owner():
    own = labels("alpha", Kind.HOST, host="mn-app", digest="d")
    assert own["sanso.lab"] == "alpha"
    assert own["sanso.kind"] == "host"
    assert own["sanso.host"] == "mn-app"
    assert own["sanso.digest"] == "d"
    assert "@" in own["sanso.owner"]
