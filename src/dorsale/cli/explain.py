"""`dorsale explain`: what is known of a thing, or why a fact holds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dorsale.cli.command import command, format_option, opened, output_option, workspace_of
from dorsale.cli.output import as_json, give
from dorsale.cli.teller import Teller
from dorsale.words import say

if TYPE_CHECKING:
    from dorsale.workspace import Workspace


@command("explain")
@click.argument("words", nargs=-1, required=True, metavar="THING | SUBJECT PROPERTY [OBJECT]")
@format_option("text", "json")
@output_option
def explain_command(words: tuple[str, ...], format: str, output: Path | None, folder: Path | None) -> None:
    """Tell what is known of a thing, or why a fact holds."""
    if len(words) > 3:
        raise click.UsageError(say("too-many-words", word=words[3]))
    from dorsale.graph.explain import Prover, asked, profile
    from dorsale.graph.find import the

    workspace = workspace_of(folder)
    dataset = opened(workspace)
    teller = Teller(dataset)
    prover = Prover(dataset, lambda: rules_of(workspace))
    if len(words) == 1:
        known = profile(dataset, the(dataset, words[0]), prover)
        give(as_json(teller.written.profile(known)) if format == "json" else teller.profile(known), output)
        return
    meant = asked(dataset, *words)
    proofs = [proof for fact in meant.facts if (proof := prover.prove(fact))]
    if format == "json":
        give(as_json([teller.written.proof(proof) for proof in proofs]), output)
    else:
        give(teller.proofs(proofs) if proofs else teller.unsaid(meant), output)
    if not proofs:
        raise SystemExit(1)


def rules_of(workspace: Workspace) -> Iterable[Any]:
    """Return the rules by which the dataset was derived."""
    from dorsale.build import rules_of
    from dorsale.terms import Terms

    return rules_of(workspace, Terms.read(workspace))
