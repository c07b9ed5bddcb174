"""A report of validation in words, or to the letter for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dorsale import __version__
from dorsale.cli.output import as_json, named, number, printed, table
from dorsale.cli.teller import Teller
from dorsale.errors import InvalidGraph
from dorsale.words import language, say

if TYPE_CHECKING:
    from dorsale.graph.store import Dataset
    from dorsale.trial import Trial
    from dorsale.workspace import Workspace


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


def reported(
    report: Any, wording: Any, format: str = "table", passes: bool | None = None, trial: Trial | None = None
) -> bytes:
    """
    Return a report in a format: for people what, where, why and what to do; for programs to the letter.

    Of a ``trial`` it tells too what was there already, what is mended, and which conflicts it brings.
    """
    from dorsale.graph.validate import written
    from dorsale.names import prefixes

    summary = summed(report, report.accepted if passes is None else passes, trial)
    if format == "json":
        return as_json({**written.to_json(report, wording), **(beside(trial, wording) if trial else {})})
    if format == "turtle":
        return report.masked().to_turtle(prefixes(wording.before.base)).encode()  # type: ignore[no-any-return]
    if format == "sarif":
        return as_json(written.to_sarif(report, wording, __version__))
    if format == "markdown":
        return written.to_markdown(report, wording, summary).encode()
    lines: list[Any] = []
    for group in wording.groups(report):
        lines.append(written.title(group, wording))
        lines += [f"  {line}" for line in named(written.headed(group, wording))]
        # Quotations are long: they stand under the table, by their numbers.
        passages = list(dict.fromkeys(case.told.passage for case in group.cases if case.told.passage))
        head, rows = written.tabled(group, wording, {passage: f"[{at}]" for at, passage in enumerate(passages, 1)})
        made = table(*head)
        for row in rows:
            made.add_row(*row)
        notes = [f"[{at}] {passage}" for at, passage in enumerate(passages, 1)]
        lines += ["", made, "", *notes, *written.echoed(group, wording), *([""] if notes else [])]
    if trial:
        teller = Teller(trial.dataset)
        lines += [line for at, one in enumerate(trial.conflicts, 1) for line in teller.conflict(at, one)]
    return printed(*lines, *summary)


def beside(trial: Trial, wording: Any) -> dict[str, Any]:
    """Return what a trial tells beside its report, as plain values."""
    from dorsale.graph.validate import Report, written

    there, mended = (written.to_json(Report(results), wording)["results"] for results in (trial.already, trial.mended))
    teller = Teller(trial.dataset)
    return {
        "already": there,
        "mended": mended,
        "conflicts": [teller.written.conflict(one) for one in trial.conflicts],
    }


def summed(report: Any, passes: bool, trial: Trial | None = None) -> list[str]:
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
    counts = {"already": trial.already, "mended": trial.mended, "conflicts": trial.conflicts} if trial else {}
    others = [say(f"report-{name}", count=len(found)) for name, found in counts.items() if found]
    return [summary, *waived, *unproved, *others, say("accepted-true" if passes else "accepted-false")]


def refused_graph(error: InvalidGraph) -> bytes:
    """Return the report for which a graph is refused, told from what its files say: no dataset holds them."""
    from pyoxigraph import Store

    from dorsale.graph.store import Dataset

    workspace = error.workspace
    wording = wording_of(workspace, error.change, Dataset(Store(), workspace.base))
    # What was tried stood in files that are there no more: their lines cannot be read again.
    return reported(error.report if workspace.trial else wording.placed(error.report), wording)
