"""`dorsale status`: what the dataset holds, and how the documents are covered."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dorsale import markdown
from dorsale.cli.command import command, workspace_of
from dorsale.cli.output import clipped, give, lined, number, printed, short, table, tell
from dorsale.cli.report import wording_of
from dorsale.words import say

if TYPE_CHECKING:
    from dorsale.workspace import Workspace

# What a message leaves to fill in.
VARIABLE = re.compile(r"\{[?$]\w+\}")


@command("status")
@click.option("--coverage", is_flag=True, help=say("help-coverage"))
@click.option("--shapes", "rules", is_flag=True, help=say("help-shapes"))
def status_command(coverage: bool, rules: bool, folder: Path | None) -> None:
    """Show what the dataset holds, how the documents are covered, or what the shapes say."""
    if coverage or rules:
        give((coverage_page if coverage else shapes_page)(workspace_of(folder)))
        return
    from dorsale.build import shapes, status
    from dorsale.documents.refusals import Refusals
    from dorsale.graph.store import Shelf
    from dorsale.graph.validate import idle, waivers
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
    if gone := Refusals.read(workspace).retracted.all:
        decided.append(say("status-retracted", count=number(len({one.fact for one in gone}))))
    if unmet := idle(Shelf(workspace.dataset, workspace.base).open(), shapes(workspace)):
        named = ", ".join(short(shape, workspace.base) for shape in unmet)
        decided.append(say("status-idle", count=len(unmet), shapes=named))
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
    counts = []
    for one in found:
        quoted = one.sentences - one.aside - len(one.unread)
        counted = map(number, (one.sentences, quoted, one.aside, len(one.unread)))
        counts.append([one.document.slug, *counted, f"{one.share:.0%}".replace("%", " %")])
    lines += markdown.table(map(say, head), counts, right=range(1, len(head)))
    for one in found:
        rest = [*one.unstated, *((sentence, f"**{say('coverage-unread')}**") for sentence in one.unread)]
        # Enough to find it; a private individual who is quoted is not named again here.
        rows = [(clipped(sentence.exact), reason) for sentence, reason in sorted(rest, key=lambda one: one[0].start)]
        reasons = markdown.table((say("coverage-sentence"), say("coverage-reason")), rows)
        lines += ["", f"## {one.document.slug}", "", *reasons]
    return lined(lines)


def shapes_page(workspace: Workspace) -> bytes:
    """Return as Markdown what each shape says, of what and how much it weighs, and those that nothing meets."""
    from dorsale.build import shapes
    from dorsale.cli.command import opened
    from dorsale.graph.validate import idle, written

    dataset, asked = opened(workspace), shapes(workspace)
    wording = wording_of(workspace, dataset=dataset)
    rules = [rule for rule in map(wording.book.rule, wording.book.names) if rule.messages]
    rows = sorted(
        (
            written.named(rule, wording),
            say(f"severity-{rule.severity.value}"),
            wording.about(rule),
            VARIABLE.sub("…", wording.one(rule.messages)),
        )
        for rule in rules
    )
    head = map(say, ("report-rule", "severity", "explain-about", "status-says"))
    unmet = [f"- {short(shape, workspace.base)}" for shape in idle(dataset, asked)]
    lines = [
        f"# {say('status-rules')}",
        "",
        say("status-rules-intro", count=len(rows)),
        "",
        *markdown.table(head, rows),
    ]
    lines += ["", f"## {say('status-unmet')}", "", say("status-unmet-intro"), "", *(unmet or ["–"])]
    return lined(lines)
