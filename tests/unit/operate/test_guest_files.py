"""What a host on the air has to be like, as the list on its container tells it."""

from __future__ import annotations

from lab.converge import GUEST_FILES
from lab.operate.guest_files import delivered

HOSTAPD = "/etc/hostapd/hostapd.conf"


def test_list_of_a_hosts_files_is_the_containers_without_its_place():
    lines = [
        f"{'a' * 64}  /etc/sanso/radio/hosts",
        f"{'b' * 64}  {GUEST_FILES}/ap{HOSTAPD}",
        f"{'c' * 64}  {GUEST_FILES}/ap-2{HOSTAPD}",
    ]
    assert delivered("\n".join(lines), "ap") == {HOSTAPD: "b" * 64}
