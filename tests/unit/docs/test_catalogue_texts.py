"""Figures and ports in the catalogue's texts are those of the suites."""

import re

from lab.catalogue import load
from lab.verify import border, limited, matrix

CATALOGUE = load()


def ports(text, protocol):
    """Every number that follows the protocol's name: `TCP 22, 53 and 443`, `TCP 22・53・443`."""
    found = set()
    for run in re.findall(rf"{protocol} ((?:\d+(?:, | and |・)?)+)", text):
        found |= {int(number) for number in re.findall(r"\d+", run)}
    return found


def tried(services, protocol):
    return {port for each, port in services if each.value == protocol and port is not None}


def test_zone_pairs():
    for text in (CATALOGUE.control("ZONE-01").how.en, CATALOGUE.control("ZONE-01").how.ja):
        assert ports(text, "TCP") == tried(matrix.REPRESENTATIVE, "tcp")
        assert ports(text, "UDP") == tried(matrix.REPRESENTATIVE, "udp")


def test_firewall_addresses():
    for text in (CATALOGUE.control("ZONE-05").how.en, CATALOGUE.control("ZONE-05").how.ja):
        assert ports(text, "TCP") == tried(border.KNOCKS, "tcp")
        assert ports(text, "UDP") == tried(border.KNOCKS, "udp")


def test_other_ports_of_an_entry():
    count = len(limited.OTHER_PORTS)
    how = CATALOGUE.control("TC-02").how
    assert f"{count - 1} other TCP ports, {count} UDP ports" in how.en
    assert f"他のTCP {count - 1}ポート・UDP {count}ポート" in how.ja
