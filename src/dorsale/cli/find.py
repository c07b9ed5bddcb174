"""`dorsale find`: the things, terms, documents and passages that say given words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dorsale.cli.command import command, format_option, opened, output_option, workspace_of
from dorsale.cli.output import as_json, give, printed, short, table, tell
from dorsale.words import language, say

if TYPE_CHECKING:
    from dorsale.graph.index import Match, WordIndex
    from dorsale.graph.labels import Labels
    from dorsale.graph.store import Dataset
    from dorsale.workspace import Workspace

KINDS = ("thing", "term", "passage", "document")
# So much of a text is shown around the words that were found.
BEFORE, AROUND = 60, 200


@command("find")
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help=say("help-find-kind"))
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", default=10, show_default=True, help=say("help-find-limit")
)
@format_option("table", "json")
@output_option
def find_command(
    words: tuple[str, ...],
    kinds: tuple[Any, ...],
    limit: int,
    format: str,
    output: Path | None,
    folder: Path | None,
) -> None:
    """Find what says some words."""
    from dorsale.graph.labels import Labels
    from dorsale.names import fold

    asked = " ".join(words)
    if not fold(asked):
        raise click.UsageError(say("find-no-words"))
    workspace = workspace_of(folder)
    dataset = opened(workspace)
    index = index_of(workspace, dataset)
    found = index.search(asked, kinds or KINDS, limit)
    labels = Labels(dataset, language())
    if format == "json":
        give(as_json([written(match, labels) for match in found]), output)
    elif found:
        give(shown(found, labels), output)
    if not found:
        nearest = ", ".join(index.nearest(asked))
        tell(say("find-nearest", words=asked, nearest=nearest) if nearest else say("find-nothing", words=asked))
        raise SystemExit(1)


def index_of(workspace: Workspace, dataset: Dataset) -> WordIndex:
    """Return the word index of a dataset; where it has none of its own, one is made for now, and that is said."""
    from dorsale.graph.index import WordIndex
    from dorsale.graph.store import Shelf

    fingerprint = Shelf(workspace.dataset, workspace.base).made(dataset)["fingerprint"]
    if index := WordIndex.beside(dataset, fingerprint):
        return index
    tell(say("find-anew"))
    return WordIndex.anew(dataset)


def shown(found: list[Match], labels: Labels) -> bytes:
    """Return what was found as a table; the words stand out where they are said."""
    from rich.text import Text

    made = table(*(say(f"find-{column}") for column in ("kind", "label", "why", "name")))
    for match in found:
        label, why = labels.label(match.thing), around(match)
        # Where the label itself says the words, nothing else has to.
        if label == match.text.value:
            label, why = why, Text("")
        elif match.kind == "passage":
            why = Text("« ").append_text(why).append(" »")
        made.add_row(say(f"find-{match.kind}"), label, why, short(match.thing, labels.dataset.base))
    return printed(made)


def around(match: Match) -> Any:
    """Return the text of a match on one line, with what stands around the first of its words if it is long."""
    from rich.text import Text

    said = Text(re.sub(r"\s", " ", match.text.value))
    for start, end in match.spans:
        said.stylize("bold", start, end)
    if len(said) <= AROUND:
        return said
    first = match.spans[0][0] if match.spans else 0
    start = max(0, min(first - BEFORE, len(said) - AROUND))
    return Text("…" * (start > 0)).append_text(said[start : start + AROUND]).append("…" * (start + AROUND < len(said)))


def written(match: Match, labels: Labels) -> dict[str, Any]:
    """Return a match for programs: the text whole, and where in it the words are."""
    return {
        "kind": match.kind,
        "iri": match.thing.value,
        "name": short(match.thing, labels.dataset.base),
        "label": labels.label(match.thing),
        "property": match.property.value,
        "text": match.text.value,
        "language": match.text.language,
        "spans": match.spans,
    }
