"""What every command writes: results to standard output or a file, all else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from dorsale.errors import UnwritableFile
from dorsale.words import language, say


def tell(sentence: str) -> None:
    """Say something that is not the result."""
    click.echo(sentence, err=True)


class Sink:
    """Where a result is written to, piece by piece; what cannot be written raises :class:`UnwritableFile`."""

    def __init__(self, file: BinaryIO, name: Path | None = None) -> None:
        self.file, self.name = file, name

    @property
    def terminal(self) -> bool:
        """Whether it is looked at as it is written."""
        return self.file.isatty()

    def write(self, piece: bytes, /) -> int:
        """Write a piece; a reader who has had enough raises :class:`BrokenPipeError`."""
        with self.told():
            return self.file.write(piece)

    def flush(self) -> None:
        """Hand over what was written so far."""
        with self.told():
            self.file.flush()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Name the file that the system refuses to write; an engine would take that for a fault of its own."""
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UnwritableFile(file=self.name or "–", reason=error.strerror or str(error)) from error


@contextmanager
def sink(output: Path | None = None) -> Iterator[Sink]:
    """
    Give what takes a result: standard output, or a file that is whole at the end, or else as it was.

    What is no file but a device or a pipe takes what it is given, and stays what it is.
    """
    if output is None:
        yield (out := Sink(sys.stdout.buffer))
        out.flush()
        return
    plain = output.is_file() or not output.exists()
    part = output.with_name(f".{output.name}.{os.getpid()}.part") if plain else output
    try:
        with part.open("wb") as file:
            yield Sink(file, output)
        if plain:
            os.replace(part, output)
    except OSError as error:
        raise UnwritableFile(file=output, reason=error.strerror or str(error)) from error
    finally:
        if plain:
            part.unlink(missing_ok=True)


def give(result: bytes, output: Path | None = None) -> None:
    """Write a result to standard output, or to a file that is whole or as it was."""
    with sink(output) as to:
        to.write(result)


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
        # What stands in brackets or between colons is a word of somebody else.
        markup=False,
        emoji=False,
        soft_wrap=False,
    )
    for table in tables:
        console.print(fitted(table, console) if seen and getattr(table, "show_header", False) else table)
    return "".join(line.rstrip() + "\n" for line in text.getvalue().splitlines()).encode()


def table(*columns: str, right: tuple[int, ...] = ()) -> Any:
    """Return an empty table with these columns."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        made.add_column(column, overflow="fold", justify="right" if number in right else "left")
    return made


def fitted(made: Any, console: Any) -> Any:
    """
    Return a table that has room, whole words in each column; where there is none, a card for each row.

    What would be cut off is so never missed, and no word is torn that is not wider than the terminal.
    """
    from rich.measure import Measurement

    wide = console.options.update_width(10_000)
    least, most = [], []
    for column in made.columns:
        asked = [Measurement.get(console, wide, cell) for cell in (column.header, *column.cells)]
        least.append(max(one.minimum for one in asked))
        most.append(max(one.maximum for one in asked))
    between = Measurement.get(console, wide, made).maximum - sum(most)
    spare = console.width - between - sum(least)
    if spare < 0:
        return cards(made)
    while spare and (narrow := [at for at, width in enumerate(least) if width < most[at]]):
        for at in narrow[:spare]:
            least[at] += 1
            spare -= 1
    for column, width in zip(made.columns, least, strict=True):
        column.width = width
    return made


def cards(made: Any) -> Any:
    """Return the rows of a table one under the other, each value beside its heading."""
    listed = columns(2)
    for number, row in enumerate(zip(*(column.cells for column in made.columns), strict=True)):
        if number:
            listed.add_row("", "")
        for column, cell in zip(made.columns, row, strict=True):
            listed.add_row(column.header, cell)
    return listed


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


def short(thing: Any, base: str) -> str:
    """Return the prefixed name of a thing."""
    from dorsale.names import prefixes, shorten

    return shorten(getattr(thing, "value", ""), prefixes(base)).strip("<>")
