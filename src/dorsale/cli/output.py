"""What every command writes: results to standard output or a file, all else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from dorsale.errors import UnwritableFile
from dorsale.words import language, say


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
def progress(step: str = "") -> Iterator[Callable[[str], None]]:
    """Show the step that is going on, and give what shows another: in a terminal; elsewhere it stays quiet."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console

    with Console(stderr=True).status(say(f"step-{step}") if step else "") as shown:
        yield lambda step: shown.update(say(f"step-{step}"))


def printed(*tables: Any) -> bytes:
    """Return tables as text: as wide as the terminal, or as they need where nobody looks."""
    import io

    from rich.console import Console

    seen = sys.stdout.isatty()
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


def columns(count: int) -> Any:
    """Return an empty table without a head and without rules."""
    from rich.table import Table

    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    for _ in range(count):
        made.add_column(overflow="fold")
    return made


def named(values: Iterable[tuple[str, str]]) -> list[str]:
    """Return values as lines, each after its name, one under the other."""
    pairs = list(values)
    width = max((len(name) for name, _ in pairs), default=0)
    return [f"{name:<{width}}  {value}" for name, value in pairs]


def lined(lines: Iterable[str]) -> bytes:
    """Return lines as text."""
    return "".join(f"{line}\n" for line in lines).encode()


def clipped(words: str) -> str:
    """Return so much of words as a person needs to find them, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


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
