"""The shape of a scenario file: keys, types and patterns. What it means is judged elsewhere."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

NAME_PATTERN = r"^[a-z]([a-z0-9-]{0,13}[a-z0-9])?$"
EXPIRY_PATTERN = r"^(\+[1-9][0-9]{0,3}[dmy]|[0-9]{4}-[0-9]{2}-[0-9]{2})$"
ID_PATTERN = r"^[A-Za-z][A-Za-z0-9._-]{0,31}$"


def _switch(value: object) -> object:
    """YAML 1.2 reads on and off as words; people mean a switch."""
    return {"on": True, "off": False}.get(value, value) if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1, max_length=500)]
Word = Annotated[str, Field(min_length=1, max_length=32)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Switch = Annotated[
    bool,
    BeforeValidator(_switch),
    Field(strict=True),
    WithJsonSchema({"enum": [True, False, "on", "off"]}),
]
Expiry = Annotated[str, Field(pattern=EXPIRY_PATTERN, examples=["+1y", "+30d", "2027-03-31"])]


class Shape(BaseModel):
    """A mapping of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(Shape):
    """How a flow is limited beside addresses and port."""

    mac: Switch = Field(default=False, description="bind the source's MAC address too (TC-01)")


class RegisterEntry(Shape):
    """One line of the register (特定通信台帳): one direction, one service, one owner, one end date."""

    id: Annotated[str, Field(pattern=ID_PATTERN)]
    purpose: Text
    source: Name = Field(alias="from", description="host that opens the connection")
    destination: Name = Field(alias="to", description="host that answers")
    service: Word = Field(description="protocol/port", examples=["tcp/443"])
    direction: Literal["from-to"] = Field(default="from-to", description="who opens it; answers pass by state (TC-06)")
    limit: Limit = Limit()
    owner: Text | None = Field(default=None, description="the section that answers for it; required (TC-03)")
    expires: Expiry | None = Field(default=None, description="date, or +30d, +6m, +1y from today; required (TC-03)")


class RegisterFile(Shape):
    """The register kept in a spreadsheet: its CSV file beside the scenario."""

    csv: Text = Field(description="CSV file beside the scenario", examples=["register.csv"])
    encoding: Literal["utf-8", "cp932", "shift_jis", "euc-jp"] | None = Field(
        default=None, description="without it: UTF-8 if it is, else CP932 (Shift_JIS)"
    )


class WaiverEntry(Shape):
    """Hides a `fail` (never an `error`) of one control and subject until it expires."""

    control: Word
    subject: Text
    reason: Text
    expires: Expiry


class PathSwitches(Shape):
    """Which zones' staff may use which path, and which zones' desktops are shown to LG terminals in the office."""

    wlan: list[Name] = []
    telework: list[Name] = []
    screens: list[Name] = Field(
        default=[], description="zones whose desktop LG terminals may be shown (SAN-03, SCR-01)"
    )


class WirelessNetwork(Shape):
    """A zone's wireless network. What is not said is as the lab's networks of staff are."""

    ssid: Text | None = Field(default=None, description="its name, at most 32 bytes")
    security: Word | None = Field(
        default=None, description="`enterprise-192` is WPA3-Enterprise's 192-bit mode (WLAN-19)",
        examples=["enterprise", "enterprise-192"],
    )  # fmt: skip
    akm: Word | None = Field(default=None, examples=["802.1X-SHA256", "SUITE-B-192"])
    cipher: Word | None = Field(default=None, examples=["CCMP-128", "GCMP-256"])
    pmf: Word | None = Field(default=None, description="protected management frames", examples=["required"])


class VpnSettings(Shape):
    """What is a municipality's own of its VPN."""

    pool: Annotated[list[Word], Field(min_length=1, max_length=2)] | None = Field(
        default=None,
        description="one IPv4 and one IPv6 prefix that terminals get their addresses in the tunnel from; nobody else's (VPN-11)",
        examples=[["10.61.0.0/24", "fd53:616e:736f:61::/64"]],
    )


def _named(value: object) -> object:
    """A name alone is a file that is judged like any other."""
    return {"file": value} if isinstance(value, str) else value


