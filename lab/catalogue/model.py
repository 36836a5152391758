"""The guideline as frozen values: controls, editions, models, flows, crypto baseline, sources."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

NEED_KINDS = "place", "wireless", "security", "function", "application", "registered"
NEED_PATTERN = rf"^(({'|'.join(NEED_KINDS)}):[a-z0-9-]+|register|mac)$"


class Frozen(BaseModel):
    """Immutable; unknown keys are refused, so a misspelt key in the data is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Mark(StrEnum):
    """How a statement is known."""

    READ = "READ"  # read in the named source itself
    READ_2 = "READ-2"  # read in a source that describes or quotes the primary text
    KNOW = "KNOW"  # general knowledge of a public standard, not re-read
    INFER = "INFER"  # engineering inference from a principle that was read
    LAB = "LAB"  # the lab's own choice


class Code(StrEnum):
    """What an edition says about a control."""

    REQUIRED = "REQ"
    RECOMMENDED = "REC"
    PROHIBITED = "PROH"
    CONDITION = "COND"
    INFERRED = "INFER"  # follows from a requirement, is not a sentence of the guideline
    LAB = "LAB"  # no municipal obligation found: baseline from another standard
    UNKNOWN = "?"  # that edition's text was not readable
    ABSENT = "n/a"  # the option did not exist in that edition


def _unfolded(value: str) -> str:
    """Japanese has no spaces between words: drop those that folding a long line left beside a wide character."""
    return re.sub(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])", "", value)


class Text(Frozen):
    """One text in both languages."""

    en: str = Field(min_length=1)
    ja: Annotated[str, Field(min_length=1), AfterValidator(_unfolded)]


def _cell(value: object) -> object:
    """Read the short spelling `REQ` or `REQ (=)`."""
    if isinstance(value, str):
        return {"code": value.removesuffix("(=)").strip(), "carried_over": value.endswith("(=)")}
    return value


class Obligation(Frozen):
    """One cell: control x edition."""

    code: Code
    carried_over: bool = False  # `(=)`: inferred, because that edition's list of changes does not mention the subject
    note: Text | None = None


class Source(Frozen):
    """A document that the catalogue rests on."""

    title: str
    url: str
    read: Text  # what of it was read; "no" says so


class Support(Frozen):
    """One series of a program that somebody maintains. `until`: the last day."""

    program: str
    series: str  # "2.10": every version that is this or begins with it and a dot
    maintained_by: str
    until: date


class Evidence(Frozen):
    """Why a control's cells say what they say."""

    mark: Mark
    source: str | None = None  # key of Catalogue.sources; None only for INFER and LAB
    where: str = ""
    about: Text | None = None  # the part of the control that it covers; None for all of it


class Case(Frozen):
    """One case of the test literature, built or not."""

    id: str
    what: Text
    built: bool
    reason: Text | None = None  # why not; needed when it is not built


class Control(Frozen):
    """One measure of the guideline, or one that the lab infers from it."""

    id: str
    family: str
    title: Text
    zones: tuple[str, ...]
    paths: tuple[str, ...] = ()
    obligation: dict[str, Annotated[Obligation, BeforeValidator(_cell)]]  # edition -> cell
    evidence: tuple[Evidence, ...]
    asks: Text
    tested: bool
    needs: tuple[Annotated[str, Field(pattern=NEED_PATTERN)], ...] = ()  # what a scenario must have for it to be due
    conditions: tuple[str, ...] = ()  # controls that it rests on where an edition permits it under conditions
    how: Text
    breaks: tuple[Text, ...]
    limits: tuple[Text, ...]
    cases: tuple[Case, ...] = ()


class Study(Frozen):
    """A question that the guideline answers with no, evaluated all the same."""

    id: str
    title: Text
    path: str  # "telework": the path that it opens
    place: str  # "mn": what the zone is whose staff it is for
    banner: Text  # what every report of it says first


class Edition(Frozen):
    """One edition of the guideline."""

    id: str
    date: str
    title: Text
    changes: Text
    read: Text  # how much of it the catalogue's authors could read


class Model(Frozen):
    """One of the ministry's network models."""

    id: str
    title: Text
    since: str
    conditions: Text


class Permission(StrEnum):
    """A cell of the flow table."""

    YES = "Y"
    CONDITIONAL = "C"
    NO = "-"


class Opening(StrEnum):
    """What opens a permitted flow in a lab."""

    ALWAYS = "always"  # every matching pair of hosts has it
    REGISTER = "register"  # only an entry of the register opens it
    PATH = "path"  # comes with a path that the scenario switches on
    NEVER = "never"  # the row exists to forbid


