from __future__ import annotations

import pytest

from lab.converge.overlays import check_overlays
from lab.errors import ManyErrors
from lab.plan import Plan


def test_an_overlay_of_a_delivered_file_is_fine(plan: Plan):
    check_overlays(plan.model_copy(update={"overlays": {"mn-app": {"/etc/nginx/nginx.conf": "x"}}}))


def test_all_overlays_that_would_do_nothing_are_named_with_what_could_be_meant(plan: Plan):
    overlays = {"mn-app": {"/etc/nginx.conf": "x"}, "mn-term": {"/etc/nftables.conf": "x"}, "mn-gone": {"/etc/x": ""}}
    with pytest.raises(ManyErrors) as caught:
        check_overlays(plan.model_copy(update={"overlays": overlays}))
    first, second, third = caught.value.errors
    assert first.message == "no role of mn-app delivers /etc/nginx.conf"
    assert "/etc/nginx/nginx.conf" in first.fix
    assert second.message == "no role of mn-term delivers /etc/nftables.conf"
    assert third.message == "overlays name a host mn-gone that the lab doesn't have"
