"""`dorsale conflicts`: what cannot both hold, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dorsale import markdown
from dorsale.cli.command import command, format_option, opened, output_option, workspace_of
from dorsale.cli.output import as_json, give, lined, printed, tell
from dorsale.cli.teller import Teller
from dorsale.words import language, say


@command("conflicts")
@format_option("table", "json", "markdown")
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
        lines += [*markdown.table((teller.reading(one, side) for side in one.readings), [quoted]), ""]
        lines += [one.pattern.reason[language()], ""]
        lines += [teller.preference(one), ""] if one.preference else []
    return lined(lines)
