"""ZONE-05: where a packet meets no deciding rule, the chain's policy must drop it: also when its rules are gone."""

from __future__ import annotations

from lab.plan import Plan
from lab.record import Warrant
from lab.verdict.judgement import failed
from lab.verdict.register.expected import nft_family
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.ruleset import Ruleset


def policies(plan: Plan, device: str, ruleset: Ruleset) -> list[Finding]:
    """Hooks at which no filter chain has the policy drop; one finding per hook."""
    found = []
    for hook in ("forward", "input"):
        open_to = []
        for family in plan.families:
            chains = [chain for chain in ruleset.base(hook, nft_family(family)) if chain.type == "filter"]
            if all(chain.policy != "drop" for chain in chains):
                open_to.append((family, chains))
        if not open_to:
            continue
        families = [family.value for family, _ in open_to]
        names = sorted({f"{chain.table} {chain.name}" for _, chains in open_to for chain in chains})
        said = f"policy accept in {', '.join(names)}" if names else "no chain at all"
        said_ja = f"{'、'.join(names)} の既定動作は accept" if names else "チェーンなし"
        judgement = failed(
            Warrant.INSPECTED,
            f"{device}: {Kind.POLICY}: at the {hook} hook nothing drops {' and '.join(families)} by policy ({said}): "
            "if its rules go, everything passes",
            f"{device}：{hook} フックに {'・'.join(families)} を既定で破棄するチェーンがありません（{said_ja}）。"
            "ルールが失われるとすべて通過します",
        )
        found.append(Finding(Kind.POLICY, judgement))
    return found
