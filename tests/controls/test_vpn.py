"""VPN: what a telework terminal sends goes into its tunnel or nowhere; who may come in, and where to."""

from __future__ import annotations

from lab.verify import control


@control("VPN-03")
def test_everything_goes_into_the_tunnel(tunnel, teleworker):
    tunnel(teleworker).takes_everything()


@control("VPN-04")
def test_nothing_gets_past_the_tunnel(tunnel, teleworker):
    tunnel(teleworker).lets_nothing_past_it()


@control("VPN-04", "VPN-16")
def test_nothing_leaks_while_the_tunnel_comes_and_goes(tunnel, teleworker):
    tunnel(teleworker).hides_everything_while_it_comes_and_goes()


@control("VPN-05")
def test_names_are_asked_for_inside_the_tunnel_alone(tunnel, teleworker):
    tunnel(teleworker).takes_questions_for_names()


@control("VPN-06")
def test_ipv6_goes_into_the_tunnel_too(tunnel, teleworker):
    tunnel(teleworker).takes_ipv6()
