"""`dorsale prove`: whether the passages carry their facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dorsale.cli.command import command, output_option, workspace_of
from dorsale.cli.output import as_json, give, number, printed, progress, table
from dorsale.words import say

if TYPE_CHECKING:
    pass


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
