"""
What a rule reads and what it writes, as its SPARQL says.

Oxigraph judges the syntax; this reads what the engine does not tell: the triple patterns of the body, whether it
counts, negates or computes, and the triples of the template. The part of SPARQL that a rule may use is the part
that can be explained afterwards: a UNION is two rules, a blank node is a variable that was not named.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple, Variable

from dorsale.graph.tokens import Token, tokens
from dorsale.names import public

TYPE = public("rdf:type")
Term = NamedNode | Literal | Variable
# A rule gives the same conclusions from the same facts, so that equal builds are equal to the byte.
UNSTABLE = {"BNODE", "NOW", "RAND", "STRUUID", "UUID"}
UNREADABLE = {
    "UNION": "UNION: write one rule for each branch",
    "SERVICE": "SERVICE: a rule reads the dataset and nothing else",
    "FROM": "FROM: a rule reads the dataset as it is",
}


class Unreadable(ValueError):
    """A rule that is SPARQL and no rule: what is wrong and the offset in its text."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason, self.offset = reason, offset


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    A triple pattern; ``predicate`` is nothing where a path stands, whose properties are in ``path``.

    ``steps`` says that the path is more than a choice of properties (``a|b``). ``parts`` are its three parts as they
    are written, ``offset`` is where. ``graph`` is the graph that it is read in, where that is not the view.
    """

    subject: Term
    predicate: NamedNode | Variable | None
    object: Term
    path: tuple[NamedNode, ...]
    steps: bool
    parts: tuple[str, str, str]
    offset: int
    graph: Term | None = None

    def __str__(self) -> str:
        return f"{' '.join(self.parts)} ."

    @property
    def terms(self) -> tuple[Term, ...]:
        """Its terms, those of a path included."""
        return tuple(term for term in (self.subject, self.predicate, self.object, *self.path) if term is not None)

    @property
    def kind(self) -> NamedNode | None:
        """The property of the facts that it fits, and of rdf:type the class; nothing where a variable stands for it."""
        if self.predicate == TYPE and isinstance(self.object, NamedNode):
            return self.object
        return self.predicate if isinstance(self.predicate, NamedNode) else None

    def unify(self, triple: Triple) -> dict[Variable, NamedNode | Literal] | None:
        """Return what its variables are for it to be ``triple``, or nothing if it cannot be."""
        found: dict[Variable, NamedNode | Literal] = {}
        for term, value in zip(
            (self.subject, self.predicate, self.object),
            (triple.subject, triple.predicate, triple.object),
            strict=True,
        ):
            if isinstance(term, Variable) and isinstance(value, NamedNode | Literal):
                if found.setdefault(term, value) != value:
                    return None
            elif term != value:
                return None
        return found

    def instance(self, values: Mapping[Variable, NamedNode | Literal]) -> Triple | None:
        """Return the triple that it is with its variables bound; nothing for a path or with a variable unbound."""
        subject, predicate, value = (
            values.get(term) if isinstance(term, Variable) else term
            for term in (self.subject, self.predicate, self.object)
        )
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and value is not None:
            assert not isinstance(value, Variable)
            return Triple(subject, predicate, value)
        return None


@dataclass(frozen=True, slots=True)
class Table:
    """VALUES: what some variables can be together; nothing stands for UNDEF."""

    variables: tuple[Variable, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def allows(self, row: Mapping[Variable, NamedNode | Literal]) -> bool:
        """Say whether what is known agrees with one of its rows."""
        known = [row.get(variable) for variable in self.variables]
        return any(
            all(term is None or value is None or term == value for term, value in zip(values, known, strict=True))
            for values in self.rows
        )


@dataclass(slots=True)
class Group:
    """
    A group graph pattern.

    ``elements`` are the patterns that must hold and, between them, the filters and values as they are written;
    ``perhaps`` are its OPTIONAL groups, ``denied`` those of FILTER [NOT] EXISTS and MINUS, and ``needed`` the ones of
    these that a FILTER EXISTS asks for, ``selects`` its sub-selects, ``assigned`` the variables that it computes, each
    with those that it reads for it, ``stated`` whether it reads GRAPHs, ``alone`` whether it is one of MINUS, which
    does not see what is around it, ``tables`` its VALUES.
    """

    elements: list[Pattern | str] = field(default_factory=list)
    perhaps: list["Group"] = field(default_factory=list)
    denied: list["Group"] = field(default_factory=list)
    needed: list["Group"] = field(default_factory=list)
    selects: list["Select"] = field(default_factory=list)
    assigned: dict[Variable, frozenset[Variable]] = field(default_factory=dict)
    stated: bool = False
    alone: bool = False
    tables: list[Table] = field(default_factory=list)

    @property
    def patterns(self) -> list[Pattern]:
        """The triple patterns that must hold."""
        return [element for element in self.elements if isinstance(element, Pattern)]

    @property
    def plain(self) -> bool:
        """Whether more facts can only lead to more conclusions, about things that are there already."""
        return not (self.perhaps or self.denied or self.selects or self.assigned or self.stated)

    @property
    def conjunctive(self) -> bool:
        """Whether it is triple patterns of named properties and classes, and nothing else."""
        return self.plain and all(
            isinstance(element, Pattern)
            and isinstance(element.predicate, NamedNode)
            and not (element.predicate == TYPE and isinstance(element.object, Variable))
            for element in self.elements
        )

    @property
    def sure(self) -> set[Variable]:
        """The variables that every solution has."""
        keys = {key for select in self.selects for key in select.keys}
        return keys.union(
            *({term for term in pattern.terms if isinstance(term, Variable)} for pattern in self.patterns)
        )

    @property
    def certain(self) -> set[Variable]:
        """The variables that every solution has and that facts, graphs among them, give their values."""
        graphs = {pattern.graph for pattern in self.patterns if isinstance(pattern.graph, Variable)}
        return (self.sure - self.assigned.keys()) | graphs

    def origins(self, variable: Variable) -> frozenset[Variable]:
        """Return the variables that a variable is computed from in the end; one that is not is its own."""
        if variable not in self.assigned:
            return frozenset({variable})
        return frozenset().union(*map(self.origins, self.assigned[variable]))

    def read(self) -> Iterator[Pattern]:
        """Yield every pattern that it looks at, down into its sub-selects."""
        yield from self.patterns
        for group in (*self.perhaps, *self.denied, *(select.group for select in self.selects)):
            yield from group.read()


@dataclass(frozen=True, slots=True)
class Select:
    """A sub-select: its group with the text of it, the variables that it hands on, and those that it computes."""

    group: Group
    text: str
    keys: tuple[Variable, ...]
    computed: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Construct:
    """A CONSTRUCT taken apart: what stands before it, the template, the body and the text of the body."""

    prologue: str
    template: tuple[Pattern, ...]
    body: Group
    text: str


def parse(text: str) -> Construct:
    """
    Return the parts of a CONSTRUCT that Oxigraph has accepted.

    Raises :class:`Unreadable` for what SPARQL knows and a rule does not.
    """
    return _Reader(text).construct()


class _Reader:
    """Goes through the tokens of a rule once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.prefixes: dict[str, str] = {}
        self.graph: Term | None = None
        for token in self.tokens:
            if token.kind == "word" and token.key in UNSTABLE:
                raise Unreadable(f"{token.key}: two builds would differ", token.start)
            if token.kind == "word" and token.key in UNREADABLE:
                raise Unreadable(UNREADABLE[token.key], token.start)

    @property
    def here(self) -> Token:
        end = len(self.text)
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("end", "", end, end)

    def take(self) -> Token:
        token = self.here
        self.at += 1
        return token

    def expect(self, key: str) -> Token:
        token = self.take()
        if token.key != key:
            raise Unreadable(f"« {token.text} »: {key} ?", token.start)
        return token

    def construct(self) -> Construct:
        while self.here.key in ("PREFIX", "BASE"):
            if self.take().key == "BASE":
                raise Unreadable("BASE: write PREFIX", self.here.start)
            name, iri = self.take(), self.take()
            self.prefixes[name.text.removesuffix(":")] = iri.text[1:-1]
        start = self.expect("CONSTRUCT").start
        template = self.group()
        if not template.patterns or len(template.elements) != len(template.patterns):
            raise Unreadable("CONSTRUCT { … } WHERE { … } ?", start)
        if self.here.key == "WHERE":
            self.take()
        opened = self.here
        body = self.group()
        closed = self.tokens[self.at - 1]
        if self.at < len(self.tokens):
            raise Unreadable(f"« {self.here.text} »: nothing stands after the body of a rule", self.here.start)
        body.stated |= any(pattern.graph for pattern in body.read())
        bound = _variables(body)
        for pattern in template.patterns:
            if pattern.path:
                raise Unreadable("a path cannot be concluded", pattern.offset)
            for term in pattern.terms:
                if isinstance(term, Variable) and term not in bound:
                    raise Unreadable(f"{term} stands nowhere in the body", pattern.offset)
        return Construct(self.text[:start], tuple(template.patterns), body, self.text[opened.end : closed.start])

    def group(self) -> Group:
        """Read a group from its brace to the one that closes it."""
        group = Group()
        self.expect("{")
        while self.here.key != "}":
            if self.here.kind == "end":
                raise Unreadable("} ?", self.here.start)
            self.element(group)
        self.take()
        return group

    def element(self, group: Group) -> None:
        token = self.here
        if token.key == ".":
            self.take()
        elif token.key == "FILTER":
            self.take()
            needed = self.here.key == "EXISTS"
            group.denied += (found := self.expression())
            group.needed += found if needed else []
            group.elements.append(self.text[token.start : self.tokens[self.at - 1].end])
        elif token.key == "BIND":
            self.take()
            start = self.at
            group.denied += self.expression()
            *read, made, _ = self.tokens[start : self.at]
            variables = frozenset(Variable(token.text[1:]) for token in read if token.kind == "variable")
            group.assigned[Variable(made.text[1:])] = variables
        elif token.key == "VALUES":
            self.take()
            group.tables.append(self.table())
            group.elements.append(self.text[token.start : self.tokens[self.at - 1].end])
        elif token.key in ("OPTIONAL", "MINUS"):
            self.take()
            inner = self.group()
            inner.alone = token.key == "MINUS"
            (group.denied if inner.alone else group.perhaps).append(inner)
            group.assigned |= inner.assigned
            group.stated |= inner.stated
        elif token.key == "GRAPH":
            self.take()
            graph, _ = self.term()
            around, self.graph = self.graph, graph
            inner = self.group()
            self.graph = around
            group.stated = True
            if isinstance(graph, Variable):
                group.assigned[graph] = frozenset()
            group.elements += inner.elements
            group.assigned |= inner.assigned
            group.denied += inner.denied
            group.needed += inner.needed
            group.perhaps += inner.perhaps
            group.selects += inner.selects
            group.tables += inner.tables
        elif token.key == "{":
            if self.tokens[self.at + 1].key != "SELECT":
                raise Unreadable("a group in a group: UNION is one rule for each branch", token.start)
            group.selects.append(self.select())
        else:
            self.triples(group)

    def table(self) -> Table:
        """Read VALUES from what follows the word."""
        many = self.here.key == "("
        self.at += many
        variables: list[Variable] = []
        while self.here.kind == "variable":
            variables.append(Variable(self.take().text[1:]))
        self.at += many
        self.expect("{")
        rows: list[tuple[Term | None, ...]] = []
        while self.here.key != "}":
            self.at += many
            row: list[Term | None] = []
            for _ in variables:
                undefined = self.here.key == "UNDEF"
                row.append(None if undefined else self.term()[0])
                self.at += undefined
            self.at += many
            rows.append(tuple(row))
        self.take()
        return Table(tuple(variables), tuple(rows))

    def expression(self) -> list[Group]:
        """Read an expression to its end and return the groups in it."""
        found: list[Group] = []
        while self.here.key != "(":
            if self.here.key == "{":
                return [self.group()]
            self.take()
        depth = 0
        while True:
            if self.here.key == "{":
                found.append(self.group())
                continue
            key = self.take().key
            depth += (key == "(") - (key == ")")
            if not depth:
                return found

    def select(self) -> Select:
        """Read a sub-select."""
        self.expect("{")
        self.expect("SELECT")
        seen: list[Token] = []
        while self.here.key not in ("WHERE", "{"):
            seen.append(self.take())
        if self.here.key == "WHERE":
            self.take()
        opened = self.here
        group = self.group()
        text = self.text[opened.end : self.tokens[self.at - 1].start]
        keys: list[Variable] = []
        computed: list[Variable] = []
        depth, before = 0, ""
        for token in seen:
            depth += (token.key == "(") - (token.key == ")")
            if token.key == "*" and not depth:
                raise Unreadable("SELECT *: name the variables", token.start)
            if token.kind == "variable" and (not depth or before == "AS"):
                (computed if depth else keys).append(Variable(token.text[1:]))
            before = token.key
        while self.here.key != "}":
            token = self.take()
            if token.key == "{" or token.kind == "end":
                raise Unreadable("HAVING with a group in it", token.start)
            if token.key in ("LIMIT", "OFFSET"):
                raise Unreadable(f"{token.key}: what is cut off would depend on what else is there", token.start)
        self.take()
        return Select(group, text, tuple(keys), tuple(computed))

    def triples(self, group: Group) -> None:
        """Read a subject with its properties and values."""
        start = self.here.start
        subject, subject_text = self.term()
        while True:
            predicate, path, steps, verb = self.verb()
            while True:
                value, value_text = self.term()
                group.elements.append(
                    Pattern(subject, predicate, value, path, steps, (subject_text, verb, value_text), start, self.graph)
                )
                if self.here.key != ",":
                    break
                self.take()
            while self.here.key == ";":
                self.take()
            if self.here.key in (".", "}") or self.tokens[self.at - 1].key != ";":
                break
            start = self.here.start

    def verb(self) -> tuple[NamedNode | Variable | None, tuple[NamedNode, ...], bool, str]:
        """Read a property or a path: the property, those of the path, whether it has steps, how it is written."""
        start = self.at
        if self.here.kind == "variable":
            token = self.take()
            return Variable(token.text[1:]), (), False, token.text
        found = self.path()
        read = self.tokens[start : self.at]
        text = self.text[read[0].start : read[-1].end]
        if len(read) == 1:
            return found[0], (), False, text
        return None, tuple(found), any(token.kind == "mark" and token.key != "|" for token in read), text

    def path(self) -> list[NamedNode]:
        found: list[NamedNode] = []
        while True:
            while self.here.key in ("^", "!"):
                self.take()
            if self.here.key == "(":
                self.take()
                found += self.path()
                self.expect(")")
            else:
                found.append(self.iri(self.take()))
            if self.here.key in ("*", "+", "?"):
                self.take()
            if self.here.key not in ("/", "|"):
                return found
            self.take()

    def iri(self, token: Token) -> NamedNode:
        if token.text == "a":
            return TYPE
        if token.kind == "iri":
            return NamedNode(token.text[1:-1])
        if token.kind == "name":
            prefix, local = token.text.split(":", 1)
            return NamedNode(self.prefixes[prefix] + local)
        raise Unreadable(f"« {token.text} »: a property ?", token.start)

    def term(self) -> tuple[Term, str]:
        """Read a term; a blank node has no name that an explanation could give."""
        token = self.take()
        if token.kind == "variable":
            return Variable(token.text[1:]), token.text
        if token.kind == "blank" or token.key in ("[", "("):
            raise Unreadable("a blank node cannot be cited: name it with a variable or mint an IRI", token.start)
        if token.kind in ("iri", "name"):
            return self.iri(token), token.text
        literal = stored(self.literal(token))
        return literal, self.text[token.start : self.tokens[self.at - 1].end]

    def literal(self, token: Token) -> Literal:
        if token.kind == "string":
            quotes = 3 if token.text[:3] in ('"""', "'''") else 1
            value = _unescape(token.text[quotes:-quotes])
            if self.here.kind == "tongue":
                return Literal(value, language=self.take().text[1:])
            if self.here.key == "^^":
                self.take()
                return Literal(value, datatype=self.iri(self.take()))
            return Literal(value)
        sign = ""
        if token.key in ("+", "-"):
            sign, token = token.key, self.take()
        if token.kind == "number":
            kind = "double" if "e" in token.text.lower() else "decimal" if "." in token.text else "integer"
            return Literal(sign + token.text, datatype=public(f"xsd:{kind}"))
        if token.key in ("TRUE", "FALSE"):
            return Literal(token.text.lower(), datatype=public("xsd:boolean"))
        raise Unreadable(f"« {token.text} »: a term ?", token.start)


@cache
def stored(literal: Literal) -> Literal:
    """Return a literal as Oxigraph keeps it, which is by its value: 1e3 and 1000.0 are one double."""
    store = Store()
    store.add(Quad(TYPE, TYPE, literal))
    (quad,) = store
    assert isinstance(quad.object, Literal)
    return quad.object


ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text)


def _variables(group: Group) -> set[Variable]:
    """Return the variables that a group can bind."""
    found = group.sure | {*group.assigned}
    for perhaps in group.perhaps:
        found |= _variables(perhaps)
    for element in group.elements:
        if isinstance(element, str) and element[:6].upper() == "VALUES":
            found |= {Variable(name) for name in re.findall(r"[?$](\w+)", element)}
    for select in group.selects:
        found |= {*select.computed}
    return found
