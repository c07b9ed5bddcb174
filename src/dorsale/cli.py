"""
From words to one call, and back to words.

Each command imports its room when it is called, so that help and stored queries start fast. Results go to standard
output, all else to standard error. Exit codes: 0 yes or done, 1 the answer is no, 2 could not.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

import click

from dorsale import __version__
from dorsale.errors import DorsaleError, InvalidGraph, QueryTimeout, UnexpectedArgument, UnreadableFile, UnwritableFile
from dorsale.words import catalogue, language, say

if TYPE_CHECKING:
    from dorsale.graph.queries import Answer, StoredQuery
    from dorsale.graph.store import Dataset
    from dorsale.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])
EXPORTS = ("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml")
ANSWERS = ("table", "markdown", "csv", "tsv", "json", "xml", "turtle", "ntriples", "jsonld", "rdfxml")
REPORTS = ("table", "json", "turtle", "markdown", "sarif")
SEVERITIES = ("violation", "warning", "info")
EXPLAINED = ("text", "json")
CONFLICTS = ("table", "json", "markdown")
GAPS = ("table", "markdown", "csv", "json")
PROPOSALS = ("table", "json", "trig")


class Group(click.Group):
    """The commands in the order of a user's work."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names as they were declared."""
        return list(self.commands)


def translated() -> None:
    """Let Click speak French: it looks its own sentences up in each of its modules under gettext's two names."""
    sentences = catalogue("click-fr")
    for name, module in list(sys.modules.items()):
        if name.startswith("click."):
            for gettext, one_of in (("_", 0), ("ngettext", 1)):
                if hasattr(module, gettext):
                    setattr(module, gettext, lambda *said, at=one_of: sentences.get(said[at], said[at]))


if language() == "fr":
    translated()
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=Group, context_settings=HELP, help=say("help-dorsale"))
@click.version_option(__version__, "--version", prog_name="dorsale", help=say("help-version"))
def dorsale() -> None:
    """Hold the commands."""


def command(name: str, **settings: Any) -> Callable[[Command], click.Command]:
    """Declare a command with its help in the user's language and the option that names the workspace."""

    def declare(function: Command) -> click.Command:
        named = click.option("-w", "--workspace", "folder", type=click.Path(path_type=Path), help=say("help-workspace"))
        return dorsale.command(name, help=say(f"help-{name}"), **settings)(named(function))

    return declare


def output_option(function: Command) -> Command:
    """Declare the option that names a file instead of standard output."""
    return click.option("-o", "--output", type=click.Path(path_type=Path), help=say("help-output"))(function)


def workspace_of(folder: Path | None) -> Workspace:
    """Return the workspace of ``--workspace``, or the nearest one."""
    from dorsale.workspace import Workspace

    workspace = Workspace.open(folder) if folder else Workspace.nearest(Path.cwd())
    if workspace.journal.exists():
        from dorsale.build import recover

        recover(workspace)
    return workspace


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


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give what shows the step that is going on, in a terminal; elsewhere it stays quiet."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as shown:
        yield lambda step: shown.update(say(f"step-{step}"))


@command("build")
def build_command(folder: Path | None) -> None:
    """Compile the workspace."""
    from dorsale import build
    from dorsale.names import SHAPE

    workspace = workspace_of(folder)
    with progress() as step:
        built = build.build(workspace, step)
    counted = table("", "", right=(0,))
    counted.show_header = False
    for name, count in built.counts.items():
        counted.add_row(number(count), say(f"count-{name}"))
    if built.consistent is None:
        tell(say("java-missing"))
    for overruling in built.idle:
        tell(build.idle(overruling, workspace.base))
    for waiver in built.report.warnings:
        if waiver.shape.value.startswith(f"{SHAPE}waiver-"):
            tell(f"{waiver.place}: {waiver.message(language())}")
    verdict = say("consistent-true" if built.consistent else "consistent-none")
    give(printed(say("built", count=number(built.counts["facts"])), counted, verdict))


def number(value: object) -> str:
    """Return a number as the user writes it."""
    from dorsale.graph.labels import number

    return number(value, language())


@command("query", context_settings={"ignore_unknown_options": True, "allow_extra_args": True}, add_help_option=False)
@click.argument("name", required=False)
@click.option("-f", "--file", "file", help=say("help-file"))
@click.option("--format", "format", type=click.Choice(ANSWERS), help=say("help-format"))
@output_option
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=60, show_default=True, help=say("help-timeout")
)
@click.option("-h", "--help", "wants_help", is_flag=True, help=say("help-help"))
@click.pass_context
def query_command(
    context: click.Context,
    name: str | None,
    file: str | None,
    format: str | None,
    output: Path | None,
    timeout: float,
    wants_help: bool,
    folder: Path | None,
) -> None:
    """Run a query."""
    if wants_help and name is None:
        click.echo(context.get_help())
        return
    from dorsale.errors import Place
    from dorsale.graph.queries import Catalogue, run
    from dorsale.graph.store import Shelf

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
    shelf = Shelf(workspace.dataset, workspace.base)
    dataset = shelf.open()
    if shelf.made()["fingerprint"] != workspace.fingerprint():
        tell(say("stale"))
    if stored:
        text = stored.bound(stored.read(dataset, options_of(context, stored)))
        place = stored.place
    else:
        refuse_extra(context, file or "-")
        text, place = read_query(file or "-"), Place(Path(file or "-"))
    with limited(timeout):
        answer = run(dataset, text, place)
        format = format or ("turtle" if answer.kind == "graph" else "table")
        result = rendered(dataset, answer, format, stored)
    give(result, output)
    if answer.kind == "boolean" and not answer.yes:
        raise SystemExit(1)


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
    """Return the catalogue: the name of each query, what it answers, what it may be asked for."""
    tongue = language()
    shown = table(say("query-name"), say("question"), say("parameters"))
    for stored in catalogue:
        shown.add_row(stored.name, stored.question[tongue], " ".join(f"--{one.name}" for one in stored.parameters))
    return printed(shown)


def described(stored: StoredQuery) -> bytes:
    """Return what a stored query answers and what it may be asked for."""
    tongue = language()
    shown = table(say("parameters"), "", "")
    shown.show_header = False
    for parameter in stored.parameters:
        shown.add_row(f"--{parameter.name}", parameter.type, parameter.label[tongue])
    head = f"{stored.title[tongue]}\n{stored.question[tongue]}"
    return printed(head, *([shown] if stored.parameters else []))


def rendered(dataset: Dataset, answer: Answer, format: str, stored: StoredQuery | None) -> bytes:
    """Return an answer in a format: for people with labels and the quoted words, for programs to the letter."""
    if format not in ("table", "markdown"):
        return answer.serialized(format)
    if answer.kind == "boolean":
        return (say("yes" if answer.yes else "no") + "\n").encode()
    if answer.kind == "graph":
        return answer.serialized("turtle")
    from dorsale.graph.queries import Page

    page = Page.of(dataset, answer, language(), stored.together if stored else ())
    head, rows = page.headings, [[shown(cell) for cell in row] for row in page.rows]
    title = stored.title[language()] if stored else ""
    notes = [f"[{number}] {note}" for number, note in enumerate(page.notes, 1)]
    count = say("rows", count=number(len(rows))) if rows else say("no-rows")
    if format == "markdown":
        lines = [f"## {title}", ""] if title else []
        lines += [marked(head), marked(["---"] * len(head)), *map(marked, rows), "", *(f"{note}  " for note in notes)]
        return "".join(f"{line}\n" for line in lines).encode()
    made = table(*head, right=page.numeric)
    for row in rows:
        made.add_row(*row)
    return printed(*([title, ""] if title else []), *([made, ""] if rows else []), count, *notes)


