"""The `lab` command: lazy subcommands, exit codes, and errors without tracebacks."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import Any

import click

from lab.cli.terminal import colour, prepare
from lab.errors import LabError

COMMANDS = {
    "doctor": "What this machine has, what is missing, the command that fixes it",
    "up": "Build, wire and converge a lab; idempotent",
    "verify": "Run the suites on the running lab",
    "run": "For CI: fresh lab, verify, evidence, down",
    "status": "Labs, hosts and what drifted",
    "shell": "A shell in a host",
    "exec": "One command in a host",
    "logs": "A host's logs",
    "trace": "The way of a packet, port by port, and the rule that ended it",
    "graph": "The network as a picture (SVG): zones, hosts, firewalls, allowed flows",
    "capture": "Packets at ports of the network: lines, a file, or live to Wireshark",
    "open": "A desktop in a viewer of this machine, through the lab's own path",
    "screenshot": "A picture of a desktop, through the lab's own path",
    "explain": "One control: what it asks, what was seen, what is at fault, what to do next",
    "controls": "The catalogue: what is tested and how",
    "register": "The register of specific communications from and to a spreadsheet (CSV)",
    "pki": "Certificates of the lab: list, issue, revoke, expire",
    "report": "Render reports again from an evidence bundle",
    "export": "What was changed by hand on a host, as overlays for a scenario",
    "images": "Build, save, load and list the images that labs are made of",
    "down": "Remove everything of a lab",
    "completion": "Shell completion script for bash, zsh or fish",
}

# Objects made between two collections: modules and plans are many and stay, and a process doesn't live long.
_GARBAGE = 50_000

EPILOG = """\b
Exit codes, strongest first:
  3  bad input (scenario, evidence, arguments)
  1  a control failed
  2  an error, something not testable, or nothing verified
  0  everything verified passed

\b
Start here:
  lab doctor
  lab up scenarios/minimal.yaml
  lab verify
  lab trace lg-term mn-app:443
  lab down
"""


class LazyGroup(click.Group):
    """Knows the commands' names and one-line helps; imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"lab.cli.commands.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sanso-lab", prog_name="lab")
def lab() -> None:
    """Build a reference Japanese municipal network in containers and verify its isolation.

    自治体の三層分離ネットワークをコンテナで構築し、分離と暗号化の対策を検証するラボです。
    The lab tests configurations; it certifies nobody.
    """


def main(argv: list[str] | None = None) -> None:
    """Entry point. Exits with the codes of the epilog; a user never sees a traceback."""
    gc.set_threshold(_GARBAGE)
    prepare()
    try:
        result: Any = lab.main(args=argv, prog_name="lab", standalone_mode=False, color=colour())
        sys.exit(result if isinstance(result, int) else 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(3)
    except LabError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        _tell_remains()
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)  # as a program that SIGPIPE ends; never 0: the verdict was not read
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug must not look like a verdict
        from lab.cli.shortage import shortage

        if short := shortage(error):
            _tell(short)
        else:
            _unexpected(error)
        sys.exit(2)


def _tell(error: LabError) -> None:
    click.secho("error: ", fg="red", bold=True, nl=False, err=True, color=colour())
    click.echo(str(error), err=True)


def _tell_remains() -> None:
    """After an interrupt (a second one cuts the clearing up short): which labs are half there, and what removes them."""
    from lab.operate.status import unfinished

    try:
        names = unfinished()
    except (LabError, KeyboardInterrupt):
        return
    for name in names:
        click.echo(f"lab {name} is not whole: lab down --lab {name} removes what is left", err=True)


def _unexpected(error: Exception) -> None:
    """A defect of the lab itself: one line for the user, the traceback in a file."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="sanso-lab-", suffix=".log", delete=False) as file:
        file.write("".join(traceback.format_exception(error)))
    click.secho("internal error: ", fg="red", bold=True, nl=False, err=True, color=colour())
    click.echo(
        f"{type(error).__name__}: {error}\n  fix: this is a defect of the lab; its details are in {file.name}", err=True
    )
