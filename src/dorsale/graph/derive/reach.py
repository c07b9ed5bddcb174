"""
Where a fact that comes or goes can change what a rule concludes, and what the rule concludes there.

A fact fits a pattern somewhere in the body: beside what must hold, in an OPTIONAL, in what must not be, in what is
counted. From there the way leads up, group by group, over what a group shares with the one around it, to variables
that every solution of the rule binds: the solutions with these values may differ, no others can. What those read is
taken out of the graph, and the engine answers from that.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, Store, Triple, Variable

from dorsale.graph.derive.body import Group, Pattern
from dorsale.graph.derive.matching import Facts, Matching, Row, fit
from dorsale.graph.derive.rules import Rule
from dorsale.graph.store import Dataset, engine

# What some variables are: the solutions of a rule in which they are that. Nothing known stands for all solutions.
Known = frozenset[tuple[Variable, NamedNode | Literal]]


@dataclass(eq=False)
class Level:
    """
    A group of a body and where it stands.

    ``hands`` are the variables over which it is tied to the group around it, of the body itself those that can be
    told; ``sees`` those of the groups around it that are the same ones within; ``must`` the patterns of all that holds
    in each of its solutions.
    """

    group: Group
    above: "Level | None"
    hands: frozenset[Variable]
    sees: frozenset[Variable]
    inner: "list[Level]" = field(default_factory=list)
    must: tuple[Pattern, ...] = ()

    @classmethod
    def of(cls, body: Group) -> "Level":
        """Return a body with all groups in it."""
        return cls(body, None, frozenset(body.certain), frozenset())._filled()

    def _filled(self) -> "Level":
        group, known = self.group, self.group.certain | self.sees
        self.must = (*_direct(group), *self._needed(known))
        for inner in (*group.perhaps, *(denied for denied in group.denied if denied.alone)):
            self.inner.append(Level(inner, self, frozenset(inner.certain & known), frozenset())._filled())
        for inner in (denied for denied in group.denied if not denied.alone):
            self.inner.append(Level(inner, self, frozenset(known), frozenset(known))._filled())
        for select in group.selects:
            hands = frozenset(select.keys) & select.group.certain
            self.inner.append(Level(select.group, self, hands, frozenset())._filled())
        return self

    def _needed(self, known: Iterable[Variable]) -> Iterator[Pattern]:
        """Yield the patterns of FILTER EXISTS; what a group calls its own has another name in each."""
        for number, needed in enumerate(self.group.needed):
            for pattern in _direct(needed):
                own = {
                    name: Variable(f"{term.value}_{number}_")
                    for name in ("subject", "predicate", "object", "graph")
                    if isinstance(term := getattr(pattern, name), Variable) and term not in known
                }
                yield replace(pattern, **own)  # type: ignore[arg-type]

    def all(self) -> "Iterator[Level]":
        """Yield it and all levels below it."""
        yield self
        for inner in self.inner:
            yield from inner.all()


def _direct(group: Group) -> tuple[Pattern, ...]:
    """Return the patterns that can be looked up: all but paths of several steps."""
    return tuple(pattern for pattern in group.patterns if not pattern.steps)


def told(row: Row, variables: Iterable[Variable]) -> Known:
    """Return what is known of some variables."""
    return frozenset((variable, row[variable]) for variable in variables if variable in row)


class Reach:
    """A rule, to be asked of a part of its solutions."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.body = Level.of(rule.body)
        self.seats = [(pattern, level) for level in self.body.all() for pattern in level.group.patterns]

    def up(self, pattern: Pattern, level: Level, quad: Quad, matching: Matching) -> Iterator[Known]:
        """Yield the solutions that may differ by a quad that fits a pattern of a level."""
        if pattern.steps:
            yield frozenset()
            return
        if (row := fit(pattern, quad)) is None:
            return
        # Where the path leads through another group it is the same pattern that is left, and looked up, again.
        rows: set[Known] = {frozenset(row.items())}
        while level.above is not None:
            rows = {told(full, level.hands) for known in rows for full in _tied(level, dict(known), matching)}
            level = level.above
        for row in map(dict, rows):
            if all(table.allows(row) for table in level.group.tables):
                yield told(row, level.hands)

    def aimed(self, pattern: Pattern, fact: Quad, matching: Matching) -> Iterator[Known]:
        """
        Yield the solutions that may conclude a fact by a pattern of the template.

        A thing that the rule makes tells nothing of what it was made from: the other conclusions about it do.
        """
        if (bound := pattern.unify(fact.triple)) is None:
            return
        made = self.rule.body.assigned.keys() - self.body.hands
        things = {variable for variable in made & bound.keys() if isinstance(bound[variable], NamedNode)}
        about = [
            other
            for other in self.rule.template
            if things & {*other.terms}
            and all(term in things | self.body.hands for term in other.terms if isinstance(term, Variable))
        ]
        row = {variable: value for variable, value in bound.items() if variable in things | self.body.hands}
        for full, _ in matching.rows(about, row):
            yield told(full, self.body.hands)

    def concluded(self, asked: Iterable[Known], matching: Matching) -> set[Triple]:
        """Return what the rule concludes by some of its solutions."""
        if self.rule.body.conjunctive:
            solutions = (row for known in asked for row, _ in matching.rows(self.body.must, dict(known)))
            found = (head.instance(row) for row in solutions for head in self.rule.template)
            return {triple for triple in found if triple is not None}
        gathered = _Gathered(self.body, matching)
        for known in asked:
            gathered.take(known)
        excerpt, made = Store(), Store()
        excerpt.extend(gathered.quads)
        for variables, rows in gathered.solutions.items():
            head = " ".join(map(str, self.rule.template))
            body = _narrowed(self.rule.body, self.rule.parsed.text, sorted(variables, key=str), rows)
            answer = Dataset(excerpt).query(
                f"{self.rule.parsed.prologue}CONSTRUCT {{ {head} }} WHERE {{ {body}\n}}", self.rule.place
            )
            assert isinstance(answer, QueryTriples)
            with engine():
                made.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in answer)
        # Read back as the store keeps it: a number that is written otherwise is no other fact.
        return {quad.triple for quad in made}