def shown(cell: Any) -> str:
    """Return a cell as the user reads it."""
    from dorsale.graph.labels import said

    return said(cell, language())


def marked(cells: Iterable[str]) -> str:
    """Return a row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


@command("explain")
@click.argument("words", nargs=-1, required=True, metavar="THING | SUBJECT PROPERTY [OBJECT]")
@click.option(
    "--format", "format", type=click.Choice(EXPLAINED), default="text", show_default=True, help=say("help-format")
)
@output_option
def explain_command(words: tuple[str, ...], format: str, output: Path | None, folder: Path | None) -> None:
    """Tell what is known of a thing, or why a fact holds."""
    if len(words) > 3:
        raise click.UsageError(say("too-many-words", word=words[3]))
    from dorsale.graph.explain import Prover, profile
    from dorsale.graph.find import the

    workspace = workspace_of(folder)
    dataset = opened(workspace)
    teller = Teller(dataset)
    prover = Prover(dataset, lambda: rules_of(workspace))
    if len(words) == 1:
        known = profile(dataset, the(dataset, words[0]), prover)
        give(as_json(teller.written.profile(known)) if format == "json" else teller.profile(known), output)
        return
    asked = meant(dataset, *words)
    proofs = [proof for fact in asked.facts if (proof := prover.prove(fact))]
    if format == "json":
        give(as_json([teller.written.proof(proof) for proof in proofs]), output)
    else:
        give(teller.proofs(proofs) if proofs else teller.unsaid(asked), output)
    if not proofs:
        raise SystemExit(1)


def opened(workspace: Workspace) -> Dataset:
    """Return the dataset in use, and say so when the files have changed since."""
    from dorsale.graph.store import Shelf

    shelf = Shelf(workspace.dataset, workspace.base)
    dataset = shelf.open()
    if shelf.made()["fingerprint"] != workspace.fingerprint():
        tell(say("stale"))
    return dataset


def rules_of(workspace: Workspace) -> Iterable[Any]:
    """Return the rules by which the dataset was derived."""
    from dorsale.build import rules_of
    from dorsale.terms import Terms

    return rules_of(workspace, Terms.read(workspace))


def meant(dataset: Dataset, *words: str) -> Any:
    """Return the facts that a subject, a property and perhaps an object mean, by the names that they go by."""
    from dorsale.graph.explain import asked

    return asked(dataset, *words)


def as_json(value: Any) -> bytes:
    """Return a value as JSON."""
    import json

    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


class Shown(NamedTuple):
    """What an explanation has shown: passages by their numbers, what each carries, and facts with their premises."""

    numbers: dict[Any, int]
    terms: dict[Any, list[Any]]
    facts: set[Any]


class Teller:
    """Tells explanations in the user's language; what carries a fact is bold where a terminal shows it."""

    def __init__(self, dataset: Dataset) -> None:
        from dorsale.graph.explain import Written
        from dorsale.graph.labels import Labels

        self.dataset = dataset
        self.labels = Labels(dataset, language())
        self.written = Written(self.labels, self.carried)
        self._names: dict[Any, tuple[str, ...]] = {}

    def carried(self, passage: Any, term: Any) -> tuple[tuple[int, int], ...]:
        """Return where a passage names a thing or says a value; of a figure or a sum, all that tells it."""
        from pyoxigraph import Literal

        from dorsale.documents.values import says
        from dorsale.graph.explain import carrying, detail, names

        found = detail(self.dataset, term, [passage.iri])
        terms = [one for values in found.values.values() for one in values] if found else [term]
        spans: set[tuple[int, int]] = set()
        for one in terms:
            if one not in self._names:
                self._names[one] = names(self.dataset, one)
            spans.update(carrying(passage.exact, self._names[one]))
            if isinstance(one, Literal):
                kind = one.datatype.value.rsplit("#", 1)[-1].replace("integer", "decimal")
                if value := says(passage.exact, one.value, kind):
                    spans.add((value.start, value.end))
        return tuple(sorted(spans))

    def term(self, term: Any, among: Any = None, but: tuple[Any, ...] = ()) -> str:
        """Return a thing, a code or a value in words."""
        from dorsale.graph.explain import detail, told

        found = detail(self.dataset, term, among)
        return told(self.labels, found, but) if found else self.labels.said(term)

    def fact(self, fact: Any) -> str:
        """Return a fact in words."""
        words = {"subject": fact.subject, "property": fact.predicate, "value": fact.object}
        return say("fact", **{name: self.term(term) for name, term in words.items()})

    def quotation(self, passage: Any, terms: Iterable[Any] = ()) -> Any:
        """Return the words of a passage with their document and offsets; those that carry a term stand out."""
        from rich.text import Text

        # A line break of the document is a space here, and none is doubled.
        quoted = Text("« ").append(re.sub(r"\s", " ", passage.exact).strip())
        before = 2 - (len(passage.exact) - len(passage.exact.lstrip()))
        for start, end in {span for term in terms for span in self.carried(passage, term)}:
            quoted.stylize("bold", before + start, before + end)
        doubled = [found.span() for found in re.finditer(r"(?<= ) +", quoted.plain)]
        pieces = quoted.divide([at for span in doubled for at in span])
        return Text("").join(pieces[::2]).append(f" » ({passage.title}, {passage.start}-{passage.end})")

    def profile(self, known: Any) -> bytes:
        """Return what is known of a thing, a table for each group, with the quoted words under them."""
        from rich.table import Table
        from rich.text import Text

        from dorsale.names import prefixes, shorten

        notes: dict[Any, list[Any]] = {}
        head = f"{self.term(known.thing)} ({shorten(known.thing.value, prefixes(self.dataset.base)).strip('<>')})"
        shown: list[Any] = [head]
        for group, lines in known.groups:
            made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
            for _ in range(3):
                made.add_column(overflow="fold")
            for line in lines:
                name = self.labels.inverse(line.predicate) if line.inverse else self.labels.label(line.predicate)
                name = "" if group == "figures" else name
                made.add_row(
                    f"  {name}".rstrip() or " ", self.term(line.value, but=(known.thing,)), self.sources(line, notes)
                )
            shown += ["", Text(say(f"group-{group}"), "bold"), made]
        numbered = [Text(f"[{at}] ").append_text(self.quotation(*note)) for at, note in enumerate(notes.items(), 1)]
        return printed(*shown, *([""] if numbered else []), *numbered)

    def sources(self, line: Any, notes: dict[Any, list[Any]]) -> str:
        """Return who says a line: the numbers of its passages, the kind of file, or the rule."""
        said = []
        for source in line.sources:
            if source.passage:
                notes.setdefault(source.passage, []).append(line.value)
                said.append(f"[{list(notes).index(source.passage) + 1}]")
            elif source.kind != "derived":
                said.append(say(f"source-{source.kind}"))
        if line.rule:
            said.append(say("source-rule", title=line.rule.title[language()]))
        return " ".join(said) or say("source-derived")

    def proofs(self, proofs: Iterable[Any]) -> bytes:
        """Return why facts hold, a tree for each; what was shown once is shown by its number."""
        found, shown = list(proofs), Shown({}, {}, set())
        for leaf in (leaf for proof in found for leaf in proof.leaves()):
            for passage in (source.passage for source in leaf.sources if source.passage):
                for one in (passage, *passage.read_with):
                    shown.terms.setdefault(one.iri, []).append(leaf.fact.object)
        return printed(*(self.proof(proof, shown) for proof in found))

    def proof(self, proof: Any, shown: Shown) -> Any:
        """Return why a fact holds as a tree whose leaves are the quoted words."""
        from rich.text import Text
        from rich.tree import Tree

        tree = Tree(Text(self.fact(proof.fact)))
        if proof.rule is not None:
            if proof.fact in shown.facts:
                tree.add(Text(say("above")))
                return tree
            shown.facts.add(proof.fact)
            rule = tree.add(Text(say("by-rule", title=proof.rule.title[language()], name=proof.rule.name)))
            rule.children.extend(self.proof(premise, shown) for premise in proof.premises)
            return tree
        for source in proof.sources:
            if source.passage is None:
                tree.add(Text(say(f"source-{source.kind}")))
                continue
            again = source.passage.iri in shown.numbers
            leaf = tree.add(self.numbered(source.passage, shown))
            for other in () if again else source.passage.read_with:
                leaf.add(Text(say("read-with") + " ").append_text(self.numbered(other, shown)))
        return tree

    def numbered(self, passage: Any, shown: Shown) -> Any:
        """Return a passage with its number, and its words where they are shown for the first time."""
        from rich.text import Text

        if passage.iri in shown.numbers:
            return Text(f"[{shown.numbers[passage.iri]}]")
        number = shown.numbers.setdefault(passage.iri, len(shown.numbers) + 1)
        return Text(f"[{number}] ").append_text(self.quotation(passage, shown.terms[passage.iri]))

    def unsaid(self, asked: Any) -> bytes:
        """Return that no document says a fact, and what they say instead."""
        words = {"subject": asked.subject, "property": asked.predicate}
        told = {name: self.term(term) for name, term in words.items()}
        lines = [
            say("nobody-says", **told) if asked.words is None else say("nobody-says-that", object=asked.words, **told)
        ]
        if asked.others:
            lines.append(say("said-instead", values=", ".join(self.term(value) for value in asked.others)))
        return printed(*lines)

    def conflict(self, number: int, found: Any) -> list[Any]:
        """Return two readings side by side, each with its passages."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        tongue = language()
        title, what = found.pattern.title[tongue], self.term(found.what)
        made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
        cells = []
        for reading in found.readings:
            made.add_column(Text(self.reading(found, reading)), overflow="fold", ratio=1, max_width=60)
            quoted = [self.quotation(passage, reading.values) for passage in reading.passages]
            cells.append(Text("\n").join(quoted))
        made.add_row(*cells)
        lines = [Text(say("conflict", number=number, thing=self.term(found.thing), what=what, title=title), "bold")]
        decided = [Text(self.preference(found))] if found.preference else []
        return [*lines, made, Text(found.pattern.reason[tongue]), *decided, ""]

    def reading(self, found: Any, reading: Any) -> str:
        """Return the values of one side of a conflict, as its passages tell them; what is ours is said to be so."""
        from dorsale.graph.explain import detail

        among = [passage.iri for passage in reading.passages]
        values = [self.term(value, among, (found.thing,)) for value in reading.values]
        figures = [detail(self.dataset, value) for value in reading.values]
        others = [detail(self.dataset, value) for side in found.readings if side != reading for value in side.values]
        if all(others) and not any(figures):
            return say("counted", value=values[0])
        if any(figure and figure.computed for figure in figures):
            return say("computed", value=values[0])
        return values[0] if len(values) == 1 else say("together", all=" + ".join(values))

    def preference(self, found: Any) -> str:
        """Return which reading a curator prefers, and why."""
        decided = found.preference
        said = {"reason": decided.reason, "role": decided.role, "date": decided.date}
        return say("preferred", reading=self.reading(found, found.preferred), **said)


@command("conflicts")
@click.option(
    "--format", "format", type=click.Choice(CONFLICTS), default="table", show_default=True, help=say("help-format")
)
@output_option
def conflicts_command(format: str, output: Path | None, folder: Path | None) -> None:
    """List what cannot both hold."""
    from dorsale.graph.explain import conflicts, patterns, preferences

    workspace = workspace_of(folder)
    at, decided = workspace.conflicts, workspace.preferences
    looked, preferred = patterns(at, workspace.shown(at)), preferences(decided, workspace.shown(decided))
    dataset = opened(workspace)
    teller = Teller(dataset)
    found = conflicts(dataset, looked, preferred)
    for idle in preferred:
        if all(one.preference != idle for one in found):
            tell(say("preference-idle", place=idle.place))
    counted = say("conflicts-found", count=len(found), patterns=len(looked))
    if format == "json":
        give(as_json([teller.written.conflict(one) for one in found]), output)
    elif format == "markdown":
        give(listed_conflicts(teller, found, counted), output)
    else:
        lines = [line for number, one in enumerate(found, 1) for line in teller.conflict(number, one)]
        give(printed(*lines, counted), output)


def listed_conflicts(teller: Teller, found: Iterable[Any], counted: str) -> bytes:
    """Return conflicts as Markdown: a heading and a table of two columns for each."""
    lines = [f"# {say('conflicts-title')}", "", counted, ""]
    for number, one in enumerate(found, 1):
        title, what = one.pattern.title[language()], teller.term(one.what)
        lines += [f"## {say('conflict', number=number, thing=teller.term(one.thing), what=what, title=title)}", ""]
        quoted = ["<br>".join(teller.quotation(passage).plain for passage in side.passages) for side in one.readings]
        lines += [
            marked(teller.reading(one, side) for side in one.readings),
            marked(["---", "---"]),
            marked(quoted),
            "",
        ]
        lines += [one.pattern.reason[language()], ""]
        lines += [teller.preference(one), ""] if one.preference else []
    return "".join(f"{line}\n" for line in lines).encode()


@command("gaps")
@click.option("--document", metavar="DOCUMENT", help=say("help-gap-document"))
@click.option("--thing", metavar="THING", help=say("help-gap-thing"))
@click.option(
    "--format", "format", type=click.Choice(GAPS), default="table", show_default=True, help=say("help-format")
)
@output_option
def gaps_command(
    document: str | None, thing: str | None, format: str, output: Path | None, folder: Path | None
) -> None:
    """Ask what no document says."""
    from dorsale.build import shapes, standing
    from dorsale.graph.explain import documents, gaps, questions
    from dorsale.graph.find import the
    from dorsale.graph.labels import Labels

    workspace = workspace_of(folder)
    dataset = opened(workspace)
    labels = Labels(dataset, language())
    wanted = the(dataset, thing) if thing else None
    source = the(dataset, document, documents(dataset)) if document else None
    found = [
        gap
        for gap in gaps(labels, standing(workspace, dataset), questions(shapes(workspace)))
        if (wanted is None or gap.concerns(wanted)) and (source is None or source in gap.documents)
    ]
    write = {"table": gaps_page, "markdown": gaps_list, "json": gaps_json, "csv": gaps_csv}[format]
    give(write(labels, found), output)


def gaps_counted(found: Iterable[Any]) -> str:
    """Return how many questions there are, and how many matter most."""
    kept = list(found)
    return say("gaps-found", count=len(kept), serious=sum(gap.severity.value == "Warning" for gap in kept))


def gaps_grouped(labels: Any, found: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield questions by the documents that speak of their things, under the titles of these."""
    from itertools import groupby

    for documents, group in groupby(found, key=lambda gap: gap.documents):
        yield " · ".join(map(labels.label, documents)) or say("gaps-nowhere"), list(group)


