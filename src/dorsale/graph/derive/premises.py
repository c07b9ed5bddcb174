"""
From which facts a rule concludes a fact: its body, asked with what the conclusion already tells.

The engine answers. Only where the conclusion tells every variable, as the commonest rules have it, is there nothing
to ask but whether the facts are there.
"""

from collections.abc import Iterator, Mapping

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Triple, Variable

from dorsale.graph.derive.body import Construct, Group, Select
from dorsale.graph.store import Dataset, engine

VIEW = DefaultGraph()
Bindings = Mapping[Variable, NamedNode | Literal]


def premises(rule: Construct, dataset: Dataset, triple: Triple) -> Iterator[tuple[Triple, ...]]:
    """
    Yield each set of triples of the view from which a rule concludes ``triple``.

    They are the triple patterns of the body as they were matched, those of OPTIONAL where they were; what a
    path went through and what had to be absent are left out. A rule that counts gives all that it counted.
    No set holds ``triple`` itself: a fact is no reason for itself. Of a thing that the rule makes, the dataset
    must hold all that it concludes.
    """
    seen = set()
    asked = _Asked(rule, dataset)
    for pattern in rule.template:
        if (bound := pattern.unify(triple)) is not None:
            for row in asked.solutions(bound):
                found = tuple(dict.fromkeys(asked.instances(rule.body, row)))
                if triple not in found and frozenset(found) not in seen:
                    seen.add(frozenset(found))
                    yield found


class _Asked:
    """A rule that is asked of a dataset; what it counts is looked up once."""

    def __init__(self, rule: Construct, dataset: Dataset) -> None:
        self.rule = rule
        self.dataset = dataset
        self._counted: dict[tuple[str, frozenset[tuple[Variable, NamedNode | Literal]]], tuple[Triple, ...]] = {}

    def solutions(self, bound: Bindings) -> Iterator[Bindings]:
        """Yield the solutions of the body in which some variables are known already."""
        if self.rule.body.conjunctive and self.rule.body.sure <= bound.keys():
            if all(self._holds(pattern.instance(bound)) for pattern in self.rule.body.patterns):
                yield bound
            return
        for known in self._known(bound):
            for row in self._rows(self.rule.text, known):
                if all(row.get(variable) == value for variable, value in known.items()):
                    yield row

    def instances(self, group: Group, row: Bindings) -> Iterator[Triple]:
        """Yield the triples that a solution of a group stands on."""
        for pattern in group.patterns:
            if (triple := pattern.instance(row)) is not None:
                yield triple
        for perhaps in group.perhaps:
            found = [pattern.instance(row) for pattern in perhaps.patterns]
            if all(map(self._holds, found)):
                yield from (triple for triple in found if triple is not None)
        for select in group.selects:
            yield from self._selected(select, {key: row[key] for key in select.keys if key in row})

    def _selected(self, select: Select, known: Bindings) -> tuple[Triple, ...]:
        """Return the triples that a sub-select counted."""
        key = (select.text, frozenset(known.items()))
        if key not in self._counted:
            rows = self._rows(select.text, known)
            self._counted[key] = tuple(triple for row in rows for triple in self.instances(select.group, row))
        return self._counted[key]

    def _known(self, bound: Bindings) -> Iterator[Bindings]:
        """
        Yield what variables may be: more than ``bound`` when a thing that the rule makes is among them.

        What it was made from is read off the other conclusions about it; else the engine would have to make all such
        things to find this one.
        """
        body = self.rule.body
        made = {variable for variable in body.assigned if isinstance(bound.get(variable), NamedNode)}
        known = made.union(*map(body.origins, made)) & (made | body.sure)
        tell = [
            pattern
            for pattern in self.rule.template
            if made & {*pattern.terms} and all(term in known for term in pattern.terms if isinstance(term, Variable))
        ]
        if not tell:
            yield bound
            return
        for row in self._rows(" ".join(map(str, tell)), {variable: bound[variable] for variable in made}):
            yield {**row, **bound}

    def _rows(self, text: str, bound: Bindings) -> Iterator[Bindings]:
        query = f"{self.rule.prologue}SELECT * WHERE {{ {text}\n}}"
        with engine():
            answer = self.dataset.store.query(query, substitutions=dict(bound))
            assert isinstance(answer, QuerySolutions)
            variables = answer.variables
            for row in answer:
                yield {
                    variable: value
                    for variable, value in zip(variables, row, strict=True)
                    if isinstance(value, NamedNode | Literal)
                }

    def _holds(self, triple: Triple | None) -> bool:
        if triple is None:
            return False
        return Quad(triple.subject, triple.predicate, triple.object, VIEW) in self.dataset.store
