"""`dorsale validate`: whether facts keep to the shapes, and what a shape asks."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dorsale.cli.command import command, format_option, memory_option, output_option, workspace_of
from dorsale.cli.output import give, named, printed, progress
from dorsale.cli.report import reported, wording_of
from dorsale.words import say

if TYPE_CHECKING:
    from dorsale.workspace import Workspace

SEVERITIES = ("violation", "warning", "info")


@command("validate")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@format_option("table", "json", "turtle", "markdown", "sarif")
@output_option
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES), default="violation", show_default=True, help=say("help-fail-on")
)
@click.option("--remove", "removed", multiple=True, type=click.Path(path_type=Path), help=say("help-remove"))
@memory_option
@click.option("--explain", "shape", metavar="SHAPE", help=say("help-explain-shape"))
def validate_command(
    files: tuple[Path, ...],
    format: str,
    output: Path | None,
    fail_on: str,
    removed: tuple[Path, ...],
    memory: int,
    shape: str | None,
    folder: Path | None,
) -> None:
    """Check facts against the shapes."""
    from dorsale.cli.limits import limits
    from dorsale.graph.store import Change
    from dorsale.graph.validate import Severity
    from dorsale.statements import read
    from dorsale.trial import trial

    workspace = workspace_of(folder)
    if shape is not None:
        give(rule_page(workspace, shape), output)
        return
    with ExitStack() as stack:
        stack.enter_context(limits(memory))
        said, unsaid = (
            dict(statement for file in named for statement in read(file, workspace.shown(file)))
            for named in (files, removed)
        )
        with progress() as step:
            tried = stack.enter_context(trial(workspace, files, removed, step))
        wording = wording_of(workspace, Change(said, unsaid))
        passes = tried.report.passes(Severity(fail_on.capitalize()))
        give(reported(wording.placed(tried.report), wording, format, passes, tried), output)
    if not passes:
        raise SystemExit(1)


def rule_page(workspace: Workspace, name: str) -> bytes:
    """Return a shape as a rule: what it says, of what, why, and a statement that breaks it beside one that does not."""
    from dorsale.graph.validate import cases, written

    wording = wording_of(workspace)
    rule = wording.book.named(name, workspace.shown(workspace.shapes))
    title = " – ".join(part for part in (written.named(rule, wording), wording.one(rule.names)) if part)
    said = {
        "explain-about": wording.about(rule),
        "explain-property": wording.path(rule.path),
        "report-expected": wording.rule(rule),
        "explain-severity": say(f"severity-{rule.severity.value}"),
        "explain-reason": wording.one(rule.reasons),
    }
    message = [wording.one(rule.messages)] if rule.messages else []
    examples: list[str] = []
    for key, example in (("bad", cases.bad(workspace.cases, rule)), ("good", cases.good(workspace.cases, rule))):
        if example is None:
            examples += ["", say(f"explain-no-{key}")]
            continue
        facts = {"fault": example.fault} if key == "bad" else {}
        examples += ["", say(f"explain-{key}", file=workspace.shown(example.file), **facts)]
        examples += [f"  {line}" for line in example.text.splitlines()]
    return printed(title, *message, "", *named((say(key), words) for key, words in said.items() if words), *examples)
