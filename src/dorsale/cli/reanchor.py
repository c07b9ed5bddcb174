"""`dorsale reanchor`: find the quotations of a text that changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from dorsale.cli.command import command, format_option, output_option, workspace_of
from dorsale.cli.output import as_json, clipped, give, printed, progress, table, tell
from dorsale.words import say


@command("reanchor")
@click.argument("documents", nargs=-1, metavar="[DOCUMENT]...")
@click.option("--write", is_flag=True, help=say("help-write"))
@format_option("table", "json")
@output_option
def reanchor_command(
    documents: tuple[str, ...], write: bool, format: str, output: Path | None, folder: Path | None
) -> None:
    """Find the quotations of a text that changed."""
    from dorsale.build import reanchor

    workspace = workspace_of(folder)
    with progress("reanchor"):
        found = reanchor(workspace, documents, write)
    give(reanchored_json(found, workspace.base, write) if format == "json" else reanchored_page(found), output)
    left = sum(anchor.now is None for one in found for anchor in one.anchors)
    if any(one.changed or one.anchors for one in found):
        tell(say("reanchor-written" if write else "reanchor-proposed"))
    if left:
        tell(say("reanchor-left", count=left))
        raise SystemExit(1)


REANCHORED = {
    "moved": "reanchor-moved",
    "typography": "reanchor-typography",
    "ambiguous": "reanchor-ambiguous",
    "lost": "reanchor-lost",
}


def reanchored_page(found: Iterable[Any]) -> bytes:
    """Return for people where quotations stood and stand, and how many of each document do where they say."""
    made = table(say("status-document"), say("reanchor-was"), say("reanchor-now"), say("reanchor-words"))
    lines: list[Any] = []
    for one in found:
        for anchor in one.anchors:
            passage, now = anchor.passage, anchor.now
            said = {
                "offsets": f"{now.start}-{now.end}" if now else "",
                "lines": ", ".join(str(place.line) for place in anchor.candidates),
                "place": passage.place,
                "nearest": anchor.nearest,
            }
            made.add_row(
                one.document.slug,
                f"{passage.start}-{passage.end}",
                say(REANCHORED[anchor.outcome], **said),
                clipped(passage.exact),
            )
        left = sum(anchor.now is None for anchor in one.anchors)
        counts = {"standing": one.standing, "placed": len(one.anchors) - left, "left": left}
        if one.changed:
            lines.append(say("reanchor-changed", document=one.document.slug))
        lines.append(say("reanchor-counted", document=one.document.slug, **counts))
    if not any(one.changed or one.anchors for one in found):
        return printed(say("reanchor-nothing"))
    return printed(*([made, ""] if made.row_count else []), *lines)


def reanchored_json(found: Iterable[Any], base: str, write: bool) -> bytes:
    """Return for programs where quotations stood and stand, and what was written."""

    def told(place: Any) -> dict[str, Any]:
        words = {"start": place.start, "end": place.end, "line": place.line, "exact": place.exact}
        return {"passage": place.iri(base).value, **words}

    return as_json(
        [
            {
                "document": one.document.slug,
                "changed": one.changed,
                "settled": one.settled,
                "written": write,
                "standing": one.standing,
                "quotations": [
                    {
                        "passage": anchor.passage.iri.value,
                        "place": str(anchor.passage.place),
                        "exact": anchor.passage.exact,
                        "outcome": anchor.outcome,
                        "now": told(anchor.now) if anchor.now else None,
                        "candidates": [] if anchor.now else [told(place) for place in anchor.candidates],
                        "nearest": anchor.nearest,
                    }
                    for anchor in one.anchors
                ],
            }
            for one in found
        ]
    )
