"""
SHACL over the dataset: is it well formed, and what would it like to know?

The answer is a :class:`~dorsale.graph.validate.report.Report`, which knows no library. rdflib and pySHACL stay in
``shacl`` and the modules around it, imported when something is validated and not before: this room opens fast.
"""

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Triple

from dorsale.graph.store import Change, Dataset
from dorsale.graph.validate.idle import idle
from dorsale.graph.validate.kept import keep, recall
from dorsale.graph.validate.report import Report, Result, Severity
from dorsale.graph.validate.state import Term
from dorsale.graph.validate.waivers import Waiver, waived, waivers
from dorsale.statements import Statement
from dorsale.terms import Terms

__all__ = [
    "Report",
    "Result",
    "Severity",
    "Waiver",
    "bearing",
    "idle",
    "keep",
    "recall",
    "require_shapes",
    "validate",
    "validate_change",
    "waived",
    "waivers",
]


def validate(dataset: Dataset, shapes: Iterable[Triple]) -> Report:
    """
    Return what the shapes say of the default graph of a dataset, as it is.

    It must hold the hierarchy of its classes (``rdfs:subClassOf``) and the codes: nothing is inferred.
    A report that checked nothing conforms like any other; ask :attr:`Report.checked_something`.

    Raises :class:`~dorsale.errors.ShapeError` when the shapes cannot be used.
    """
    from dorsale.graph.validate import verdict

    return verdict.validate(dataset, shapes)


def validate_change(dataset: Dataset, change: Change, shapes: Iterable[Triple], before: Report) -> Report:
    """
    Return what :func:`validate` says of a dataset after a change, having asked only what the change can answer anew.

    ``change`` is the whole of it, with what follows from it, and nothing that was so before; ``before`` is what the
    same shapes said then. :attr:`Report.visited` tells how many things were asked about, :attr:`Report.whole` the
    shapes that were asked about all of theirs, since nothing tells what their queries read.
    """
    from dorsale.graph.validate import verdict

    return verdict.validate_change(dataset, change, shapes, before)


def bearing(
    dataset: Dataset, change: Change, query: str, variables: Sequence[str]
) -> Mapping[str, frozenset[Term]] | None:
    """
    Return what each of some variables of a query is in rows that a change may have brought or taken.

    Each such row has one of these values at least; nothing is returned if nothing tells. A fact that one more passage
    states is a change, too: the query may ask for the GRAPHs of passages. ``dataset`` is as the change made it.
    """
    from dorsale.graph.validate import focus

    return focus.bearing(dataset, change, query, variables)


def require_shapes(shapes: Iterable[Statement], terms: Terms, judged: bool = False) -> None:
    """
    Raise :class:`~dorsale.errors.MalformedShapes` with every fault of shapes, where each stands and what comes near.

    SHACL's own shapes for shapes take seconds for some hundred shapes: what they ``judged`` before they are not asked.
    """
    from dorsale.graph.validate import faults

    faults.require(shapes, terms, judged)
