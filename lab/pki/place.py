"""Where a lab's keys live on the user's machine, unless the caller says otherwise, and where each is below that."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_state_path


def state_directory(lab: str) -> Path:
    """Return the lab's folder among the user's state files (XDG_STATE_HOME on Linux). Nothing is created."""
    return user_state_path("sanso-lab") / lab


def root_folder(directory: Path) -> Path:
    """Where the root's key is: beside the PKI's folder and never below it, because a converge is given that one.

    It may be carried away; without it no issuing CA can be renewed, and a new root takes its place when one must be.
    """
    return directory.with_name(f"{directory.name}-root")


def issuing_stem(directory: Path, purpose: str) -> Path:
    """The issuing CA of that purpose, without .key or .pem."""
    return directory / "issuing" / purpose


def host_stem(directory: Path, purpose: str, host: str) -> Path:
    """A host's certificate of that purpose, without .key or .pem."""
    return directory / purpose / host


def decisions_file(directory: Path) -> Path:
    """What was revoked or held back."""
    return directory / "decisions.json"


def inspections_file(directory: Path) -> Path:
    """What was found on terminals when they were looked at last."""
    return directory / "inspections.json"


def register_file(directory: Path) -> Path:
    """The asset register: which certificate is on which terminal of which class."""
    return directory / "register.json"


def crl_file(directory: Path, purpose: str) -> Path:
    """The CRL of that issuing CA."""
    return directory / "crl" / f"{purpose}.pem"


def trust_file(directory: Path, purpose: str) -> Path:
    """What a verifier of such certificates needs in one file: their issuing CA and its CRL. The root would vouch for more."""
    return directory / "trust" / f"{purpose}.pem"


def secret_stem(directory: Path, client: str) -> Path:
    """A RADIUS client's shared secret: .secret has the words alone, .conf the line `secret = "..."`."""
    return directory / "radius" / client


def account_stem(directory: Path, name: str) -> Path:
    """A person's secrets, or what a desktop is given of them, without their suffix."""
    return directory / "accounts" / name
