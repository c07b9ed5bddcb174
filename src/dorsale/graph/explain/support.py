"""
Which passages support the rows of an answer: those that state the facts that the query found for them.

The query is asked once more, for all that its body binds and not only for what it selects. What its triple patterns
are then, row by row, are facts; each is led down to its passages, a derived one through its premises. What a row
counts are facts of it; what it denies (NOT EXISTS, MINUS) is none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count, pairwise

from pyoxigraph import NamedNode, QuerySolutions, Triple, Variable

from dorsale.errors import EvidenceUnread
from dorsale.graph.explain.proof import Prover
from dorsale.graph.explain.sources import Passage
from dorsale.graph.labels import Term
from dorsale.graph.store import VIEW, Dataset, engine
from dorsale.graph.tokens import Token, tokens
from dorsale.names import prefixes, public

EVIDENCE = "evidence"
TYPE = public("rdf:type")
Value = Term | Variable | None
COUNTING = {"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"}


@dataclass(frozen=True, slots=True)
class Path:
    """A property path: its sign (``^ / | ! * + ?``) and its parts."""

    sign: str
    parts: tuple["NamedNode | Path", ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern of a query, and the graph that it is looked for in; none is the view."""

    subject: Value
    predicate: NamedNode | Variable | Path
    object: Value
    graph: Value


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an answer, without the passage that it may name itself, and the passages that support it."""

    terms: tuple[Term | None, ...]
    passages: tuple[Passage, ...]


def supported(
    dataset: Dataset, prover: Prover, text: str, variables: Sequence[str], rows: Iterable[Sequence[Term | None]]
) -> tuple[tuple[str, ...], list[Row]]:
    """
    Return the columns of an answer and its rows, each with the passages that support it, in reading order.

    The column ``evidence`` of a query is not among them: rows that differ in it alone are one. A row may have no
    passage: what it says is in no document, or the query finds no facts for it. A query whose patterns cannot be told
    (they have a collection, say) raises :class:`EvidenceUnread`.
    """
    asked = _Reader(text, prefixes(dataset.base)).query()
    found = _Found(dataset, prover, asked.patterns)
    keys = [column for column, name in enumerate(variables) if asked.keys is None or name in asked.keys]
    solved: dict[tuple[object, ...], list[Mapping[str, Term]]] = {}
    solutions = dataset.query(asked.text)
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    with engine():
        for solution in solutions:
            bound: dict[str, Term] = {
                name: term for name, term in zip(names, solution, strict=True) if term is not None
            }
            solved.setdefault(tuple(bound.get(variables[column]) for column in keys), []).append(bound)
    seen = [column for column, name in enumerate(variables) if name != EVIDENCE]
    merged: dict[tuple[Term | None, ...], set[Passage]] = {}
    for row in rows:
        passages = merged.setdefault(tuple(row[column] for column in seen), set())
        for one in solved.get(tuple(row[column] for column in keys), ()):
            passages |= found.passages(one)
    supported = [Row(terms, tuple(sorted(those, key=lambda one: one.place))) for terms, those in merged.items()]
    return tuple(variables[column] for column in seen), supported


class _Found:
    """The passages of the facts that patterns are; each fact is led down once."""

    def __init__(self, dataset: Dataset, prover: Prover, patterns: Sequence[Pattern]) -> None:
        self.dataset, self.prover, self.patterns = dataset, prover, patterns
        self._known: dict[object, frozenset[Passage]] = {}

    def passages(self, bound: Mapping[str, Term]) -> set[Passage]:
        """Return the passages of the facts of one solution."""
        return set(chain.from_iterable(self._of(pattern, bound) for pattern in self.patterns))

    def _of(self, pattern: Pattern, bound: Mapping[str, Term]) -> frozenset[Passage]:
        def value(term: Value) -> Term | None:
            return bound.get(term.value) if isinstance(term, Variable) else term

        subject, object_, graph = value(pattern.subject), value(pattern.object), value(pattern.graph)
        predicate = pattern.predicate if isinstance(pattern.predicate, Path) else value(pattern.predicate)
        key = (subject, predicate, object_, graph)
        if not isinstance(subject, NamedNode) or object_ is None or predicate is None:
            return frozenset()
        if key not in self._known:
            facts: Iterable[Triple] = ()
            if isinstance(predicate, Path):
                facts = _way(self.dataset, predicate, subject, object_)
            elif isinstance(predicate, NamedNode):
                facts = (Triple(subject, predicate, object_),)
            self._known[key] = frozenset(chain.from_iterable(self._under(fact, graph) for fact in facts))
        return self._known[key]

    def _under(self, fact: Triple, graph: Term | None) -> Iterator[Passage]:
        """Yield the passages from which a fact follows; what describes a passage is supported by that passage."""
        sources = self.prover.sources
        if not sources.known(fact):
            return
        for node in (fact.subject, graph):
            if isinstance(node, NamedNode) and node.value.startswith(f"{self.dataset.base}evidence/"):
                yield sources.passage(node)
                return
        proof = self.prover.prove(fact)
        for leaf in proof.leaves() if proof else ():
            yield from (source.passage for source in leaf.sources if source.passage)


def _way(dataset: Dataset, path: Path, start: NamedNode, end: Term) -> tuple[Triple, ...]:
    """Return the facts of one way along a path from one node to another."""
    return next((facts for node, facts in _ends(dataset, path, start, False) if node == end), ())


def _ends(
    dataset: Dataset, path: NamedNode | Path, node: Term, back: bool
) -> Iterator[tuple[Term, tuple[Triple, ...]]]:
    """Yield where a path leads from a node, each time with the facts on the way."""
    if isinstance(path, NamedNode) or path.sign == "!":
        along = path if isinstance(path, NamedNode) else None
        if not isinstance(node, NamedNode) and not back:
            return
        subject, value = (None, node) if back else (node, None)
        assert subject is None or isinstance(subject, NamedNode)
        for quad in dataset.store.quads_for_pattern(subject, along, value, VIEW):
            if along or quad.predicate not in path.parts:  # type: ignore[union-attr]
                yield (quad.subject if back else quad.object), (quad.triple,)
    elif path.sign == "^":
        yield from _ends(dataset, path.parts[0], node, not back)
    elif path.sign == "|":
        for part in path.parts:
            yield from _ends(dataset, part, node, back)
    elif path.sign == "/":
        first, *rest = reversed(path.parts) if back else path.parts
        for middle, facts in _ends(dataset, first, node, back):
            if not rest:
                yield middle, facts
                continue
            others = Path("/", tuple(reversed(rest) if back else rest))
            for last, more in _ends(dataset, others, middle, back):
                yield last, (*facts, *more)
    else:
        met: set[Term] = set()
        if path.sign != "+":
            met.add(node)
            yield node, ()
        level: list[tuple[Term, tuple[Triple, ...]]] = [(node, ())]
        while level:
            further: list[tuple[Term, tuple[Triple, ...]]] = []
            for middle, facts in level:
                for last, more in _ends(dataset, path.parts[0], middle, back):
                    if last not in met:
                        met.add(last)
                        further.append((last, (*facts, *more)))
            yield from further
            level = [] if path.sign == "?" else further


@dataclass(slots=True)
class _Asked:
    """A query that asks for all that the body of another one binds, and the patterns of that."""

    text: str
    patterns: list[Pattern]
    keys: set[str] | None


@dataclass(slots=True)
class _Select:
    """What a SELECT selects: variables as they are, and expressions under a name, with whether they count."""

    plain: list[str] = field(default_factory=list)
    computed: list[tuple[str, str, bool]] = field(default_factory=list)
    everything: bool = False

    @property
    def names(self) -> set[str]:
        """The variables that can be seen outside."""
        return {*self.plain, *(name for name, _, _ in self.computed)}


class _Reader:
    """Goes through the tokens of a query that the engine has accepted, and writes the one that tells more."""

    def __init__(self, text: str, known: Mapping[str, str]) -> None:
        self.text, self.tokens, self.at = text, tokens(text), 0
        self.prefixes = dict(known)
        self.base = ""
        self.patterns: list[Pattern] = []
        self.literals: list[str] = []
        self.fresh = count(1)

    # --- tokens ------------------------------------------------------------------------------------------------

    @property
    def here(self) -> Token:
        end = len(self.text)
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("end", "", end, end)

    def take(self, key: str = "") -> Token:
        token = self.here
        if token.kind == "end" or (key and token.key != key):
            raise self.unread(token)
        self.at += 1
        return token

    def unread(self, token: Token) -> EvidenceUnread:
        """Return that nothing can be told of what stands here."""
        return EvidenceUnread(words=self.text[token.start :].split("\n")[0][:40])

    def copied(self, start: int, renamed: Mapping[str, str]) -> str:
        """Return the tokens from one to here as text, their variables renamed."""
        return self.joined(self.tokens[start : self.at], renamed)

    def joined(self, those: Sequence[Token], renamed: Mapping[str, str]) -> str:
        """Return tokens as text, with a space where there was one."""
        gaps = ["", *(" " * (one.end < other.start) for one, other in pairwise(those))]
        return "".join(gap + self.written(token, renamed) for gap, token in zip(gaps, those, strict=True))

    def written(self, token: Token, renamed: Mapping[str, str]) -> str:
        if token.kind == "variable":
            return f"?{renamed.get(token.text[1:], token.text[1:])}"
        if token.kind in ("iri", "name"):
            return str(self.iri(token))
        return token.text

    def balanced(self) -> None:
        """Go on to the bracket that closes the one here."""
        depth = 0
        while True:
            key = self.take().key
            depth += (key in ("(", "{", "[")) - (key in (")", "}", "]"))
            if depth == 0:
                return

    # --- the query -----------------------------------------------------------------------------------------------

    def query(self) -> _Asked:
        while self.here.key in ("PREFIX", "BASE"):
            if self.take().key == "BASE":
                self.base = self.take().text[1:-1]
            else:
                name, iri = self.take(), self.take()
                self.prefixes[name.text.removesuffix(":")] = iri.text[1:-1]
        select, body = self.select({}, outermost=True)
        keys = (
            None if select.everything else {*select.plain, *(name for name, _, counts in select.computed if not counts)}
        )
        return _Asked(f"SELECT * WHERE {{ {body} }}", self.patterns, keys)

    def select(self, renamed: Mapping[str, str], outermost: bool = False) -> tuple[_Select, str]:
        """Read a SELECT; return what it selects, and the body that binds it."""
        self.take("SELECT")
        select = _Select()
        while self.here.key not in ("WHERE", "{"):
            token = self.here
            if token.kind == "variable":
                select.plain.append(self.take().text[1:])
            elif token.key == "(":
                start = self.at
                self.balanced()
                found = self.aliased(start, [name for name, _, counts in select.computed if counts])
                select.computed += [found] if found else []
            elif token.key == "FROM":
                raise self.unread(token)
            else:
                select.everything |= self.take().key == "*"
        if self.here.key == "WHERE":
            self.take()
        if not outermost and not select.everything:
            # What is not selected is another variable than one of that name outside.
            inside = self.inside()
            renamed = {**renamed, **{name: f"{name}_{next(self.fresh)}" for name in sorted(inside - select.names)}}
        body = self.group(renamed, None)
        clause = ""
        while self.here.kind != "end" and self.here.key != "}":
            start, token = self.at, self.here
            if token.key in ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"):
                clause = self.take().key
            elif token.key == "VALUES":
                self.take()
                while self.here.kind != "end" and self.here.key != "}":
                    self.balanced() if self.here.key in ("{", "(") else self.take()
                body += " " + self.copied(start, renamed)
            elif token.key in ("(", "{"):
                self.balanced()
                if clause == "GROUP" and (found := self.aliased(start)):
                    select.computed.append(found)
            else:
                self.take()
        for name, expression, counts in select.computed:
            if not counts and outermost:
                body += f" BIND({self.joined(tokens(expression), renamed)} AS ?{name})"
        return select, body

    def inside(self) -> set[str]:
        """Return the variables of the group that begins here."""
        start = self.at
        self.balanced()
        found = {token.text[1:] for token in self.tokens[start : self.at] if token.kind == "variable"}
        self.at = start
        return found

    def aliased(self, start: int, counting: Iterable[str] = ()) -> tuple[str, str, bool] | None:
        """Return what ``(expression AS ?name)`` says: name, expression, whether it counts; nothing without AS."""
        inner = self.tokens[start + 1 : self.at - 1]
        if len(inner) < 3 or inner[-2].key != "AS":
            return None
        counts = any(token.key in COUNTING or token.text[1:] in counting for token in inner[:-2])
        return inner[-1].text[1:], self.text[inner[0].start : inner[-3].end], counts

    def group(self, renamed: Mapping[str, str], graph: Value) -> str:
        """Read a group from its brace to the one that closes it; return what stands between them."""
        self.take("{")
        out: list[str] = []
        last: list[str] = []
        while self.here.key != "}":
            self.element(out, last, renamed, graph)
        self.take("}")
        return " ".join([*out, *last])

    def element(self, out: list[str], last: list[str], renamed: Mapping[str, str], graph: Value) -> None:
        token, start = self.here, self.at
        if token.key == ".":
            self.take()
        elif token.key == "UNION":
            out.append(self.take().text)
        elif token.key == "FILTER":
            self.take()
            if self.here.key == "EXISTS":
                self.take()
                inner = self.group(renamed, graph)
                out.append(f"FILTER EXISTS {{ {inner} }}")
                # Last, since what stands before it decides what it may be.
                last.append(f"OPTIONAL {{ {inner} }}")
                return
            while self.here.key not in ("(", "{"):
                self.take()
            self.balanced()
            out.append(self.copied(start, renamed))
        elif token.key in ("BIND", "VALUES", "MINUS", "SERVICE"):
            while self.here.key not in ("(", "{"):
                self.take()
            self.balanced()
            if token.key == "VALUES" and self.here.key == "{":
                self.balanced()
            out.append(self.copied(start, renamed))
        elif token.key == "OPTIONAL":
            self.take()
            out.append(f"OPTIONAL {{ {self.group(renamed, graph)} }}")
        elif token.key == "GRAPH":
            self.take()
            written, term = self.term(renamed)
            out.append(f"GRAPH {written} {{ {self.group(renamed, term)} }}")
        elif token.key == "{" and self.tokens[self.at + 1].key == "SELECT":
            self.take()
            begun = self.at
            _, body = self.select(renamed)
            out.append(f"{{ {{ {self.copied(begun, renamed)} }} {{ {body} }} }}")
            self.take("}")
        elif token.key == "{":
            out.append(f"{{ {self.group(renamed, graph)} }}")
        else:
            self.triples(out, renamed, graph)

    # --- triple patterns -----------------------------------------------------------------------------------------

    def triples(self, out: list[str], renamed: Mapping[str, str], graph: Value) -> None:
        """Read a subject with its properties and values."""
        blank = self.here.key == "["
        subject = self.node(out, renamed, graph)
        if blank and self.here.key in (".", "}"):
            return
        self.properties(subject, out, renamed, graph)

    def properties(
        self,
        subject: tuple[str, Value],
        out: list[str],
        renamed: Mapping[str, str],
        graph: Value,
    ) -> None:
        while True:
            start = self.at
            predicate: NamedNode | Variable | Path
            if self.here.kind == "variable":
                name = self.take().text[1:]
                predicate = Variable(renamed.get(name, name))
            else:
                predicate = self.path()
            written = self.copied(start, renamed)
            while True:
                value = self.node(out, renamed, graph)
                out += self.literals
                self.literals.clear()
                out.append(f"{subject[0]} {written} {value[0]} .")
                self.patterns.append(Pattern(subject[1], predicate, value[1], graph))
                if self.here.key != ",":
                    break
                self.take()
            while self.here.key == ";":
                self.take()
            if self.here.key in (".", "}", "]") or self.tokens[self.at - 1].key != ";":
                return

    def node(self, out: list[str], renamed: Mapping[str, str], graph: Value) -> tuple[str, Value]:
        """Read a term; a blank node becomes a variable."""
        if self.here.key != "[":
            return self.term(renamed)
        self.take()
        name = f"blank_{next(self.fresh)}"
        made = f"?{name}", Variable(name)
        if self.here.key != "]":
            self.properties(made, out, renamed, graph)
        self.take("]")
        return made

    def term(self, renamed: Mapping[str, str]) -> tuple[str, Value]:
        start, token = self.at, self.take()
        if token.kind == "variable":
            name = renamed.get(token.text[1:], token.text[1:])
            return f"?{name}", Variable(name)
        if token.kind == "blank":
            name = f"blank{token.text[1:].replace(':', '_')}"
            return f"?{name}", Variable(name)
        if token.kind in ("iri", "name"):
            iri = self.iri(token)
            return str(iri), iri
        if token.key == "(":
            raise self.unread(token)
        if token.key in ("+", "-"):
            self.take()
        if self.here.kind == "tongue":
            self.take()
        elif self.here.key == "^^":
            self.take()
            self.take()
        # The engine says which term a literal is.
        made = Variable(f"value_{next(self.fresh)}")
        self.literals.append(f"VALUES {made} {{ {self.copied(start, renamed)} }}")
        return str(made), made

    def iri(self, token: Token) -> NamedNode:
        if token.text == "a":
            return TYPE
        if token.kind == "iri":
            return NamedNode(token.text[1:-1] if ":" in token.text else self.base + token.text[1:-1])
        prefix, colon, local = token.text.partition(":")
        if not colon or prefix not in self.prefixes:
            raise self.unread(token)
        return NamedNode(self.prefixes[prefix] + local.replace("\\", ""))

    def path(self) -> NamedNode | Path:
        branches = [self.sequence()]
        while self.here.key == "|":
            self.take()
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else Path("|", tuple(branches))

    def sequence(self) -> NamedNode | Path:
        steps = [self.step()]
        while self.here.key == "/":
            self.take()
            steps.append(self.step())
        return steps[0] if len(steps) == 1 else Path("/", tuple(steps))

    def step(self) -> NamedNode | Path:
        if self.here.key == "^":
            self.take()
            return Path("^", (self.step(),))
        if self.here.key == "!":
            self.take()
            denied = self.step()
            return Path("!", denied.parts if isinstance(denied, Path) else (denied,))
        if self.here.key == "(":
            self.take()
            found = self.path()
            self.take(")")
        else:
            found = self.iri(self.take())
        while self.here.key in ("*", "+", "?"):
            found = Path(self.take().key, (found,))
        return found
