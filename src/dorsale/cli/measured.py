"""How far proposals agree with what was accepted, shown to people and to programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dorsale.cli.output import as_json, number, printed, table
from dorsale.words import say


def whole_of(measured: Any) -> Any:
    """Return the score of all documents together."""
    return sum((one.score for one in measured[1:]), measured[0].score)


def measured_page(measured: Any, verbose: bool) -> bytes:
    """Return for people how far proposals agree with what was accepted: by document, by property, as a whole."""
    columns = ("extract-precision", "extract-recall", "extract-f1", "extract-extra", "extract-missed")
    whole = whole_of(measured)
    tables: list[Any] = []
    by_document = [(one.document.slug, one.score) for one in measured]
    for head, rows in (("status-document", by_document), ("status-property", list(whole.properties.items()))):
        made = table(say(head), *map(say, columns), right=(1, 2, 3, 4, 5))
        for name, score in rows:
            made.add_row(name, *scored(score))
        tables += [made, ""]
    total = dict(zip(("precision", "recall", "f1", "extra", "missed"), scored(whole), strict=True))
    lines = [line for one in measured for line in differences(one)] if verbose else []
    return printed(*tables, *lines, say("extract-total", **total))


def scored(score: Any) -> tuple[str, ...]:
    """Return a score as the cells of a table; where nothing was proposed or wanted there is no share."""
    right, found = len(score.right) + len(score.extra), len(score.found) + len(score.missed)
    shares = ((score.precision, right), (score.recall, found), (score.f1, right and found))
    return (
        *(f"{share:.3f}" if of else "–" for share, of in shares),
        number(len(score.extra)),
        number(len(score.missed)),
    )


def differences(measured: Any) -> Iterator[str]:
    """Yield the values that are proposed and were not accepted, and those that were missed, with their passages."""
    for key, values in (("extract-extra", measured.score.extra), ("extract-missed", measured.score.missed)):
        if values:
            yield f"{measured.document.slug} – {say(key)}"
        for value in values:
            said = " | ".join(sorted(value.values)[:2])
            of = " | ".join(sorted(value.keys)[:2]) or value.kind
            yield f"  {of} – {value.property}: {said}"
            for passage in measured.passages.get(value, ()):
                yield f"    « {' '.join(passage.exact.split())} » ({passage.start}-{passage.end})"
    yield ""


def measured_json(measured: Any) -> bytes:
    """Return for programs how far proposals agree with what was accepted."""

    def shares(score: Any) -> dict[str, Any]:
        counts = {name: len(getattr(score, name)) for name in ("right", "extra", "found", "missed")}
        return {"precision": score.precision, "recall": score.recall, "f1": score.f1, **counts}

    def listed(one: Any, values: Any) -> list[dict[str, Any]]:
        return [
            {
                "kind": value.kind,
                "keys": sorted(value.keys),
                "property": value.property,
                "values": sorted(value.values),
                "passages": [
                    {"start": passage.start, "end": passage.end, "exact": passage.exact}
                    for passage in one.passages.get(value, ())
                ],
            }
            for value in values
        ]

    whole = whole_of(measured)
    return as_json(
        {
            **shares(whole),
            "properties": {name: shares(score) for name, score in whole.properties.items()},
            "documents": [
                {
                    "document": one.document.slug,
                    **shares(one.score),
                    "extras": listed(one, one.score.extra),
                    "misses": listed(one, one.score.missed),
                }
                for one in measured
            ],
        }
    )
