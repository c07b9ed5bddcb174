"""`dorsale query`: run a stored query by its name, a file, or standard input; no name lists them."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn

import click

from dorsale.cli.answered import FORMATS, Presentation, format_of
from dorsale.cli.command import command, opened, output_option, workspace_of
from dorsale.cli.output import columns, give, number, printed, table, tell
from dorsale.errors import QueryTimeout, UnexpectedArgument, UnreadableFile
from dorsale.words import catalogue as words
from dorsale.words import language, say

if TYPE_CHECKING:
    from dorsale.errors import Place
    from dorsale.graph.queries import StoredQuery

EXPECTED = re.compile(r"(?P<none>empty)|(?P<some>nonempty)|rows=(?P<exact>[0-9]{1,18})|rows>=(?P<least>[0-9]{1,18})")


@command("query", context_settings={"ignore_unknown_options": True, "allow_extra_args": True}, add_help_option=False)
@click.argument("name", required=False)
@click.option("-f", "--file", "file", help=say("help-file"))
@click.option("--format", "format", type=click.Choice(FORMATS), help=say("help-format"))
@output_option
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=60, show_default=True, help=say("help-timeout")
)
@click.option("--limit", type=click.IntRange(min=1), help=say("help-limit"))
@click.option("--expect", metavar="empty|nonempty|rows=N|rows>=N", help=say("help-expect"))
@click.option("--time", "timed", is_flag=True, help=say("help-time"))
@click.option("--allow-service", is_flag=True, help=say("help-allow-service"))
@click.option("--evidence", is_flag=True, help=say("help-evidence"))
@click.option("-h", "--help", "wants_help", is_flag=True, help=say("help-help"))
@click.pass_context
def query_command(
    context: click.Context,
    name: str | None,
    file: str | None,
    format: str | None,
    output: Path | None,
    timeout: float,
    limit: int | None,
    expect: str | None,
    timed: bool,
    allow_service: bool,
    evidence: bool,
    wants_help: bool,
    folder: Path | None,
) -> None:
    """Run a query."""
    if name == "test":
        from dorsale.cli.kept import test_command

        where = ["-w", str(folder)] if folder else []
        test_command.main([*context.args, *where, *(["-h"] if wants_help else [])], "dorsale query test")
    if wants_help and name is None:
        click.echo(context.get_help())
        return
    if expect is not None and not EXPECTED.fullmatch(expect):
        raise click.UsageError(say("expect-unread", expect=expect))
    if output and not format:
        format = format_of(output)
    from dorsale.errors import Place
    from dorsale.graph.queries import Catalogue, run

    if name == "-":
        name, file = None, "-"
    workspace = workspace_of(folder)
    catalogue = Catalogue.of(workspace.queries, workspace.shown(workspace.queries))
    if name is None and file is None:
        refuse_extra(context, "")
        give(listed(catalogue))
        return
    stored = None if name is None else catalogue[name]
    if stored and wants_help:
        give(described(stored))
        return
    dataset = opened(workspace)
    if stored:
        if "SERVICE" in stored.text.upper():
            guard(stored.text, stored.place, allow_service)
        text = stored.bound(stored.read(dataset, options_of(context, stored)))
        place = stored.place
    else:
        refuse_extra(context, file or "-")
        text, place = read_query(file or "-"), Place(Path(file or "-"))
        guard(text, place, allow_service)
    begun = perf_counter()
    with limited(timeout):
        answer = run(dataset, text, place)
        if expect and answer.kind == "boolean":
            raise click.UsageError(say("expect-boolean"))
        shape = Presentation(format, stored, evidence, limit, counted=expect is not None)
        result, count = shape.written(workspace, dataset, text, answer)
    took = perf_counter() - begun
    give(result, output)
    if limit and count is not None and count > limit:
        tell(say("limited", limit=number(limit), count=number(count)))
    if timed:
        tell(say("took", seconds=f"{took:.3f}"))
    if expect and count is not None and not met(expect, count):
        tell(say("not-expected", expect=expect, count=number(count)))
        raise SystemExit(1)
    if answer.kind == "boolean" and not answer.yes:
        raise SystemExit(1)


def met(expect: str, count: int) -> bool:
    """Say whether so many rows are what ``--expect`` asks for."""
    found = EXPECTED.fullmatch(expect)
    assert found
    if found["none"] or found["some"]:
        return (count > 0) == bool(found["some"])
    return count == int(found["exact"]) if found["exact"] else count >= int(found["least"])


def guard(text: str, place: Place, service: bool) -> None:
    """Refuse what the engine should not see; its room is entered only where there is something to judge."""
    from dorsale.graph.queries.guard import guard

    guard(text, place, service)


def options_of(context: click.Context, stored: StoredQuery) -> dict[str, str]:
    """Return the parameters that stand on the command line as ``--name value`` or ``--name=value``."""
    given: dict[str, str] = {}
    rest = list(context.args)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not name or not (equals or rest):
            raise UnexpectedArgument(argument=word, query=stored.name)
        given[name] = value if equals else rest.pop(0)
    return given


def refuse_extra(context: click.Context, query: str) -> None:
    """Refuse words that nothing takes."""
    if context.args:
        raise UnexpectedArgument(argument=context.args[0], query=query)


def read_query(file: str) -> str:
    """Return the text of a query file, or of standard input."""
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(file=file, reason=getattr(error, "strerror", None) or str(error)) from error


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """
    End the process when what is inside takes longer.

    The engine cannot be interrupted, and nothing is half done: the dataset is only read, the answer not yet written.
    """

    def stop() -> NoReturn:
        tell(QueryTimeout(seconds=f"{seconds:g}").sentence())
        os._exit(2)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def listed(catalogue: Any) -> bytes:
    """Return the catalogue by subject: the name of each query, what it answers, what it may be asked for."""
    tongue = language()
    shown = table(say("query-tag"), say("query-name"), say("question"), say("parameters"))
    before = ""
    for stored in sorted(catalogue, key=lambda stored: (called(stored.tags[0]), stored.name)):
        subject = called(stored.tags[0])
        name = stored.nom if tongue == "fr" else stored.name
        options = " ".join(f"--{one.option[tongue]}" for one in stored.parameters)
        shown.add_row("" if subject == before else subject, name, stored.question[tongue], options)
        before = subject
    return printed(shown)


def called(tag: str) -> str:
    """Return what a tag is called; one that no word is known for goes by itself."""
    return say(f"tag-{tag}") if f"tag-{tag}" in words(language()) else tag


def described(stored: StoredQuery) -> bytes:
    """Return what a stored query answers, what it may be asked for, and what its columns hold."""
    tongue = language()
    parts: list[Any] = [f"{stored.title[tongue]}\n{stored.question[tongue]}"]
    if stored.parameters:
        asked = columns(3)
        for one in stored.parameters:
            default = "" if one.default is None else f" ({say('query-default', value=one.default)})"
            asked.add_row(f"--{one.option[tongue]}", one.type, one.label[tongue] + default)
        parts += [f"\n{say('parameters')}", asked]
    held = columns(2)
    for column in stored.columns:
        held.add_row(column, stored.meaning(column, tongue))
    return printed(*parts, f"\n{say('query-columns')}", held)