class FlowService(Frozen):
    """Transport, port and application of a flow; numbers are the lab's placeholders."""

    protocol: str
    port: int
    application: str


class Flow(Frozen):
    """One row of the flow table. Ends are `place/function`, `*` for any; `firewall/own` is the source zone's own firewall."""

    id: str
    source: tuple[str, ...] = Field(alias="from")
    destination: tuple[str, ...] = Field(alias="to")
    both: bool = False  # the row speaks about both directions
    study: str | None = None  # only in scenarios of this study
    outside: bool = False  # comes over the Internet, from whatever address the source has there
    within: bool | None = None  # True: only inside one zone; False: only between zones
    what: Text
    opening: Opening
    services: tuple[FlowService, ...] = ()
    models: dict[str, Permission]
    since: str | None = None  # first edition that knows it
    mac: bool = False  # the limit includes the source's MAC address
    limit: Text
    controls: tuple[str, ...]
    refused_by: str | None = None  # control that a refusal of this row names
    mark: Mark


class TlsProfile(Frozen):
    """One row of the TLS baseline."""

    title: Text
    protocols: dict[str, str]  # version -> required | optional | tolerated | forbidden
    suites: tuple[str, ...]
    groups: tuple[str, ...]
    certificate: Text
    minimum_rsa_bits: int
    minimum_ec_bits: int
    evidence: tuple[Evidence, ...]


class TlsForbidden(Frozen):
    """What no profile may offer."""

    protocols: tuple[str, ...]
    suite_parts: tuple[str, ...]
    signature_hashes: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class Algorithms(Frozen):
    """Names of one kind of algorithm. What is in none of the three is not known, so not allowed."""

    allowed: tuple[str, ...]
    deprecated: tuple[str, ...] = ()  # compatibility only: a finding in the lab's own profile
    forbidden: tuple[str, ...] = ()  # patterns (*), because the bad ones have many names

    def allows(self, name: str) -> bool:
        """Whether the lab's own profile may name it: what is to be given up is not for a new configuration."""
        return name in self.allowed


class SshProfile(Frozen):
    """The SSH baseline: what may be offered, list by list, and how people may prove who they are."""

    title: Text
    kex: Algorithms
    host_keys: Algorithms
    ciphers: Algorithms
    macs: Algorithms
    compression: Algorithms
    kex_markers: tuple[str, ...]  # names in the list of key exchanges that announce an extension and are no method
    required_markers: tuple[str, ...]
    authentication: tuple[str, ...]
    minimum_rsa_bits: int
    evidence: tuple[Evidence, ...]


class IkeProfile(Frozen):
    """The baseline of IKEv2 and ESP, in strongSwan's words, without lengths of keys that are part of a name elsewhere."""

    title: Text
    versions: tuple[int, ...]
    encryption: Algorithms
    integrity: Algorithms
    prf: Algorithms
    groups: Algorithms  # of IKE's key exchange and of each ESP key's own (perfect forward secrecy)
    authentication: tuple[str, ...]
    longest_ike_seconds: int
    longest_esp_seconds: int
    evidence: tuple[Evidence, ...]


class PkiProfile(Frozen):
    """The baseline of a private certification authority."""

    title: Text
    lifetime_days: dict[str, int]  # root, issuing, host -> the longest
    signature_hashes: tuple[str, ...]
    minimum_rsa_bits: int
    curves: tuple[str, ...]  # names as in RFC 5480
    key_mode: str  # octal: of every private key
    evidence: tuple[Evidence, ...]


class AlgorithmList(Frozen):
    """The state's lists for keys and signatures: what is listed, and how strong a key has to be until when."""

    title: Text
    keys: tuple[str, ...]  # families: "rsa", "ec", "ed25519", "ed448"
    hashes: tuple[str, ...]  # of signatures
    strength: dict[str, dict[int, int]]  # family -> bits of the key, at least -> bits of security
    now: int  # bits of security that every key has
    later: int  # bits of security of a key that lives beyond `until`
    until: date
    evidence: tuple[Evidence, ...]


class Crypto(Frozen):
    """The baseline of algorithms and protocols."""

    tls: dict[str, TlsProfile]
    tls_forbidden: TlsForbidden
    tls_choice: dict[str, str]  # zone -> profile key
    choice_evidence: tuple[Evidence, ...]
    ssh: SshProfile
    ike: IkeProfile
    pki: PkiProfile
    algorithms: AlgorithmList
