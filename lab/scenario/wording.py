"""What pydantic finds, in the words of a scenario file and with what would be right."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from lab.scenario.file import (
    EXPIRY_PATTERN,
    ID_PATTERN,
    NAME_PATTERN,
    HostChanges,
    Limit,
    NewHost,
    NewZone,
    OverlayFile,
    PathSwitches,
    RegisterEntry,
    RegisterFile,
    ScenarioFile,
    Shape,
    VpnSettings,
    WaiverEntry,
    WirelessNetwork,
    ZoneChanges,
)
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.tree import Node

_MODELS: dict[tuple[str, ...], type[Shape]] = {
    (): ScenarioFile,
    ("register",): RegisterFile,
    ("register", "*"): RegisterEntry,
    ("register", "*", "limit"): Limit,
    ("waivers", "*"): WaiverEntry,
    ("paths",): PathSwitches,
    ("wlan", "*"): WirelessNetwork,
    ("vpn",): VpnSettings,
    ("overlays", "*", "*"): OverlayFile,
    ("zones",): ZoneChanges,
    ("zones", "add", "*"): NewZone,
    ("hosts",): HostChanges,
    ("hosts", "add", "*"): NewHost,
}
_EXAMPLES = {
    "csv": "register.csv",
    "edition": "R8.3",
    "model": "alpha",
    "id": "TK-01",
    "purpose": "住基ネット本人確認",
    "from": "mn-app",
    "to": "juki-net",
    "service": "tcp/443",
    "control": "TC-01",
    "reason": "replaced by 2027-03",
    "expires": "+1y",
    "zone": "mn",
    "function": "server",
    "class": "lg",
    "file": "fw-mn.nft",
    "pool": "[10.61.0.0/24, 'fd53:616e:736f:61::/64']",
    "number": "30",
    "firewall": "fw-mn",
    "networks": "[10.11.2.0/24, 'fd53:616e:736f:12::/64']",
    "subject": "the verdict's subject, as reported",
}
_WHY = {"firewall": "ZONE-05: a zone without a firewall has no border"}
_WANTED = {
    "string_type": "text",
    "bool_type": "on or off",
    "int_type": "a whole number",
    "list_type": "a list",
    "dict_type": "a mapping (`key: value`)",
    "model_type": "a mapping (`key: value`)",
    "model_attributes_type": "a mapping (`key: value`)",
    "none_required": "nothing",
}
LONGEST = 40  # characters of a key that a message shows
_FORMS = {
    "string_type": "give one line of text",
    "bool_type": "`{0}: on` or `{0}: off`",
    "list_type": "one `- item` per line, or []",
    "int_type": "`{0}: 30`",
}
_PATTERNS = {
    NAME_PATTERN: ("a name of small letters, digits and hyphens, at most 15 characters", "e.g. mn-app"),
    EXPIRY_PATTERN: ("a date like 2027-03-31 or a time from today like +30d, +6m, +1y", "e.g. +1y"),
    ID_PATTERN: ("an id of letters, digits, dot, hyphen and underscore", "e.g. TK-01"),
}


def explain(detail: ErrorDetails, root: Node, problems: Problems) -> None:
    """Add one finding at its place."""
    location, kind = detail["loc"], detail["type"]
    on_key = location[-1] == "[key]"
    if on_key:
        location = location[:-1]
    name = str(location[-1]) if len(str(location[-1])) <= LONGEST else f"{str(location[-1])[:LONGEST]}..."
    what = f"item {int(name) + 1} of `{location[-2]}`" if isinstance(location[-1], int) else f"`{name}`"
    if kind == "missing":
        here = "" if problems.node(location[:-1]) is root else " here"
        problems.add(
            location[:-1], f"{what} is missing{here}{_why(name)}", f"add e.g. `{name}: {_EXAMPLES.get(name, '...')}`"
        )
    elif kind == "extra_forbidden":
        model = _MODELS[_pattern(location[:-1])]
        known = [field.alias or key for key, field in model.model_fields.items()]
        problems.add(location, f"unknown key {shown(name)}", nearest(name, known, what="known keys"), on_key=True)
    else:
        cause, fix = _deviation(detail, what, name)
        problems.add(location, cause, fix, on_key=on_key)


def _as_written(text: str, otherwise: str) -> str:
    """The day that was meant, where it is written in another way: 2027/3/31, 令和9年3月31日."""
    from lab.scenario.sheet.days import NoDay, expiry  # whose package words its errors by this module

    try:
        return f"write {expiry(text)}"
    except NoDay:
        return otherwise


def _deviation(detail: ErrorDetails, what: str, name: str) -> tuple[str, str]:
    """Say how a value deviates, and what would be right."""
    kind, context, value = detail["type"], detail.get("ctx", {}), shown(detail["input"])
    example = f"e.g. `{name}: {_EXAMPLES[name]}`" if name in _EXAMPLES else ""
    if kind in _WANTED:
        return _other_type(detail, what, example)
    if kind == "string_pattern_mismatch":
        wanted, fix = _PATTERNS[context["pattern"]]
        if context["pattern"] == EXPIRY_PATTERN:
            fix = _as_written(str(detail["input"]), fix)
        return f"{what}: {value} is not {wanted}", fix
    if kind == "literal_error" and name == "direction":
        return (
            f"TC-06: {what} must be from-to, here is {value}: an entry has one direction",
            "register the other direction as an entry of its own, if the guideline permits it",
        )
    span, shape = ("2-254", example) if name == "number" else ("1-366", f"days, e.g. `{name}: 30`")
    plain = {
        "literal_error": (f"{what} must be {context.get('expected')}, here is {value}", "use one of them"),
        "string_too_short": (f"{what} is empty", example),
        "too_short": (f"{what} is empty", example),
        "string_too_long": (f"{what} is longer than {context.get('max_length')} characters", "shorten it"),
        "too_long": (f"{what} has more than {context.get('max_length')} items", "take some out"),
        "greater_than_equal": (f"{what} is {value}, outside of {span}", shape),
        "less_than_equal": (f"{what} is {value}, outside of {span}", shape),
    }
    return plain.get(kind, (f"{what}: {detail['msg']}", example))


def _other_type(detail: ErrorDetails, what: str, example: str) -> tuple[str, str]:
    kind, value = detail["type"], detail["input"]
    if detail["loc"][-1] == "zone" and isinstance(value, list):
        return "ZONE-08: a host is in one zone, here is a list of them", f"{example}; two zones meet at a firewall only"
    if detail["loc"][-1] == "firewall" and isinstance(value, list):
        return "ZONE-05: a zone is behind one firewall, here is a list of them", example
    if value is None:
        why = _why(str(detail["loc"][-1]))
        return f"{what} has no value{why}", example or f"give {_WANTED[kind]}, or remove the key"
    example = example or _FORMS.get(kind, "`key: value` pairs below it").format(what.strip("`"))
    if kind == "string_type" and isinstance(value, (bool, int, float)):
        quoted = shown(str(shown(value)))
        return (
            f"{what} must be {_WANTED[kind]}, here is {_kind(value)}",
            f"{example}; text that looks like a number or a switch goes in quotes: {quoted}",
        )
    return f"{what} must be {_WANTED[kind]}, here is {_kind(value)}", example


def _why(name: str) -> str:
    return f" ({_WHY[name]})" if name in _WHY else ""


def _pattern(location: tuple[int | str, ...]) -> tuple[str, ...]:
    """Make `("register", 0, "limit")` to `("register", "*", "limit")`."""
    named = {"zones": (2,), "hosts": (2,), "wlan": (1,), "overlays": (1, 2)}.get(
        str(location[0]) if location else "", ()
    )
    return tuple("*" if isinstance(step, int) or place in named else step for place, step in enumerate(location))


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"a switch ({shown(value)})"
    return f"a number ({value})" if isinstance(value, (int, float)) else f"text ({shown(value)})"
