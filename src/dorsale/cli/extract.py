"""`dorsale extract`: propose facts for documents, or measure what would be proposed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click

from dorsale.cli.command import command, format_option, output_option, workspace_of
from dorsale.cli.measured import measured_json, measured_page, whole_of
from dorsale.cli.output import as_json, give, progress, tell
from dorsale.cli.proposals import proposed
from dorsale.words import say


@command("extract")
@click.argument("documents", nargs=-1, metavar="[DOCUMENT]...")
@format_option("table", "json", "trig")
@click.option("--refused", is_flag=True, help=say("help-refused"))
@click.option("--check", is_flag=True, help=say("help-check"))
@click.option("--floor", type=click.FloatRange(0, 1), metavar="F1", help=say("help-floor"))
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
        with progress("extract"):
            measured = measure(workspace)
        give(measured_json(measured) if format == "json" else measured_page(measured, verbose), output)
        f1 = whole_of(measured).f1
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