def gaps_page(labels: Any, found: list[Any]) -> bytes:
    """Return questions as tables, one for each set of documents."""
    from rich.text import Text

    shown: list[Any] = []
    for heading, group in gaps_grouped(labels, found):
        made = table(say("gap-question"), say("severity"), say("gap-where"))
        for gap in group:
            made.add_row(gap.question, say(f"severity-{gap.severity.value}"), spoken_at(gap))
        shown += [Text(heading, "bold"), made, ""]
    return printed(*shown, gaps_counted(found))


def spoken_at(gap: Any) -> str:
    """Return the offsets of the first passages that speak of the thing of a question."""
    places = [f"{passage.start}-{passage.end}" for passage in gap.passages]
    return ", ".join(places[:3]) + (", …" if len(places) > 3 else "")


def gaps_list(labels: Any, found: list[Any]) -> bytes:
    """Return questions as Markdown: a heading for each set of documents, a list under it."""
    lines = [f"# {say('gaps-title')}", "", gaps_counted(found)]
    for heading, group in gaps_grouped(labels, found):
        lines += ["", f"## {heading}", "", *(f"- [ ] {gap.question} ({spoken_at(gap) or '–'})" for gap in group)]
    return "".join(f"{line}\n" for line in lines).encode()


def gaps_json(labels: Any, found: list[Any]) -> bytes:
    """Return questions for programs."""
    from dorsale.graph.explain import Written

    written = Written(labels, lambda passage, term: ())
    return as_json([written.gap(gap) for gap in found])


