"""`dorsale prove`: whether the passages carry their facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dorsale.cli.command import command, format_option, output_option, workspace_of
from dorsale.cli.output import as_json, give, number, printed, progress
from dorsale.cli.refusals import refusal_json, refusals_table
from dorsale.words import say


@command("prove")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@format_option("table", "json")
@output_option
def prove_command(files: tuple[Path, ...], format: str, output: Path | None, folder: Path | None) -> None:
    """Judge whether the passages carry their facts."""
    from dorsale.build import proved

    workspace = workspace_of(folder)
    with progress("prove"):
        proof = proved(workspace, files)
    give(proof_page(proof, workspace.base) if format == "table" else proof_json(proof, workspace.base), output)
    if proof.refusals:
        raise SystemExit(1)


def proof_page(proof: Any, base: str) -> bytes:
    """Return a proof for people: each refusal with its place, its gate, what was looked for and what is there."""
    from dorsale.build import idle

    counts = {"checked": proof.checked, "carried": proof.carried, "overruled": sum(proof.overruled.values())}
    refused = len({refusal.statement for refusal in proof.refusals})
    summary = say("prove-summary", refused=number(refused), **{name: number(count) for name, count in counts.items()})
    by_gate = [f"{gate}: {count}" for gate, count in proof.overruled.items()]
    unneeded = [idle(overruling, base) for overruling in proof.idle]
    return printed(
        *([refusals_table(proof.refusals, base, placed=True), ""] if proof.refusals else []),
        summary,
        *by_gate,
        *unneeded,
    )


def proof_json(proof: Any, base: str) -> bytes:
    """Return a proof for programs."""
    from dorsale.build import triple_of

    refusals = [{"place": str(one.statement.place), **refusal_json(one, base)} for one in proof.refusals]
    counts = {"checked": proof.checked, "carried": proof.carried, "overruled": dict(proof.overruled)}
    unneeded = [
        {"place": str(one.place), "passage": one.passage.value, "gate": one.gate, "fact": triple_of(one.fact, base)}
        for one in proof.idle
    ]
    return as_json({**counts, "refused": refusals, "idle": unneeded})
