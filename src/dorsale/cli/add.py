"""`dorsale add`: make a document or a file of facts part of the workspace."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dorsale.cli.command import command, opened, workspace_of
from dorsale.cli.output import give, number, printed, progress, short, tell
from dorsale.cli.proposals import passage_page, proposals_page, teller_of
from dorsale.cli.teller import Teller
from dorsale.words import language, say

if TYPE_CHECKING:
    from dorsale.workspace import Workspace


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
@click.option("--publisher", metavar="ACTOR", help=say("help-publisher"))
@click.option("--rights", help=say("help-rights"))
@click.option("--slug", help=say("help-slug"))
@click.option("--replaces", metavar="DOCUMENT", help=say("help-replaces"))
@click.option("--role", default="curateur", show_default=True, help=say("help-role"))
def add_command(name: str, accept: str | None, folder: Path | None, **told: Any) -> None:
    """Make a document or a file of facts part of the workspace."""
    from dorsale.add import Addition, Reviewed, Told

    workspace = workspace_of(folder)
    with progress("extract"):
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
    if added.conflicts:
        teller = Teller(opened(workspace))
        lines.append(say("report-conflicts", count=len(added.conflicts)))
        lines += [line for at, one in enumerate(added.conflicts, 1) for line in teller.conflict(at, one)]
    return printed(*lines)