def gaps_csv(labels: Any, found: list[Any]) -> bytes:
    """Return questions as a table for a spreadsheet: a line for each, several documents in one cell."""
    import csv
    import io

    rows = csv.writer(text := io.StringIO(), lineterminator="\r\n")
    rows.writerow(["question", "severity", "thing", "documents", "askedBy"])
    for gap in found:
        documents = " ; ".join(map(labels.label, gap.documents))
        rows.writerow([gap.question, gap.severity.value, gap.thing.value, documents, gap.asked_by.value])
    return text.getvalue().encode()


@command("export")
@click.option(
    "--format", "format", type=click.Choice(EXPORTS), default="turtle", show_default=True, help=say("help-format")
)
@output_option
def export_command(format: str, output: Path | None, folder: Path | None) -> None:
    """Write the graph."""
    from dorsale.graph.export import export
    from dorsale.graph.store import Shelf

    workspace = workspace_of(folder)
    shelf = Shelf(workspace.dataset, workspace.base)
    dataset = shelf.open()
    if shelf.made()["fingerprint"] != workspace.fingerprint():
        tell(say("stale"))
    give(export(dataset, format), output)


@command("validate")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format", "format", type=click.Choice(REPORTS), default="table", show_default=True, help=say("help-format")
)
@output_option
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES), default="violation", show_default=True, help=say("help-fail-on")
)
@click.option("--explain", "shape", metavar="SHAPE", help=say("help-explain-shape"))
def validate_command(
    files: tuple[Path, ...], format: str, output: Path | None, fail_on: str, shape: str | None, folder: Path | None
) -> None:
    """Check facts against the shapes."""
    from dorsale.build import check
    from dorsale.graph.store import Change
    from dorsale.graph.validate import Severity
    from dorsale.statements import read

    workspace = workspace_of(folder)
    if shape is not None:
        give(rule_page(workspace, shape), output)
        return
    with progress() as step:
        step("validate")
        report = check(workspace, files)
    statements = (statement for file in files for statement in read(file, workspace.shown(file)))
    wording = wording_of(workspace, Change(dict(statements)))
    passes = report.passes(Severity(fail_on.capitalize()))
    give(reported(wording.placed(report), wording, format, passes), output)
    if not passes:
        raise SystemExit(1)


def wording_of(workspace: Workspace, change: Any = None, dataset: Dataset | None = None) -> Any:
    """Return what tells a report on a change: of the dataset in use, unless another or none is there."""
    from dorsale.build import shapes
    from dorsale.errors import NoDataset
    from dorsale.graph.store import Change, Shelf
    from dorsale.graph.validate.shapebook import Shapebook
    from dorsale.graph.validate.wording import Wording

    if dataset is None:
        try:
            dataset = Shelf(workspace.dataset, workspace.base).open()
        except NoDataset:
            dataset = None
    return Wording(Shapebook(shapes(workspace)), dataset, change or Change(), language(), workspace.root)


def reported(report: Any, wording: Any, format: str = "table", passes: bool | None = None) -> bytes:
    """Return a report in a format: for people what, where, why and what to do; for programs to the letter."""
    from dorsale.graph.validate import written
    from dorsale.names import prefixes

    summary = summed(report, report.accepted if passes is None else passes)
    if format == "json":
        return as_json(written.to_json(report, wording))
    if format == "turtle":
        return report.masked().to_turtle(prefixes(wording.before.base)).encode()  # type: ignore[no-any-return]
    if format == "sarif":
        return as_json(written.to_sarif(report, wording, __version__))
    if format == "markdown":
        return written.to_markdown(report, wording, summary).encode()
    lines: list[Any] = []
    for group in wording.groups(report):
        lines.append(written.title(group, wording))
        named = written.headed(group, wording)
        width = max((len(name) for name, _ in named), default=0)
        lines += [f"  {name:<{width}}  {words}" for name, words in named]
        # Quotations are long: they stand under the table, by their numbers.
        passages = list(dict.fromkeys(case.told.passage for case in group.cases if case.told.passage))
        head, rows = written.tabled(group, wording, {passage: f"[{at}]" for at, passage in enumerate(passages, 1)})
        made = table(*head)
        for row in rows:
            made.add_row(*row)
        notes = [f"[{at}] {passage}" for at, passage in enumerate(passages, 1)]
        lines += ["", made, "", *notes, *written.echoed(group, wording), *([""] if notes else [])]
    return printed(*lines, *summary)


def summed(report: Any, passes: bool) -> list[str]:
    """Return what a report counts, and the verdict."""
    from dorsale.graph.validate import Severity

    summary = say(
        "report-summary",
        violations=len(report.violations),
        warnings=len(report.warnings),
        infos=len(report.of(Severity.INFO)),
        nodes=number(report.focus_nodes),
        shapes=report.shapes,
    )
    waived = [say("report-waived", count=len(report.waived))] if report.waived else []
    unproved = [say("report-unproved", count=report.unproved)] if report.unproved else []
    return [summary, *waived, *unproved, say("accepted-true" if passes else "accepted-false")]