class OverlayFile(Shape):
    """A file that takes the place of a role's own."""

    file: Text = Field(description="file beside the scenario")
    expect: Literal["fail"] | None = Field(
        default=None, description="`fail`: what the load would refuse in it is there on purpose, to see a control fall"
    )


Overlay = Annotated[
    OverlayFile,
    BeforeValidator(_named),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1, "maxLength": 500}, OverlayFile.model_json_schema()]}),
]


class NewZone(Shape):
    """A zone that the base network doesn't have: one segment, on a leg of a firewall."""

    title: Text = "-"
    place: Word = Field(default="other", description="what it is for the guideline, e.g. peer-1 (特定通信①の相手先)")
    firewall: Name = Field(description="the firewall whose leg the segment gets")
    networks: Annotated[list[Word], Field(min_length=1, max_length=2)] = Field(
        description="one IPv4 and one IPv6 prefix", examples=[["10.11.2.0/24", "fd53:616e:736f:12::/64"]]
    )


class NewHost(Shape):
    """A host that the base network doesn't have."""

    zone: Name
    function: Literal["terminal", "server", "resolver", "peer", "backup-store", "telework-terminal"]
    number: Annotated[int, Field(strict=True, ge=2, le=254)] = Field(description="host number on its zone's segment")
    class_: Name | None = Field(
        default=None,
        alias="class",
        description="of a telework terminal: the zone whose desktop it shows",
        examples=["lg"],
    )


class ZoneChanges(Shape):
    """Zones to add to and to take from the base network."""

    add: dict[Name, NewZone] = {}
    remove: list[Name] = []


class HostChanges(Shape):
    """Hosts to add to and to take from the base network."""

    add: dict[Name, NewHost] = {}
    remove: list[Name] = []


class ScenarioFile(Shape):
    """A scenario of Sansō Lab: what a municipality's network is to be. The base network is the default for the rest."""

    edition: Word = Field(description="edition of the guideline", examples=["R8.3"])
    model: Word = Field(description="network model", examples=["alpha", "alpha-prime", "beta", "beta-prime"])
    title: Text | None = None
    reference: Word = Field(default="minimal", description="base network that the scenario starts from")
    study: Word | None = Field(
        default=None, description="an evaluation of what the guideline excludes", examples=["mn-telework"]
    )
    ipv6: Switch = True
    paths: PathSwitches = PathSwitches()
    wlan: dict[Name, WirelessNetwork] = Field(default={}, description="zone -> its wireless network")
    vpn: VpnSettings = VpnSettings()
    hours: dict[Name, Text] = Field(
        default={},
        description="class of telework terminals -> windows of the week, in Japan's time, in which they may come in (VPN-14)",
        examples=[{"lg": "Mo-Fr 08:30-17:15"}],
    )
    inspection: dict[Name, Annotated[int, Field(strict=True, ge=1, le=366)]] = Field(
        default={},
        description="class of telework terminals -> days that an inspection of what they run holds; then they are refused (TW-09)",
        examples=[{"lg": 30}],
    )
    zones: ZoneChanges = ZoneChanges()
    hosts: HostChanges = HostChanges()
    entries: list[RegisterEntry] = Field(
        default=[], alias="register", description="特定通信台帳: what is approved; nothing else is open"
    )
    overlays: dict[Name, dict[Text, Overlay]] = Field(
        default={}, description="host -> absolute path in the host -> file beside the scenario"
    )
    waivers: list[WaiverEntry] = []


def json_schema() -> dict[str, Any]:
    """Make the JSON Schema of a scenario file, for editors."""
    schema = ScenarioFile.model_json_schema(by_alias=True)
    entries = schema["properties"]["register"]  # a CSV file becomes entries before the shape is checked
    alone = {key: entries.pop(key) for key in ("items", "type")}
    entries["anyOf"] = [alone, {"$ref": f"#/$defs/{RegisterFile.__name__}"}]
    schema["$defs"][RegisterFile.__name__] = RegisterFile.model_json_schema()
    for part in (schema, *schema["$defs"].values()):
        for value in part["properties"].values():
            if "patternProperties" in value:  # pydantic checks the keys, its schema forgets to say so
                value["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Sansō Lab scenario"}
