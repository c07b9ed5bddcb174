"""
A report as it is kept beside the dataset: after a change only what the change touches is asked again.

It holds what the next report takes over, so each result with its sentences and the checks that it came from; places
and waivers are looked up anew. Its form is of no use to others, who have :meth:`Report.to_json`.
"""

from collections.abc import Iterator
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from dorsale.graph.validate.paths import Composed, Path
from dorsale.graph.validate.report import Check, Report, Result, Severity
from dorsale.graph.validate.state import Term


def keep(report: Report) -> dict[str, Any]:
    """Return a report as plain values that :func:`recall` reads."""
    return {
        "results": [list(_said(result)) for result in report.results],
        "focusNodes": report.focus_nodes,
        "shapes": report.shapes,
    }


def recall(said: dict[str, Any]) -> Report:
    """
    Return the report that was kept.

    Raises :class:`KeyError`, :class:`TypeError` or :class:`ValueError` for what is none.
    """
    return Report(tuple(_result(*one) for one in said["results"]), said["focusNodes"], said["shapes"])


def _said(result: Result) -> Iterator[Any]:
    yield _plain(result.focus)
    yield result.severity.value
    yield _plain(result.shape)
    yield _plain(result.component)
    yield dict(result.messages)
    yield result.path and _way(result.path)
    yield result.value and _plain(result.value)
    yield [[_plain(shape), _plain(focus)] for shape, focus in sorted(result.checks, key=str)]


def _result(
    focus: Any, severity: str, shape: Any, component: str, messages: dict[str, str], path: Any, value: Any, checks: Any
) -> Result:
    return Result(
        focus=_term(focus),
        severity=Severity(severity),
        shape=_term(shape),  # type: ignore[arg-type]
        component=NamedNode(component),
        messages=messages,
        path=path and _path(path),
        value=value and _term(value),
        checks=frozenset(Check(_term(one), _term(other)) for one, other in checks),
    )


def _plain(term: Term) -> Any:
    """Return an IRI as its text, a blank node as a list of its name, a literal as one of its three parts."""
    if isinstance(term, Literal):
        return [term.value, term.datatype.value, term.language]
    return term.value if isinstance(term, NamedNode) else [term.value]


def _term(said: Any) -> Term:
    if isinstance(said, str):
        return NamedNode(said)
    if len(said) == 1:
        return BlankNode(said[0])
    value, datatype, language = said
    return Literal(value, language=language) if language else Literal(value, datatype=NamedNode(datatype))


def _way(path: Path) -> Any:
    """Return a property as its text, another path as its sign and its parts."""
    return path.value if isinstance(path, NamedNode) else [path.sign, *map(_way, path.parts)]


def _path(said: Any) -> Path:
    return NamedNode(said) if isinstance(said, str) else Composed(said[0], tuple(map(_path, said[1:])))
