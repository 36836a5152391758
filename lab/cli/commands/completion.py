"""lab completion."""

from __future__ import annotations

import click


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(*, shell: str) -> int:
    """Print the completion script of SHELL, e.g. `eval "$(lab completion bash)"` in ~/.bashrc."""
    from click.shell_completion import get_completion_class

    from lab.cli.root import lab

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(kind(lab, {}, "lab", "_LAB_COMPLETE").source())
    return 0
