"""
What shapes say of a dataset: of all that they are about, or of what a change touches and, for the rest, as before.
"""

from collections.abc import Iterable
from dataclasses import replace

from pyoxigraph import Triple

from dorsale.graph.store import Change, Dataset
from dorsale.graph.validate.focus import Moved, touched
from dorsale.graph.validate.report import Check, Report, Result
from dorsale.graph.validate.shacl import Shapes, merged, usable
from dorsale.graph.validate.state import State, Term
from dorsale.graph.validate.view import here


def validate(dataset: Dataset, shapes: Iterable[Triple]) -> Report:
    """Return what the shapes say of a dataset."""
    with usable():
        asked = Shapes.of(shapes)
        state = State(dataset.store)
        things = {shape: shape.about.things(state) for shape in asked.targeted}
        count = len(set().union(*things.values()))
        return Report(asked.results(dataset, things), focus_nodes=count, shapes=asked.count, visited=count)


def validate_change(dataset: Dataset, change: Change, shapes: Iterable[Triple], before: Report) -> Report:
    """Return what the shapes say of a dataset after a change, given what they said ``before`` it."""
    with usable():
        asked = Shapes.of(shapes)
        moved = Moved(dataset, change)
        touching = touched(moved, asked.targeted)
        things = {
            **{shape: shape.about.things(moved.after) for shape in touching.whole},
            **{
                shape: {thing for thing in some if shape.about.meets(moved.after, thing)}
                for shape, some in touching.things.items()
            },
        }
        again = {Check(here(shape.node), thing) for shape, some in touching.things.items() for thing in some}
        whole = {here(shape.node) for shape in touching.whole}
        return Report(
            merged([*_staying(before, again, whole), *asked.results(dataset, things)]),
            focus_nodes=before.focus_nodes + touching.gained,
            shapes=asked.count,
            visited=len(set().union(*things.values())),
            whole=tuple(sorted(whole, key=str)),
        )


def _staying(before: Report, again: set[Check], whole: set[Term]) -> Iterable[Result]:
    """Yield the results that come from checks which a change does not touch."""
    for result in before.results:
        checks = frozenset(check for check in result.checks if check not in again and check.shape not in whole)
        if checks:
            yield result if checks == result.checks else replace(result, checks=checks)
