"""What the commands print: lines and tables on stdout, errors on stderr, JSON."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

import typer

from bot.infra.visible import for_json, for_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table

WIDTH = 180
"""Columns, where the output is not a terminal."""


def print_line(line: str) -> None:
    """Print a line on stdout, without what a terminal would act upon: names come from outside."""
    typer.echo(for_terminal(line))


def print_error(line: str) -> None:
    """Print a line on stderr."""
    typer.echo(for_terminal(line), err=True)


def print_renderables(*parts: RenderableType) -> None:
    """Print tables and texts on stdout, as wide as the terminal or WIDTH columns."""
    console = make_console()
    for part in parts:
        console.print(part)


def print_json(value: object) -> None:
    """Print plain data and dataclasses as indented JSON on stdout."""
    import orjson

    text = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()
    typer.echo(for_json(text))


def open_private(path: Path, encoding: str) -> TextIO:
    """Open a file for writing text; a new one is for its owner alone to read.

    Raises:
        OSError: when it cannot be written.
    """
    return open(path, "w", newline="", encoding=encoding, opener=lambda name, flags: os.open(name, flags, 0o600))


def make_console() -> Console:
    """Return a console that prints texts as they are, without what a terminal acts upon: no markup, no highlighting."""
    from rich.console import Console
    from rich.segment import Segment

    class SafeConsole(Console):
        def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
            for segment in super().render(renderable, options):
                yield segment if segment.control else Segment(for_terminal(segment.text), segment.style)

    return SafeConsole(width=None if is_terminal() else WIDTH, highlight=False, markup=False)


def make_table() -> Table:
    """Return a table without lines, its header in bold."""
    from rich.table import Table

    return Table(box=None, pad_edge=False, header_style="bold")


def is_terminal() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout.isatty()
