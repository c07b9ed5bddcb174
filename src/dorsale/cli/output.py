"""What every command writes: results to standard output or a file, all else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dorsale.errors import UnwritableFile
from dorsale.words import language, say

if TYPE_CHECKING:
    pass


def tell(sentence: str) -> None:
    """Say something that is not the result."""
    click.echo(sentence, err=True)


def give(result: bytes, output: Path | None = None) -> None:
    """Write a result to standard output, or to a file that is whole or as it was."""
    if output is None:
        sys.stdout.buffer.write(result)
        sys.stdout.buffer.flush()
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        part.write_bytes(result)
        os.replace(part, output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UnwritableFile(file=output, reason=error.strerror or str(error)) from error


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give what shows the step that is going on, in a terminal; elsewhere it stays quiet."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as shown:
        yield lambda step: shown.update(say(f"step-{step}"))


def printed(*tables: Any, wide: bool = False) -> bytes:
    """Return tables as text: as wide as the terminal, or as they need where nobody looks."""
    import io

    from rich.console import Console

    seen = sys.stdout.isatty() and not wide
    console = Console(
        file=(text := io.StringIO()),
        width=None if seen else 10_000,
        force_terminal=seen,
        no_color="NO_COLOR" in os.environ,
        highlight=False,
        soft_wrap=False,
    )
    for table in tables:
        console.print(table, markup=False) if isinstance(table, str) else console.print(table)
    return "".join(line.rstrip() + "\n" for line in text.getvalue().splitlines()).encode()


def table(*columns: str, right: tuple[int, ...] = ()) -> Any:
    """Return an empty table with these columns."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        made.add_column(column, overflow="fold", justify="right" if number in right else "left")
    return made


def marked(cells: Iterable[str]) -> str:
    """Return a row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def as_json(value: Any) -> bytes:
    """Return a value as JSON."""
    import json

    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def number(value: object) -> str:
    """Return a number as the user writes it."""
    from dorsale.graph.labels import number

    return number(value, language())


def shown(cell: Any) -> str:
    """Return a cell as the user reads it."""
    from dorsale.graph.labels import said

    return said(cell, language())


def short(thing: Any, base: str) -> str:
    """Return the prefixed name of a thing."""
    from dorsale.names import prefixes, shorten

    return shorten(getattr(thing, "value", ""), prefixes(base)).strip("<>")
