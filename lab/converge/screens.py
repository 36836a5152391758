"""What the plan means to the roles of screen transfer: gateway, desktop, client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lab.errors import LabError
from lab.pki import Account, Purpose, account_stem, accounts, host_stem, onward, terminals
from lab.plan import AllowedFlow, Host, Plan, target

Variables = dict[str, Any]
RDP = "rdp"
_FIRST_UID = 2001


def desktop(plan: Plan, host: Host, keys: Path) -> Variables:
    """Who may open a session, by the ways that lead here."""
    stem, given = host_stem(keys, Purpose.SERVER, host.name), account_stem(keys, host.name)
    return {
        "host": host.name,
        "zone": host.zone,
        "listen": [str(interface.ip) for interface in host.legs[0].addresses],
        "accounts": [
            {"user": one.user, "uid": _FIRST_UID + number}
            for number, one in enumerate(one for one in accounts(plan) if one.desk == host.name)
        ],
        "certificate_file": f"{stem}.pem",
        "key_file": f"{stem}.key",
        "ca_file": str(keys / "root.pem"),
        "shadow_file": f"{given}.shadow",
        "codes_file": f"{given}.oath",
    }


def screen_gateway(plan: Plan, host: Host, _keys: Path) -> Variables:
    """The terminals before it, by address, and the one desktop behind it. LabError if there are several."""
    behind = [flow for flow in plan.allowed if (flow.source, flow.application) == (host.name, RDP)]
    if len(behind) != 1:
        raise LabError(
            f"{host.name} is a screen gateway, but {len(behind)} flows to a desktop are allowed from it, not one"
        )
    identities = {one.host: one.identity for one in terminals(plan)}
    before = [flow for flow in plan.allowed if (flow.destination, flow.application) == (host.name, RDP)]
    known = [
        {"address": str(plan.host(flow.source).address(family)), "identity": identities.get(flow.source, flow.source)}
        for flow in before
        for family in flow.families
        if family in plan.families
    ]
    return {
        "host": host.name,
        "listen": [str(interface.ip) for interface in host.legs[0].addresses],
        "terminals": known,
        "desk_name": behind[0].destination,
        "desk_address": str(target(plan, behind[0], plan.families[0])),
    }


def screen_client(plan: Plan, host: Host, _keys: Path) -> Variables:
    """The desktops that this terminal looks at, and the way to each. LabError if there is none."""
    known = [one for one in accounts(plan) if one.terminal == host.name]
    if not known:
        raise LabError(f"{host.name} has the role screen_client, but no way to a desktop is allowed for it")
    return {
        "desks": [
            {
                "desk": one.desk,
                "gateway": str(target(plan, first_hop(plan, one), plan.families[0])),
                "name": plan.host(one.desk).names[0],
                "account": one.user,
            }
            for one in known
        ]
    }


def reviewed(plan: Plan) -> Variables:
    """What is known to the review of sessions: the gateways, and each desktop with the terminals that may look at it."""
    known = accounts(plan)
    identities = {one.host: one.identity for one in terminals(plan)}
    return {
        "screen_gateways": [one.name for one in plan.hosts if "screen_gateway" in one.roles],
        "desks": [
            {
                "name": desk,
                "terminals": [identities.get(one.terminal, one.terminal) for one in known if one.desk == desk],
            }
            for desk in dict.fromkeys(one.desk for one in known)
        ],
    }


def first_hop(plan: Plan, account: Account) -> AllowedFlow:
    """Where the screen transfer of an account goes first. StopIteration if it has no way."""
    return next(
        flow
        for flow in plan.allowed
        if (flow.source, flow.application) == (account.terminal, RDP) and account.desk in onward(plan, flow.destination)
    )
