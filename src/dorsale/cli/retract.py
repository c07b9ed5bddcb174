"""`dorsale retract`: a fact that was accepted is stated no more."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from dorsale.cli.command import command, opened, workspace_of
from dorsale.cli.output import give, lined, number, printed, progress
from dorsale.cli.teller import Teller
from dorsale.words import say


@command("retract")
@click.argument("words", nargs=-1, required=True, metavar="THING | SUBJECT PROPERTY [OBJECT]")
@click.option("--reason", required=True, help=say("help-reason"))
@click.option("--role", default="curateur", show_default=True, help=say("help-role"))
def retract_command(words: tuple[str, ...], reason: str, role: str, folder: Path | None) -> None:
    """Let a fact leave, or all that passages state of a thing, and keep what was said, when and why."""
    if len(words) > 3:
        raise click.UsageError(say("too-many-words", word=words[3]))
    if not reason.strip():
        raise click.UsageError(say("retract-reason"))
    from dorsale.graph.explain import Sources
    from dorsale.retract import retract

    workspace = workspace_of(folder)
    # What is told of facts and passages is told before they leave; nobody reads the dataset when the next one comes.
    with closing(opened(workspace)) as dataset:
        teller, sources = Teller(dataset), Sources(dataset)
        facts = meant(teller, words)
        told = {fact: teller.fact(fact) for fact in facts}
        stating = {source.passage: fact for fact in facts for source in sources.of(fact) if source.passage}
        quoted = {passage.iri: teller.quotation(passage, [fact.object]) for passage, fact in stating.items()}
    with progress() as step:
        done = retract(workspace, facts, reason.strip(), role, step)
    left = dict.fromkeys(fact for _, fact in done.facts)
    lines: list[Any] = [*(told[fact] for fact in left), "", *(quoted[iri] for iri in {p.iri: p for p, _ in done.facts})]
    now = Sources(opened(workspace))
    lines += ["", *(say("retract-follows", fact=told[fact]) for fact in left if now.known(fact))]
    facts_left = number(done.built.counts["facts"])
    lines.append(say("retracted", facts=number(len(left)), passages=number(len(quoted)), all=facts_left))
    give(printed(*lines) + lined(f"  {workspace.shown(path)}" for path in done.files))


def meant(teller: Teller, words: tuple[str, ...]) -> list[Any]:
    """Return the fact that words mean, or all that passages state of a thing; where nobody says so, that is told."""
    from dorsale.graph.explain import Sources, asked
    from dorsale.graph.find import the
    from dorsale.graph.store import VIEW

    dataset = teller.dataset
    if len(words) == 1:
        thing, sources = the(dataset, words[0]), Sources(dataset)
        quads = dataset.store.quads_for_pattern
        about = [quad.triple for quad in (*quads(thing, None, None, VIEW), *quads(None, None, thing, VIEW))]
        return [fact for fact in about if any(source.passage for source in sources.of(fact))] or about
    found = asked(dataset, *words)
    if not found.facts:
        give(teller.unsaid(found))
        raise SystemExit(1)
    if len(found.facts) > 1:
        listed = "".join(f"\n  {teller.fact(fact)}" for fact in found.facts)
        raise click.UsageError(say("retract-several", listed=listed))
    return list(found.facts)
