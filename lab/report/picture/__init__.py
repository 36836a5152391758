"""The network as a picture: zones, hosts, firewalls and allowed flows of a plan as one self-contained SVG.

Left is outside, right is inside; every firewall is a wall between them. All of it follows from the plan's topology: a
zone belongs to the router that it hangs on, what several routers share becomes a band beside them.
"""

from __future__ import annotations

from lab.plan import Plan
from lab.report.picture.drawing import draw
from lab.report.picture.layout import Page
from lab.report.picture.nets import gather
from lab.report.picture.routes import route
from lab.report.picture.structure import sketch
from lab.report.picture.wires import sort
from lab.report.picture.words import speaker

__all__ = ["network_svg"]


def network_svg(plan: Plan, lang: str) -> str:
    """The plan's network as an SVG document in `lang` ("ja" or "en"). The same plan gives the same text."""
    say, shape = speaker(lang), sketch(plan)
    page = Page(shape, sort(shape, gather(plan, shape, say)), say)
    return draw(plan, route(page), say)
