"""Which words of a passage carry a thing or a value: its names, or any form of French prose that means it."""

from pyoxigraph import Literal

from dorsale.documents.values import says
from dorsale.graph.explain import Passage, carrying, detail, names
from dorsale.graph.labels import Term
from dorsale.graph.store import Dataset


class Carried:
    """Tells which words of a passage carry a term of a dataset; the names of each term are looked up once."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._names: dict[Term, tuple[str, ...]] = {}

    def __call__(self, passage: Passage, term: Term) -> tuple[tuple[int, int], ...]:
        """Return where a passage names a thing or says a value; of a figure or a sum, all that tells it."""
        # What has been looked up by its names is no sum and no figure.
        found = None if term in self._names else detail(self.dataset, term, [passage.iri])
        terms = [one for values in found.values.values() for one in values] if found else [term]
        spans: set[tuple[int, int]] = set()
        for one in terms:
            if one not in self._names:
                self._names[one] = names(self.dataset, one)
            spans.update(carrying(passage.exact, self._names[one]))
            if isinstance(one, Literal):
                kind = one.datatype.value.rsplit("#", 1)[-1].replace("integer", "decimal")
                if value := says(passage.exact, one.value, kind):
                    spans.add((value.start, value.end))
        return tuple(sorted(spans))
