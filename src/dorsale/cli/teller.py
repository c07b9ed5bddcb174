"""Things, facts and their passages told in the user's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from dorsale.cli.output import columns, printed, short, table
from dorsale.words import language, say

if TYPE_CHECKING:
    from dorsale.graph.store import Dataset


class Shown(NamedTuple):
    """What an explanation has shown: passages by their numbers, what each carries, and facts with their premises."""

    numbers: dict[Any, int]
    terms: dict[Any, list[Any]]
    facts: set[Any]


class Teller:
    """Tells explanations in the user's language; what carries a fact is bold where a terminal shows it."""

    def __init__(self, dataset: Dataset) -> None:
        from dorsale.carried import Carried
        from dorsale.graph.explain import Written
        from dorsale.graph.labels import Labels

        self.dataset = dataset
        self.labels = Labels(dataset, language())
        self.carried = Carried(dataset)
        self.written = Written(self.labels, self.carried)

    def term(self, term: Any, among: Any = None, but: tuple[Any, ...] = ()) -> str:
        """Return a thing, a code or a value in words."""
        from dorsale.graph.explain import detail, told

        found = detail(self.dataset, term, among)
        return told(self.labels, found, but) if found else self.labels.said(term)

    def fact(self, fact: Any) -> str:
        """Return a fact in words."""
        words = {"subject": fact.subject, "property": fact.predicate, "value": fact.object}
        return say("fact", **{name: self.term(term) for name, term in words.items()})

    def quotation(self, passage: Any, terms: Iterable[Any] = ()) -> Any:
        """Return the words of a passage with their document and offsets; those that carry a term stand out."""
        from rich.text import Text

        # A line break of the document is a space here, and none is doubled.
        quoted = Text("« ").append(re.sub(r"\s", " ", passage.exact).strip())
        before = 2 - (len(passage.exact) - len(passage.exact.lstrip()))
        for start, end in {span for term in terms for span in self.carried(passage, term)}:
            quoted.stylize("bold", before + start, before + end)
        doubled = [found.span() for found in re.finditer(r"(?<= ) +", quoted.plain)]
        pieces = quoted.divide([at for span in doubled for at in span])
        return Text("").join(pieces[::2]).append(f" » ({passage.title}, {passage.start}-{passage.end})")

    def profile(self, known: Any) -> bytes:
        """Return what is known of a thing, a table for each group, with the quoted words under them."""
        from rich.text import Text

        notes: dict[Any, list[Any]] = {}
        head = f"{self.term(known.thing)} ({short(known.thing, self.dataset.base)})"
        shown: list[Any] = [head]
        for group, lines in known.groups:
            made = columns(3)
            for line in lines:
                name = self.labels.inverse(line.predicate) if line.inverse else self.labels.label(line.predicate)
                name = "" if group == "figures" else name
                made.add_row(
                    f"  {name}".rstrip() or " ", self.term(line.value, but=(known.thing,)), self.sources(line, notes)
                )
            shown += ["", Text(say(f"group-{group}"), "bold"), made]
        numbered = [Text(f"[{at}] ").append_text(self.quotation(*note)) for at, note in enumerate(notes.items(), 1)]
        return printed(*shown, *([""] if numbered else []), *numbered)

    def sources(self, line: Any, notes: dict[Any, list[Any]]) -> str:
        """Return who says a line: the numbers of its passages, the kind of file, or the rule."""
        said = []
        for source in line.sources:
            if source.passage:
                notes.setdefault(source.passage, []).append(line.value)
                said.append(f"[{list(notes).index(source.passage) + 1}]")
            elif source.kind != "derived":
                said.append(say(f"source-{source.kind}"))
        if line.rule:
            said.append(say("source-rule", title=line.rule.title[language()]))
        return " ".join(said) or say("source-derived")

    def proofs(self, proofs: Iterable[Any]) -> bytes:
        """Return why facts hold, a tree for each; what was shown once is shown by its number."""
        found, shown = list(proofs), Shown({}, {}, set())
        for leaf in (leaf for proof in found for leaf in proof.leaves()):
            for passage in (source.passage for source in leaf.sources if source.passage):
                for one in (passage, *passage.read_with):
                    shown.terms.setdefault(one.iri, []).append(leaf.fact.object)
        return printed(*(self.proof(proof, shown) for proof in found))

    def proof(self, proof: Any, shown: Shown) -> Any:
        """Return why a fact holds as a tree whose leaves are the quoted words."""
        from rich.text import Text
        from rich.tree import Tree

        tree = Tree(Text(self.fact(proof.fact)))
        if proof.rule is not None:
            if proof.fact in shown.facts:
                tree.add(Text(say("above")))
                return tree
            shown.facts.add(proof.fact)
            rule = tree.add(Text(say("by-rule", title=proof.rule.title[language()], name=proof.rule.name)))
            rule.children.extend(self.proof(premise, shown) for premise in proof.premises)
            return tree
        for source in proof.sources:
            if source.passage is None:
                tree.add(Text(say(f"source-{source.kind}")))
                continue
            again = source.passage.iri in shown.numbers
            leaf = tree.add(self.numbered(source.passage, shown))
            for other in () if again else source.passage.read_with:
                leaf.add(Text(say("read-with") + " ").append_text(self.numbered(other, shown)))
        return tree

    def numbered(self, passage: Any, shown: Shown) -> Any:
        """Return a passage with its number, and its words where they are shown for the first time."""
        from rich.text import Text

        if passage.iri in shown.numbers:
            return Text(f"[{shown.numbers[passage.iri]}]")
        number = shown.numbers.setdefault(passage.iri, len(shown.numbers) + 1)
        return Text(f"[{number}] ").append_text(self.quotation(passage, shown.terms[passage.iri]))

    def unsaid(self, asked: Any) -> bytes:
        """Return that no document says a fact, and what they say instead."""
        words = {"subject": asked.subject, "property": asked.predicate}
        told = {name: self.term(term) for name, term in words.items()}
        lines = [
            say("nobody-says", **told) if asked.words is None else say("nobody-says-that", object=asked.words, **told)
        ]
        if asked.others:
            lines.append(say("said-instead", values=", ".join(self.term(value) for value in asked.others)))
        return printed(*lines)

    def conflict(self, number: int, found: Any) -> list[Any]:
        """Return two readings side by side, each with its passages."""
        from rich.text import Text

        tongue = language()
        title, what = found.pattern.title[tongue], self.term(found.what)
        made = table()
        cells = []
        for reading in found.readings:
            made.add_column(Text(self.reading(found, reading)), overflow="fold", ratio=1, max_width=60)
            quoted = [self.quotation(passage, reading.values) for passage in reading.passages]
            cells.append(Text("\n").join(quoted))
        made.add_row(*cells)
        lines = [Text(say("conflict", number=number, thing=self.term(found.thing), what=what, title=title), "bold")]
        decided = [Text(self.preference(found))] if found.preference else []
        return [*lines, made, Text(found.pattern.reason[tongue]), *decided, ""]

    def reading(self, found: Any, reading: Any) -> str:
        """Return the values of one side of a conflict, as its passages tell them; what is ours is said to be so."""
        from dorsale.graph.explain import detail

        among = [passage.iri for passage in reading.passages]
        values = [self.term(value, among, (found.thing,)) for value in reading.values]
        figures = [detail(self.dataset, value) for value in reading.values]
        others = [detail(self.dataset, value) for side in found.readings if side != reading for value in side.values]
        if all(others) and not any(figures):
            return say("counted", value=values[0])
        if any(figure and figure.computed for figure in figures):
            return say("computed", value=values[0])
        return values[0] if len(values) == 1 else say("together", all=" + ".join(values))

    def preference(self, found: Any) -> str:
        """Return which reading a curator prefers, and why."""
        decided = found.preference
        said = {"reason": decided.reason, "role": decided.role, "date": decided.date}
        return say("preferred", reading=self.reading(found, found.preferred), **said)
