"""Which image and which device files a host gets: the highest and all that its roles need."""

from __future__ import annotations

import pytest

from lab.plan import Image
from lab.plan.functions import functions


@pytest.mark.parametrize(
    ("roles", "image", "devices"),
    [
        (("base", "ssh", "web_app"), Image.HOST, ()),
        ((), Image.HOST, ()),
        (("base", "radius_server"), Image.PATH, ()),
        (("base", "firewall", "vpn_gateway"), Image.PATH, ("/dev/net/tun",)),
        (("base", "radio_guest"), Image.RADIO, ("/dev/net/tun",)),
        (("screen_client", "base", "telework_terminal"), Image.DESKTOP, ("/dev/net/tun",)),
    ],
)
def test_host_gets_what_its_roles_need(roles, image, devices):
    assert functions().image(roles) is image
    assert functions().devices_of(roles) == devices
