"""
SHACL over the dataset: is it well formed, and what would it like to know?

The answer is a :class:`~dorsale.graph.validate.report.Report`, which knows no library. rdflib and pySHACL stay in
``shacl``, which is imported when something is validated and not before: importing this room stays fast.
"""

from collections.abc import Iterable

from pyoxigraph import Triple

from dorsale.graph.store import Dataset
from dorsale.graph.validate.report import Report, Result, Severity

__all__ = ["Report", "Result", "Severity", "validate"]


def validate(dataset: Dataset, shapes: Iterable[Triple]) -> Report:
    """
    Return what the shapes say of the default graph of a dataset, as it is.

    It must hold the hierarchy of its classes (``rdfs:subClassOf``) and the codes: nothing is inferred.
    A report that checked nothing conforms like any other; ask :attr:`Report.checked_something`.

    Raises :class:`~dorsale.errors.ShapeError` when the shapes cannot be used.
    """
    from dorsale.graph.validate import shacl

    return shacl.validate(dataset, shapes)
