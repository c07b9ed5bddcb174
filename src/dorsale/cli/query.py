"""`dorsale query`: run a stored query by its name, a file, or standard input; no name lists them."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from dorsale.cli.answered import FORMATS, LABELS, Presentation, format_of
from dorsale.cli.command import command, memory_option, opened, output_option, workspace_of
from dorsale.cli.output import give, number, printed, sink, table, tell
from dorsale.errors import DorsaleError, UnreadableFile
from dorsale.words import catalogue as words
from dorsale.words import language, say

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from dorsale.errors import Place
    from dorsale.graph.queries import Catalogue

EXPECTED = re.compile(r"(?P<none>empty)|(?P<some>nonempty)|rows=(?P<exact>[0-9]{1,18})|rows>=(?P<least>[0-9]{1,18})")


class QueryCommand(click.Command):
    """What becomes the command of a stored query where one is named: its parameters are options then."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Return the context of the query that is named, or of those that have no name."""
        at = self.where_named(args)
        if at is None or args[at] == "-":
            return super().make_context(info_name, args, parent, **extra)
        name, rest = args[at], [*args[:at], *args[at + 1 :]]
        try:
            made = self.named(name, rest)
        except DorsaleError:
            if not extra.get("resilient_parsing"):
                raise
            # A shell that completes a line asks for what there is, and never for what is wrong.
            return super().make_context(info_name, args, parent, **extra)
        return made.make_context(f"{info_name} {name}", rest, parent, **extra)

    def where_named(self, args: list[str]) -> int | None:
        """Return where the name of a query stands among the words of a command line; options may stand before it."""
        options = [one for one in self.params if isinstance(one, click.Option)]
        flags = {word for one in options if one.is_flag for word in one.opts} | {"-h", "--help"}
        short = {word for one in options for word in one.opts if len(word) == 2}
        value = False
        for at, word in enumerate(args):
            if not value and (word == "-" or not word.startswith("-")):
                return at
            alone = word in flags or "=" in word or (word[:2] in short and len(word) > 2)
            value = not value and not alone
        return None

    def named(self, name: str, rest: list[str]) -> click.Command:
        """Return the command of a name, :class:`UnknownQuery` if there is none."""
        if name == "test":
            from dorsale.cli.kept import test_command

            return test_command
        from dorsale.cli.stored import StoredCommand
        from dorsale.seen import catalogue

        reader = self.make_parser(click.Context(self, ignore_unknown_options=True, resilient_parsing=True))
        folder = reader.parse_args(list(rest))[0].get("folder")
        workspace = workspace_of(Path(folder) if isinstance(folder, str) else None)
        stored = catalogue(workspace)[name]
        others = [one for one in self.params if isinstance(one, click.Option)]
        return StoredCommand(workspace, stored, self.callback, others)


def complete_name(context: click.Context, argument: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the names of stored queries that begin like a word."""
    from click.shell_completion import CompletionItem

    from dorsale.seen import catalogue

    items = []
    with suppress(DorsaleError):
        stored = catalogue(workspace_of(context.params.get("folder")))
        names = stored.noms() if language() == "fr" else {name: name for name in stored.names}
        for called, name in sorted(names.items()):
            if called.startswith(incomplete):
                with suppress(DorsaleError):
                    items.append(CompletionItem(called, help=stored[name].title[language()]))
    return items


@command("query", cls=QueryCommand)
@click.argument("name", required=False, shell_complete=complete_name)
@click.option("-f", "--file", "file", type=click.Path(), help=say("help-file"))
@click.option("--format", "format", type=click.Choice(FORMATS), help=say("help-format"))
@output_option
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="S",
    default=60,
    show_default=True,
    help=say("help-timeout"),
)
@memory_option
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help=say("help-limit"))
@click.option("--expect", metavar="empty|nonempty|rows=N|rows>=N", help=say("help-expect"))
@click.option("--time", "timed", is_flag=True, help=say("help-time"))
@click.option("--allow-service", is_flag=True, help=say("help-allow-service"))
@click.option("--evidence", is_flag=True, help=say("help-evidence"))
@click.option("--labels", type=click.Choice(LABELS), help=say("help-labels"))
@click.pass_context
def query_command(
    context: click.Context,
    /,
    *,
    format: str | None,
    output: Path | None,
    timeout: float,
    memory: int,
    limit: int | None,
    expect: str | None,
    timed: bool,
    allow_service: bool,
    evidence: bool,
    labels: str | None,
    folder: Path | None,
    name: str | None = None,
    file: str | None = None,
    **parameters: str | None,
) -> None:
    """Run a query."""
    from dorsale.cli.stored import StoredCommand

    if expect is not None and not EXPECTED.fullmatch(expect):
        raise click.UsageError(say("expect-unread", expect=expect))
    if output and not format:
        format = format_of(output)
    asked = context.command if isinstance(context.command, StoredCommand) else None
    if file is not None and (asked or name is not None):
        raise click.UsageError(say("query-twice"))
    workspace = asked.workspace if asked else workspace_of(folder)
    if not asked and name is None and file is None:
        from dorsale.seen import catalogue

        give(listed(catalogue(workspace)))
        return
    from dorsale.cli.limits import limits
    from dorsale.errors import Place
    from dorsale.graph.queries import run

    if asked:
        text, place = asked.stored.text, asked.stored.place
    else:
        text, place = read_query(file or "-"), Place(Path(file or "-"))
    if not asked or "SERVICE" in text.upper():
        guard(text, place, allow_service)
    # Who waits for the one that works takes away what that one leaves half written.
    with sink(output) as to, limits(memory, timeout, waiting=allow_service):
        dataset = opened(workspace)
        if asked:
            text = asked.stored.bound(asked.stored.read(dataset, asked.given(context)))
        begun = perf_counter()
        answer = run(dataset, text, place)
        if expect and answer.kind == "boolean":
            raise click.UsageError(say("expect-boolean"))
        shape = Presentation(format, asked.stored if asked else None, evidence, limit, expect is not None, labels)
        count = shape.write(workspace, dataset, text, answer, to)
        took = perf_counter() - begun
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


def read_query(file: str) -> str:
    """Return the text of a query file, or of standard input."""
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(file=file, reason=getattr(error, "strerror", None) or str(error)) from error


def listed(catalogue: Catalogue) -> bytes:
    """Return the catalogue by subject: the name of each query, what it answers, what it may be asked for."""
    tongue = language()
    shown = table(say("query-tag"), say("query-name"), say("question"), say("parameters"))
    before = ""
    for stored in sorted(catalogue, key=lambda stored: (called(stored.tags[0]), stored.name)):
        subject = called(stored.tags[0])
        options = " ".join(f"--{one.option[tongue]}" for one in stored.parameters)
        shown.add_row("" if subject == before else subject, stored.called, stored.question[tongue], options)
        before = subject
    return printed(shown)


def called(tag: str) -> str:
    """Return what a tag is called; one that no word is known for goes by itself."""
    return say(f"tag-{tag}") if f"tag-{tag}" in words(language()) else tag