def rule_page(workspace: Workspace, name: str) -> bytes:
    """Return a shape as a rule: what it says, of what, why, and a statement that breaks it beside one that does not."""
    from dorsale.graph.validate import cases, written

    wording = wording_of(workspace)
    rule = wording.book.named(name, workspace.shown(workspace.shapes))
    title = " – ".join(part for part in (written.named(rule, wording), wording.one(rule.names)) if part)
    said = {
        "explain-about": wording.about(rule),
        "explain-property": wording.path(rule.path),
        "report-expected": wording.rule(rule),
        "explain-severity": say(f"severity-{rule.severity.value}"),
        "explain-reason": wording.one(rule.reasons),
    }
    width = max(len(say(key)) for key in said)
    lines = [f"{say(key):<{width}}  {words}" for key, words in said.items() if words]
    message = [wording.one(rule.messages)] if rule.messages else []
    examples: list[str] = []
    for key, example in (("bad", cases.bad(workspace.cases, rule)), ("good", cases.good(workspace.cases, rule))):
        if example is None:
            examples += ["", say(f"explain-no-{key}")]
            continue
        facts = {"fault": example.fault} if key == "bad" else {}
        examples += ["", say(f"explain-{key}", file=workspace.shown(example.file), **facts)]
        examples += [f"  {line}" for line in example.text.splitlines()]
    return printed(title, *message, "", *lines, *examples)


@command("prove")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "format", type=click.Choice(("table", "json")), default="table", help=say("help-format"))
@output_option
def prove_command(files: tuple[Path, ...], format: str, output: Path | None, folder: Path | None) -> None:
    """Judge whether the passages carry their facts."""
    from dorsale.build import proved

    workspace = workspace_of(folder)
    with progress() as step:
        step("prove")
        proof = proved(workspace, files)
    give(proof_page(proof, workspace.base) if format == "table" else proof_json(proof, workspace.base), output)
    if proof.refusals:
        raise SystemExit(1)


def proof_page(proof: Any, base: str) -> bytes:
    """Return a proof for people: each refusal with its place, its gate, what was looked for and what is there."""
    from dorsale.build import fact_of, idle

    made = table(say("place"), say("prove-gate"), say("prove-fact"), say("prove-wanted"), say("prove-found"))
    for refusal in proof.refusals:
        place, fact = str(refusal.statement.place), fact_of(refusal.statement, base)
        made.add_row(place, refusal.gate, fact, refusal.wanted, refusal.found)
    counts = {"checked": proof.checked, "carried": proof.carried, "overruled": sum(proof.overruled.values())}
    refused = len({refusal.statement for refusal in proof.refusals})
    summary = say("prove-summary", refused=number(refused), **{name: number(count) for name, count in counts.items()})
    by_gate = [f"{gate}: {count}" for gate, count in proof.overruled.items()]
    unneeded = [idle(overruling, base) for overruling in proof.idle]
    return printed(*([made, ""] if proof.refusals else []), summary, *by_gate, *unneeded)


def proof_json(proof: Any, base: str) -> bytes:
    """Return a proof for programs."""
    from dorsale.build import fact_of, triple_of

    refusals = [
        {
            "place": str(refusal.statement.place),
            "passage": refusal.passage.iri.value,
            "gate": refusal.gate,
            "fact": fact_of(refusal.statement, base),
            "wanted": refusal.wanted,
            "found": refusal.found,
        }
        for refusal in proof.refusals
    ]
    counts = {"checked": proof.checked, "carried": proof.carried, "overruled": dict(proof.overruled)}
    unneeded = [
        {"place": str(one.place), "passage": one.passage.value, "gate": one.gate, "fact": triple_of(one.fact, base)}
        for one in proof.idle
    ]
    return as_json({**counts, "refused": refusals, "idle": unneeded})


@command("status")
@click.option("--coverage", is_flag=True, help=say("help-coverage"))
def status_command(coverage: bool, folder: Path | None) -> None:
    """Show what the dataset holds, or how the documents are covered."""
    if coverage:
        give(coverage_page(workspace_of(folder)))
        return
    from dorsale.build import shapes, status
    from dorsale.graph.validate import waivers
    from dorsale.names import prefixes, shorten

    workspace = workspace_of(folder)
    held = status(workspace)
    if not held.fresh:
        tell(say("stale"))
    known = prefixes(workspace.base)
    documents = table(say("status-document"), say("status-passages"), say("status-facts"), right=(1, 2))
    for document, passages, facts in held.documents:
        documents.add_row(document, number(passages), number(facts))
    tables: list[Any] = [documents]
    for name, counted in (("class", held.classes), ("property", held.properties)):
        made = table(say(f"status-{name}"), say("status-facts"), right=(1,))
        for term, count in counted:
            made.add_row(shorten(term.value, known), number(count))
        tables += ["", made]
    total = say(
        "status-total",
        facts=number(held.facts),
        alone=number(held.alone),
        quotations=number(held.quotations),
        moved=number(held.moved),
    )
    decided = [say("status-overruled", gate=gate, count=count) for gate, count in held.overruled.items()]
    at, today = workspace.waivers, date.today()
    if exceptions := waivers(at, workspace.shown(at), shapes(workspace)):
        past = sum(waiver.expires < today for waiver in exceptions)
        decided.append(say("status-waived", count=len(exceptions), expired=past))
    give(printed(*tables, "", total, *decided))


def coverage_page(workspace: Workspace) -> bytes:
    """Return as Markdown which sentences of each document are in no passage, each with the reason."""
    from dorsale.build import covered

    found = covered(workspace)
    lines = [f"# {say('coverage-title')}", "", say("coverage-intro"), ""]
    head = (
        "status-document",
        "coverage-sentences",
        "coverage-quoted",
        "coverage-aside",
        "coverage-unread",
        "coverage-share",
    )
    lines += [marked(map(say, head)), marked(["---"] + ["---:"] * (len(head) - 1))]
    for one in found:
        counts = (one.sentences, one.sentences - one.aside - len(one.unread), one.aside, len(one.unread))
        lines.append(marked([one.document.slug, *map(number, counts), f"{one.share:.0%}".replace("%", " %")]))
    for one in found:
        lines += ["", f"## {one.document.slug}", ""]
        lines += [marked([say("coverage-sentence"), say("coverage-reason")]), marked(["---", "---"])]
        rest = [*one.unstated, *((sentence, f"**{say('coverage-unread')}**") for sentence in one.unread)]
        for sentence, reason in sorted(rest, key=lambda entry: entry[0].start):
            # Enough to find it; a private individual who is quoted is not named again here.
            words = " ".join(sentence.exact.split())
            lines.append(marked([words if len(words) <= 60 else f"{words[:59]}…", reason]))
    return "".join(f"{line}\n" for line in lines).encode()


