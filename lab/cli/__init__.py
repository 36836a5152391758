"""CLI: arguments become calls; no logic lives here."""


def main() -> None:
    """Entry point of `lab`."""
