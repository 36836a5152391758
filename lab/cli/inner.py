"""A command that has another one behind its first argument: `lab exec HOST CMD -l` gives `-l` to CMD."""

from __future__ import annotations

from collections.abc import Sequence

import click


class InnerCommand(click.Command):
    """What follows HOST, but for our own options right behind it, belongs to the inner command; `--` says so too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `--` in front of the inner command's first word where it is missing."""
        return super().parse_args(ctx, _separated(args, self._takes_a_value()))

    def _takes_a_value(self) -> frozenset[str]:
        return frozenset(
            name
            for param in self.params
            if isinstance(param, click.Option) and not param.is_flag
            for name in (*param.opts, *param.secondary_opts)
        )


def _separated(args: Sequence[str], valued: frozenset[str]) -> list[str]:
    """`args` with `--` before the second word that is neither an option nor an option's value."""
    words = 0
    skip = False
    for number, word in enumerate(args):
        if word == "--":
            break
        if skip or word.startswith("-"):
            skip = not skip and word in valued
            continue
        words += 1
        if words == 2:  # noqa: PLR2004 - HOST is the first
            return [*args[:number], "--", *args[number:]]
    return list(args)