@command("extract")
@click.argument("documents", nargs=-1, metavar="[DOCUMENT]...")
@click.option("--format", "format", type=click.Choice(PROPOSALS), default="table", help=say("help-format"))
@click.option("--refused", is_flag=True, help=say("help-refused"))
@click.option("--check", is_flag=True, help=say("help-check"))
@click.option("--floor", type=click.FloatRange(0, 1), help=say("help-floor"))
@click.option("--verbose", is_flag=True, help=say("help-verbose"))
@click.option("--workers", type=click.IntRange(1), metavar="N", help=say("help-workers"))
@click.option("--scheduler", metavar="tcp://...", help=say("help-scheduler"))
@click.option("--llm", metavar="URL", help=say("help-llm"))
@click.option("--model", metavar="NAME", help=say("help-model"))
@output_option
def extract_command(
    documents: tuple[str, ...],
    format: str,
    refused: bool,
    check: bool,
    floor: float | None,
    verbose: bool,
    workers: int | None,
    scheduler: str | None,
    llm: str | None,
    model: str | None,
    output: Path | None,
    folder: Path | None,
) -> None:
    """Propose facts for documents, or measure what would be proposed."""
    if check == bool(documents) or (check and format == "trig"):
        raise click.UsageError(say("extract-usage"))
    if (check and (workers or scheduler or llm)) or (workers and scheduler) or (model and not llm):
        raise click.UsageError(say("extract-usage-workers"))
    from dorsale.batches import extract_all
    from dorsale.documents.extract.model import Model
    from dorsale.extract import measure

    workspace = workspace_of(folder)
    if check:
        with progress() as step:
            step("extract")
            measured = measure(workspace)
        give(measured_json(measured) if format == "json" else measured_page(measured, verbose), output)
        f1 = sum((one.score for one in measured[1:]), measured[0].score).f1
        if floor is not None and f1 < floor:
            tell(say("extract-below", f1=f"{f1:.3f}", floor=f"{floor:.3f}"))
            raise SystemExit(1)
        return
    if scheduler:  # its workers stand in other folders
        documents = tuple(str(Path(name).absolute()) if Path(name).exists() else name for name in documents)
    asked = Model(llm, model) if llm else None
    found, failed = [], False
    with working(workers, scheduler, len(documents)) as (executor, batch):
        outcomes = extract_all(workspace, documents, partial(proposed, format, refused), executor, asked, batch)
        for outcome in followed(outcomes, len(documents)):
            if outcome.error is not None:
                tell(f"dorsale: {outcome.error.sentence()}")
                failed = True
                continue
            shown, foreign, answers = outcome.told
            if foreign:
                tell(say("other-language", document=outcome.name, language=foreign))
            if answers:
                tell(say("llm-told", document=outcome.name, **answers))
            found.append(shown)
    if format == "json":
        give(as_json(found), output)
    else:
        give(b"\n".join(one for one in found if one), output)
    if failed:
        raise SystemExit(2)


def proposed(format: str, refused: bool, desk: Any, proposals: Any) -> tuple[Any, str | None, dict[str, Any] | None]:
    """Return proposals as they are printed, the language if it is another, what came of a model: all of it plain."""
    if format == "json":
        shown: Any = proposals_json(desk, proposals, refused)
    elif format == "trig":
        shown = proposals.trig(desk.workspace.base).encode() if proposals.stated else b""
    else:
        shown = proposals_page(desk, proposals, refused)
    answers = answers_json(proposals)
    if answers is not None:
        listed = ", ".join(f"{reason} {count}" for reason, count in answers["refused"].items()) or "0"
        answers = {**answers, "refused": listed}
    return shown, proposals.language if proposals.foreign else None, answers


def answers_json(proposals: Any) -> dict[str, Any] | None:
    """Return what came of the model that was asked: its calls, what it told, what stands, what was refused and why."""
    from dorsale.documents.extract.answers import TOLD

    if proposals.answers is None:
        return None
    stated = [(passage.iri, fact) for passage, facts in proposals.stated.items() for fact in facts]
    kept = sum(proposals.frames.get(one, "").startswith(TOLD) for one in stated)
    reasons = {reason: count for reason, count in sorted(proposals.answers.refused.items()) if count}
    return {"asked": proposals.answers.asked, "told": proposals.answers.told, "facts": kept, "refused": reasons}


@contextmanager
def working(workers: int | None, scheduler: str | None, count: int) -> Iterator[tuple[Any, int]]:
    """Give what works for us, processes here or a cluster, and how many documents it gets at once; None works here."""
    from dorsale.batches import BATCH, cluster, processes, shared_out

    if scheduler:
        with cluster(scheduler) as executor:
            yield executor, BATCH
    elif workers and workers > 1:
        with processes(workers) as executor:
            yield executor, shared_out(count, workers)
    else:
        yield None, 1


def followed(outcomes: Iterable[Any], count: int) -> Iterator[Any]:
    """Yield outcomes, with a bar that shows how far it is: in a terminal, and where there are several."""
    if not sys.stderr.isatty() or count < 2:
        yield from outcomes
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(outcomes, total=count, description=say("step-extract"))


def teller_of(desk: Any, proposals: Any) -> Teller:
    """Return what tells proposals in words, beside what the workspace knows."""
    opened = proposals.opened
    iri = opened.document.iri(desk.workspace.base)
    return Teller(desk.shown(proposals.facts, opened.title, iri))


def proposals_page(desk: Any, proposals: Any, refused: bool) -> bytes:
    """Return proposals for people: under each passage what it states, the words that carry it in bold."""
    from rich.text import Text

    opened = proposals.opened
    teller = teller_of(desk, proposals)
    counts = {
        "facts": number(sum(map(len, proposals.stated.values()))),
        "passages": number(len(proposals.stated)),
        "names": number(len(proposals.names)),
        "refused": number(len(proposals.refused)),
        "remembered": number(proposals.remembered),
    }
    shown: list[Any] = [Text(opened.title, "bold"), say("extract-summary", **counts), ""]
    for passage in proposals.stated:
        shown += [*passage_page(teller, proposals, passage), ""]
    if proposals.names:
        made = table(say("extract-name"), say("status-class"), say("thing"))
        for thing, (label, classes) in proposals.names.items():
            made.add_row(label, ", ".join(map(teller.term, classes)), short(thing, desk.workspace.base))
        shown += [Text(say("extract-names"), "bold"), made, ""]
    if refused and proposals.refused:
        from dorsale.build import fact_of

        made = table(say("prove-gate"), say("prove-fact"), say("prove-wanted"), say("prove-found"))
        for one in proposals.refused:
            made.add_row(one.gate, fact_of(one.statement, desk.workspace.base), one.wanted, one.found)
        shown += [Text(say("extract-refused"), "bold"), made, ""]
    return printed(*shown[:-1])


def passage_page(teller: Teller, proposals: Any, passage: Any) -> list[Any]:
    """Return a passage with the facts that it is proposed to state."""
    from rich.table import Table

    from dorsale.graph.explain import detail
    from dorsale.graph.explain.sources import Passage

    facts = proposals.stated[passage]
    words = Passage(passage.iri, passage.document, proposals.opened.title, passage.start, passage.end, passage.exact)
    quoted = teller.quotation(words, [end for fact in facts for end in (fact.subject, fact.object)])
    if page := proposals.opened.page(passage.start):
        quoted.append(say("extract-page", page=page))
    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    for _ in range(3):
        made.add_column(overflow="fold")
    for subject in dict.fromkeys(fact.subject for fact in facts):
        found = detail(teller.dataset, subject)
        own = [fact for fact in facts if fact.subject == subject]
        # What tells a figure, a sum or an office is in its name here: a row is for what is not, or says what it is.
        told = [one for one in own if not found or (one.predicate not in found.values and one.object != found.kind)]
        for fact in told or [one for one in own if found and one.object == found.kind]:
            made.add_row(
                f"  {called(teller, subject)}", teller.labels.label(fact.predicate), called(teller, fact.object)
            )
    return [quoted, made]