def _tied(level: Level, row: Row, matching: Matching) -> Iterator[Row]:
    """Yield what is known of the things that a group ties to a row: as little as leads up from it."""
    for full, _ in matching.rows(level.must, row, level.group.tables, forward=True):
        if level.hands.isdisjoint(full):
            yield from (more for more, _ in matching.rows(level.must, full, level.group.tables))
        else:
            yield full


def _all(pattern: Pattern, facts: Facts) -> Iterator[Quad]:
    """Yield all that a pattern can read wherever it stands."""
    denied = "!" in pattern.parts[1]
    constant = [None if isinstance(term, Variable) else term for term in (pattern.subject, pattern.object)]
    subject, value = (None, None) if pattern.steps else constant
    predicate = None if isinstance(pattern.predicate, Variable) else pattern.predicate
    for one in (None,) if denied else pattern.path or (predicate,):
        yield from (quad for quad in facts.find(subject, one, value, pattern.graph) if quad is not None)


class _Gathered:
    """
    What some solutions of a rule read: all quads on which they depend.

    ``solutions`` are those that what must hold leaves, by the variables that are known of them; the engine is to look
    for nothing else.
    """

    def __init__(self, body: Level, matching: Matching) -> None:
        self.body, self.matching = body, matching
        self.quads: set[Quad] = set()
        self.solutions: dict[frozenset[Variable], set[Known]] = {}
        self._done: dict[Level, set[Known]] = {}

    def take(self, asked: Known) -> None:
        """Take in what the solutions in which something is known read; where nothing is, all that the rule can read."""
        if not asked:
            self.solutions = {frozenset(): {asked}}
            for level in self.body.all():
                for pattern in level.group.patterns:
                    self.quads.update(_all(pattern, self.matching.facts))
        elif frozenset() not in self.solutions:
            for full in self._gather(self.body, asked):
                known = told(full, self.body.hands)
                self.solutions.setdefault(frozenset(variable for variable, _ in known), set()).add(known)

    def _gather(self, level: Level, known: Known) -> Iterator[Row]:
        done = self._done.setdefault(level, set())
        if known in done:
            return
        done.add(known)
        for full, quads in self.matching.rows(level.must, dict(known), level.group.tables):
            self.quads.update(quads)
            for pattern in level.group.patterns:
                if pattern.steps:
                    self.quads.update(_all(pattern, self.matching.facts))
            for inner in level.inner:
                for _ in self._gather(inner, told(full, inner.hands)):
                    pass
            yield full


def _narrowed(group: Group, text: str, variables: Sequence[Variable], rows: Iterable[Known]) -> str:
    """Return the text of a group with VALUES for what is known, in its sub-selects too."""
    rows = set(rows)
    for select in group.selects:
        within = [variable for variable in variables if variable in select.keys and variable in select.group.certain]
        inner = (told(dict(known), within) for known in rows)
        text = text.replace(select.text, _narrowed(select.group, select.text, within, inner), 1)
    if not variables:
        return text
    values = "\n".join(f"({' '.join(str(row[one]) for one in variables)})" for row in map(dict, rows))
    return f"VALUES ({' '.join(map(str, variables))}) {{ {values} }} {text}"
