"""
The dialogue with a curator: each passage with its proposals, and what is to become of them.

It asks and listens; what an answer means for the workspace is for :mod:`dorsale.add`.
"""

import difflib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
from pyoxigraph import Literal, NamedNode, Quad, Triple

from dorsale.add import Addition, Reviewed
from dorsale.documents.facts import METHOD, Facts, Passage, evidence_graph, require_verbatim, written
from dorsale.documents.proof import NAMING, prove
from dorsale.errors import DorsaleError
from dorsale.extract import INSEE
from dorsale.names import CODE, dor, fold
from dorsale.statements import Statement
from dorsale.words import say

CURATED = NamedNode(f"{CODE}method/curated")
ACCEPT, ALL, EDIT, REFUSE, SKIP, STOP = "a", "t", "e", "r", "p", "q"
ADMINISTERS = dor("administers")
# How near a known name has to be to be offered, and how many are.
NEAR, OFFERED = 0.6, 5


@dataclass
class Review:
    """What has been decided so far."""

    addition: Addition
    show: Callable[[Passage], None]
    kept: list[Statement] = field(default_factory=list)
    refused: dict[str, list[tuple[Passage, Triple]]] = field(default_factory=dict)

    def ask(self) -> Reviewed | None:
        """Return what the curator decides of each passage and of each new name; ``None`` when nothing is to be kept."""
        stated = self.addition.proposals.stated
        everything = False
        for number, passage in enumerate(stated, 1):
            own = self._statements(passage)
            if everything:
                self.kept += own
                continue
            self.show(passage)
            where = say("review-passage", number=number, count=len(stated))
            answer = self._choice(f"{where} {say('review-choices')}", ACCEPT, ALL, EDIT, REFUSE, SKIP, STOP)
            if answer == STOP:
                return None
            everything = answer == ALL
            if answer in (ACCEPT, ALL):
                self.kept += own
            elif answer == EDIT:
                self.kept += self._edited(passage, own)
            elif answer == REFUSE:
                reason = click.prompt(say("review-reason"), default=say("review-reason-default"), err=True)
                self.refused.setdefault(reason, []).extend((passage, statement.quad.triple) for statement in own)
        facts = self._facts()
        if not any(map(facts.of_passage, facts.statements)):
            return None
        return Reviewed(facts, self.refused, self._merged(facts))

    def _statements(self, passage: Passage) -> list[Statement]:
        """Return the facts of a passage."""
        return [s for s in self.addition.proposals.facts.statements if s.quad.graph_name == passage.iri]

    def _facts(self) -> Facts:
        """Return what is kept, with its passages and what identifies the things that it names."""
        proposed = self.addition.proposals.facts
        kept = {statement.quad: statement for statement in self.kept}
        left_out = {s for s in proposed.statements if proposed.of_passage(s) and s.quad not in kept}
        there = {statement.quad for statement in proposed.statements}
        new = (statement for quad, statement in kept.items() if quad not in there)
        # What was refused may be what said what a thing is: then what is said of the thing goes, too.
        return self.addition.desk.without(Facts((*proposed.statements, *new), proposed.passages), left_out)

    def _choice(self, question: str, *answers: str) -> str:
        return str(click.prompt(question, type=click.Choice(answers), show_choices=False, err=True))

    def _edited(self, passage: Passage, own: list[Statement]) -> list[Statement]:
        """Return the facts of a passage as the curator writes them in ``$EDITOR``; proof looks at them once more."""
        base, document = self.addition.workspace.base, self.addition.opened.document
        text = written(Facts(tuple(own), {passage.iri: passage}), base)
        while True:
            edited = click.edit(text, extension=".trig")
            if edited is None or edited == text:
                return own
            text = edited
            try:
                facts = _parsed(text, base)
                require_verbatim(facts.passages.values(), {document.iri(base): document})
                whole = self.addition.proposals.facts
                others = (s for s in whole.statements if s.quad.graph_name != passage.iri)
                around = Facts((*others, *facts.statements), whole.passages)
                known = self.addition.desk.sources.known(around)
                refusals = prove(Facts(around.statements, whole.passages), {}, known, base).refusals
                wrong = [
                    say("gate-refuses", gate=one.gate, wanted=one.wanted, found=one.found)
                    for one in refusals
                    if one.passage.iri == passage.iri
                ]
            except DorsaleError as error:
                wrong = [error.sentence()]
            if not wrong:
                break
            click.echo("\n".join(wrong), err=True)
            if not click.confirm(say("review-again"), default=True, err=True):
                return own
        stated = [statement for statement in facts.statements if statement.quad.graph_name == passage.iri]
        place = stated[0].place if stated else passage.place
        said = Quad(passage.iri, METHOD, CURATED, evidence_graph(base))
        return [*stated, Statement(said, place)] if stated else []

    def _merged(self, facts: Facts) -> Mapping[NamedNode, NamedNode]:
        """Return the known things that new names mean, as the curator says; nearest names are offered."""
        merged: dict[NamedNode, NamedNode] = {}
        named = {end for statement in facts.statements for end in (statement.quad.subject, statement.quad.object)}
        # A council that the reference knows is nobody else.
        sure = {triple.subject for triple in facts.described if triple.predicate == ADMINISTERS}
        for thing, (label, _) in self.addition.proposals.names.items():
            if thing not in named or thing in sure or thing.value.startswith(INSEE):
                continue
            near = self._near(thing, label)
            if not near:
                continue
            click.echo(say("review-name", name=label), err=True)
            for number, (_, name) in enumerate(near, 1):
                click.echo(f"  {number}. {name}", err=True)
            numbers = click.IntRange(0, len(near))
            if answer := click.prompt(say("review-which"), type=numbers, default=0, err=True):
                merged[thing] = near[answer - 1][0]
        return merged

    def _near(self, thing: NamedNode, label: str) -> list[tuple[NamedNode, str]]:
        """Return known things of the same kind whose names come near, the nearest first."""
        sources = self.addition.desk.sources
        kind = thing.value.rsplit("/", 1)[0]
        names: dict[str, tuple[NamedNode, str]] = {}
        for triple in (*(statement.quad.triple for statement in sources.authority), *sources.named()):
            subject, name = triple.subject, triple.object
            if not isinstance(subject, NamedNode) or not isinstance(name, Literal) or triple.predicate not in NAMING:
                continue
            if subject.value.rsplit("/", 1)[0] == kind and subject != thing:
                names.setdefault(fold(name.value), (subject, name.value))
        close = difflib.get_close_matches(fold(label), names, n=OFFERED, cutoff=NEAR)
        return list({names[one][0]: names[one] for one in close}.values())


def _parsed(text: str, base: str) -> Facts:
    """Return what an edited text says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "passage.trig"
        path.write_text(text, "utf-8")
        return Facts.open(path, Path(path.name), base)