def called(teller: Teller, term: Any) -> str:
    """Return a term in words; a thing that nobody named yet by what it is, and the last part of its identifier."""
    label, name = teller.term(term), getattr(term, "value", "")
    if label != short(term, teller.dataset.base) or not name.startswith(teller.dataset.base):
        return label
    from dorsale.names import public

    kinds = (quad.object for quad in teller.dataset.store.quads_for_pattern(term, public("rdf:type"), None, None))
    kind = next((teller.term(kind) for kind in kinds), "")
    return f"{kind} ({name.rsplit('/', 1)[-1]})" if kind else label


def short(thing: Any, base: str) -> str:
    """Return the prefixed name of a thing."""
    from dorsale.names import prefixes, shorten

    return shorten(getattr(thing, "value", ""), prefixes(base)).strip("<>")


def proposals_json(desk: Any, proposals: Any, refused: bool) -> dict[str, Any]:
    """Return proposals for programs."""
    from pyoxigraph import Literal

    from dorsale.build import fact_of
    from dorsale.documents.extract.answers import TOLD

    base, opened = desk.workspace.base, proposals.opened
    teller = teller_of(desk, proposals)

    def told(term: Any) -> dict[str, Any]:
        if isinstance(term, Literal):
            kind = {"language": term.language} if term.language else {"datatype": short(term.datatype, base)}
            return {"value": term.value, **kind, "label": teller.labels.said(term)}
        return {"name": short(term, base), "label": called(teller, term)}

    passages = [
        {
            "passage": passage.iri.value,
            "start": passage.start,
            "end": passage.end,
            "exact": passage.exact,
            "page": opened.page(passage.start),
            "readWith": [other.value for other in proposals.facts.read_with(passage.iri)],
            "facts": [
                {
                    "subject": told(fact.subject),
                    "predicate": told(fact.predicate),
                    "object": told(fact.object),
                    "frame": frame.removeprefix(TOLD) if frame else None,
                    "method": "llm" if frame and frame.startswith(TOLD) else "rules",
                }
                for fact in facts
                for frame in (proposals.frames.get((passage.iri, fact)),)
            ],
        }
        for passage, facts in proposals.stated.items()
    ]
    names = [
        {"name": short(thing, base), "label": label, "classes": [told(one) for one in classes]}
        for thing, (label, classes) in proposals.names.items()
    ]
    refusals = [
        {
            "passage": one.passage.iri.value,
            "gate": one.gate,
            "fact": fact_of(one.statement, base),
            "wanted": one.wanted,
            "found": one.found,
        }
        for one in proposals.refused
    ]
    return {
        "document": opened.document.slug,
        "title": opened.title,
        "known": opened.known,
        "language": proposals.language,
        "passages": passages,
        "names": names,
        "remembered": proposals.remembered,
        **({"model": model} if (model := answers_json(proposals)) is not None else {}),
        "refused": refusals if refused else len(refusals),
    }


def measured_page(measured: Any, verbose: bool) -> bytes:
    """Return for people how far proposals agree with what was accepted: by document, by property, as a whole."""
    columns = ("extract-precision", "extract-recall", "extract-f1", "extract-extra", "extract-missed")
    whole = sum((one.score for one in measured[1:]), measured[0].score)
    tables: list[Any] = []
    by_document = [(one.document.slug, one.score) for one in measured]
    for head, rows in (("status-document", by_document), ("status-property", list(whole.properties.items()))):
        made = table(say(head), *map(say, columns), right=(1, 2, 3, 4, 5))
        for name, score in rows:
            made.add_row(name, *scored(score))
        tables += [made, ""]
    total = dict(zip(("precision", "recall", "f1", "extra", "missed"), scored(whole), strict=True))
    lines = [line for one in measured for line in differences(one)] if verbose else []
    return printed(*tables, *lines, say("extract-total", **total))


def scored(score: Any) -> tuple[str, ...]:
    """Return a score as the cells of a table; where nothing was proposed or wanted there is no share."""
    right, found = len(score.right) + len(score.extra), len(score.found) + len(score.missed)
    shares = ((score.precision, right), (score.recall, found), (score.f1, right and found))
    return (
        *(f"{share:.3f}" if of else "–" for share, of in shares),
        number(len(score.extra)),
        number(len(score.missed)),
    )


def differences(measured: Any) -> Iterator[str]:
    """Yield the values that are proposed and were not accepted, and those that were missed, with their passages."""
    for key, values in (("extract-extra", measured.score.extra), ("extract-missed", measured.score.missed)):
        if values:
            yield f"{measured.document.slug} – {say(key)}"
        for value in values:
            said = " | ".join(sorted(value.values)[:2])
            of = " | ".join(sorted(value.keys)[:2]) or value.kind
            yield f"  {of} – {value.property}: {said}"
            for passage in measured.passages.get(value, ()):
                yield f"    « {' '.join(passage.exact.split())} » ({passage.start}-{passage.end})"
    yield ""


def measured_json(measured: Any) -> bytes:
    """Return for programs how far proposals agree with what was accepted."""

    def shares(score: Any) -> dict[str, Any]:
        counts = {name: len(getattr(score, name)) for name in ("right", "extra", "found", "missed")}
        return {"precision": score.precision, "recall": score.recall, "f1": score.f1, **counts}

    def listed(one: Any, values: Any) -> list[dict[str, Any]]:
        return [
            {
                "kind": value.kind,
                "keys": sorted(value.keys),
                "property": value.property,
                "values": sorted(value.values),
                "passages": [
                    {"start": passage.start, "end": passage.end, "exact": passage.exact}
                    for passage in one.passages.get(value, ())
                ],
            }
            for value in values
        ]

    whole = sum((one.score for one in measured[1:]), measured[0].score)
    return as_json(
        {
            **shares(whole),
            "properties": {name: shares(score) for name, score in whole.properties.items()},
            "documents": [
                {
                    "document": one.document.slug,
                    **shares(one.score),
                    "extras": listed(one, one.score.extra),
                    "misses": listed(one, one.score.missed),
                }
                for one in measured
            ],
        }
    )


DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def dated(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    """Return a date that is a year, a month or a day."""
    if given is not None and not DATE.fullmatch(given):
        raise click.BadParameter(say("add-date", given=given))
    return given


@command("add")
@click.argument("name", metavar="DOCUMENT|FACTS")
@click.option("--accept", type=click.Choice(("proved", "none")), help=say("help-accept"))
@click.option("--title", help=say("help-title"))
@click.option("--issued", metavar="DATE", callback=dated, help=say("help-issued"))
@click.option("--source", help=say("help-source"))
@click.option("--slug", help=say("help-slug"))
@click.option("--replaces", metavar="DOCUMENT", help=say("help-replaces"))
@click.option("--role", default="curateur", show_default=True, help=say("help-role"))
def add_command(name: str, accept: str | None, folder: Path | None, **told: Any) -> None:
    """Make a document or a file of facts part of the workspace."""
    from dorsale.add import Addition, Reviewed, Told

    workspace = workspace_of(folder)
    with progress() as step:
        step("extract")
        addition = Addition.open(workspace, name, Told(**told))
    proposals = addition.proposals
    if (hindrance := addition.hindrance) is not None:
        if proposals.refused:
            give(refused_page(addition))
        facts = {"document": addition.opened.document.slug, "language": proposals.language, "file": name}
        tell(say(hindrance, other=addition.version_of or "–", **facts))
        raise SystemExit(1)
    seen = sys.stdin.isatty() and sys.stdout.isatty()
    reviewed: Any = Reviewed(proposals.facts) if accept == "proved" else None
    if accept is None and seen:
        from dorsale.review import Review

        teller = teller_of(addition.desk, proposals)
        reviewed = Review(addition, lambda passage: give(printed(*passage_page(teller, proposals, passage)))).ask()
    else:
        give(proposals_page(addition.desk, proposals, refused=True))
    if reviewed is None:
        tell(say("add-nothing-kept" if accept or seen else "add-no-terminal"))
        raise SystemExit(0 if accept else 1)
    with progress() as step:
        added = addition.keep(reviewed, step)
    give(added_page(workspace, addition, added))


def refused_graph(error: InvalidGraph) -> bytes:
    """Return the report for which a graph is refused, told from what its files say: no dataset holds them."""
    from pyoxigraph import Store

    from dorsale.graph.store import Dataset

    workspace = error.workspace
    wording = wording_of(workspace, error.change, Dataset(Store(), workspace.base))
    # What was tried stood in files that are there no more: their lines cannot be read again.
    return reported(error.report if workspace.trial else wording.placed(error.report), wording)


def refused_page(addition: Any) -> bytes:
    """Return what proof refuses of the facts that a person wrote, with its place."""
    from dorsale.build import refused

    return printed(*(refused(one, addition.workspace.base) for one in addition.proposals.refused))


def added_page(workspace: Workspace, addition: Any, added: Any) -> bytes:
    """Return what was kept: facts, files, and what the shapes let not in."""
    facts = added.facts
    counts = {
        "facts": number(sum(map(facts.of_passage, facts.statements))),
        "passages": number(len({s.quad.graph_name for s in facts.statements if facts.of_passage(s)})),
        "all": number(added.built.counts["facts"]),
    }
    lines = [say("added", document=addition.opened.document.slug, **counts)]
    lines += [f"  {workspace.shown(path)}" for path in added.files]
    if added.invalid:
        lines.append(say("added-invalid", count=len(added.invalid)))
        lines += [f"  {short(one.focus, workspace.base)}: {one.message(language())}" for one in added.invalid]
    return printed(*lines)


@command("quote")
@click.argument("document")
@click.argument("words", nargs=-1, required=True)
@click.option("--nth", type=click.IntRange(min=1), help=say("help-nth"))
def quote_command(document: str, words: tuple[str, ...], nth: int | None, folder: Path | None) -> None:
    """Print a passage block."""
    from dorsale.documents.facts import block
    from dorsale.documents.text import Document, locate

    workspace = workspace_of(folder)
    quotation = locate(Document.open(workspace.documents, document), " ".join(words), nth)
    give((block(quotation, workspace.base) + "\n").encode())


@command("reanchor")
@click.argument("documents", nargs=-1, metavar="[DOCUMENT]...")
@click.option("--write", is_flag=True, help=say("help-write"))
@click.option("--format", "format", type=click.Choice(("table", "json")), default="table", help=say("help-format"))
@output_option
def reanchor_command(
    documents: tuple[str, ...], write: bool, format: str, output: Path | None, folder: Path | None
) -> None:
    """Find the quotations of a text that changed."""
    from dorsale.build import reanchor

    workspace = workspace_of(folder)
    with progress() as step:
        step("reanchor")
        found = reanchor(workspace, documents, write)
    give(reanchored_json(found, workspace.base, write) if format == "json" else reanchored_page(found), output)
    left = sum(anchor.now is None for one in found for anchor in one.anchors)
    if any(one.changed or one.anchors for one in found):
        tell(say("reanchor-written" if write else "reanchor-proposed"))
    if left:
        tell(say("reanchor-left", count=left))
        raise SystemExit(1)


REANCHORED = {
    "moved": "reanchor-moved",
    "typography": "reanchor-typography",
    "ambiguous": "reanchor-ambiguous",
    "lost": "reanchor-lost",
}


def reanchored_page(found: Iterable[Any]) -> bytes:
    """Return for people where quotations stood and stand, and how many of each document do where they say."""
    made = table(say("status-document"), say("reanchor-was"), say("reanchor-now"), say("reanchor-words"))
    lines: list[Any] = []
    for one in found:
        for anchor in one.anchors:
            passage, now = anchor.passage, anchor.now
            said = {
                "offsets": f"{now.start}-{now.end}" if now else "",
                "lines": ", ".join(str(place.line) for place in anchor.candidates),
                "place": passage.place,
                "nearest": anchor.nearest,
            }
            words = " ".join(passage.exact.split())
            made.add_row(
                one.document.slug,
                f"{passage.start}-{passage.end}",
                say(REANCHORED[anchor.outcome], **said),
                words if len(words) <= 60 else f"{words[:59]}…",
            )
        left = sum(anchor.now is None for anchor in one.anchors)
        counts = {"standing": one.standing, "placed": len(one.anchors) - left, "left": left}
        if one.changed:
            lines.append(say("reanchor-changed", document=one.document.slug))
        lines.append(say("reanchor-counted", document=one.document.slug, **counts))
    if not any(one.changed or one.anchors for one in found):
        return printed(say("reanchor-nothing"))
    return printed(*([made, ""] if made.row_count else []), *lines)


def reanchored_json(found: Iterable[Any], base: str, write: bool) -> bytes:
    """Return for programs where quotations stood and stand, and what was written."""

    def told(place: Any) -> dict[str, Any]:
        words = {"start": place.start, "end": place.end, "line": place.line, "exact": place.exact}
        return {"passage": place.iri(base).value, **words}

    return as_json(
        [
            {
                "document": one.document.slug,
                "changed": one.changed,
                "settled": one.settled,
                "written": write,
                "standing": one.standing,
                "quotations": [
                    {
                        "passage": anchor.passage.iri.value,
                        "place": str(anchor.passage.place),
                        "exact": anchor.passage.exact,
                        "outcome": anchor.outcome,
                        "now": told(anchor.now) if anchor.now else None,
                        "candidates": [] if anchor.now else [told(place) for place in anchor.candidates],
                        "nearest": anchor.nearest,
                    }
                    for anchor in one.anchors
                ],
            }
            for one in found
        ]
    )


def main() -> None:
    """Run the command line: the one place where what went wrong becomes an exit code."""
    try:
        dorsale.main(standalone_mode=False)
    except click.exceptions.Exit as asked:
        raise SystemExit(asked.exit_code) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(2) from None
    except click.Abort:
        raise SystemExit(2) from None
    except BrokenPipeError:
        # Who reads has had enough; what Python would still write goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except OSError as error:
        tell(f"dorsale: {UnwritableFile(file=error.filename or '–', reason=error.strerror or error).sentence()}")
        raise SystemExit(2) from None
    except DorsaleError as error:
        if isinstance(error, InvalidGraph):
            tell(refused_graph(error).decode())
        tell(f"dorsale: {error.sentence()}")
        raise SystemExit(2) from None
