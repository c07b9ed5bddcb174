"""`dorsale query test`: do stored queries answer as they did when somebody read their answers against the documents?"""

from __future__ import annotations

from pathlib import Path

import click

from dorsale.cli.command import HELP, opened, workspace_of
from dorsale.cli.output import give, lined, number
from dorsale.words import say


@click.command("test", context_settings=HELP, help=say("help-query-test"))
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--update", is_flag=True, help=say("help-update"))
@click.option("-w", "--workspace", "folder", type=click.Path(path_type=Path), help=say("help-workspace"))
def test_command(names: tuple[str, ...], update: bool, folder: Path | None) -> None:
    """Compare the answers of queries with those that are kept, and keep the new ones if told so."""
    from dorsale.errors import NothingToCheck
    from dorsale.graph.queries.kept import Verdict, compare, readable, strays
    from dorsale.names import prefixes
    from dorsale.seen import catalogue

    workspace = workspace_of(folder)
    stored = catalogue(workspace)
    queries = [stored[name] for name in names or stored.names]
    if not queries:
        raise NothingToCheck(folder=workspace.shown(workspace.queries))
    dataset = opened(workspace)
    known, kept = prefixes(dataset.base), workspace.answers
    wrong = 0
    for query in queries:
        found = compare(dataset, query, kept, workspace.shown(kept))
        if found.verdict is Verdict.SAME:
            continue
        lines = [f"{query.name}: {say(f'kept-{found.verdict}', count=number(found.rows))}"]
        if found.before != found.columns:
            lines += [f"  - {', '.join(found.before)}", f"  + {', '.join(found.columns)}"]
        lines += [f"  - {readable(found.columns, row, known)}" for row in found.missing]
        lines += [f"  + {readable(found.columns, row, known)}" for row in found.new]
        # What has no row, or has some against its header, is mended in the query or in the header.
        if update and found.verdict not in (Verdict.EMPTY, Verdict.FILLED):
            kept.mkdir(parents=True, exist_ok=True)
            give(found.answer.encode(), kept / f"{query.name}.csv")
            lines.append(f"  {say('kept-updated', file=workspace.shown(kept / f'{query.name}.csv'))}")
        else:
            wrong += 1
        give(lined(lines))
    gone = () if names else strays(stored.names, kept)
    give(lined(say("kept-stray", file=workspace.shown(kept / f"{name}.csv")) for name in gone))
    give(lined([say("kept-checked", count=number(len(queries)), wrong=number(wrong + len(gone)))]))
    if wrong or gone:
        raise SystemExit(1)
