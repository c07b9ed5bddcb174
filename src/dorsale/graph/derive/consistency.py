"""
What follows from the ontology and the facts: are they consistent, and which classes does each thing have?

HermiT answers, through owlready2. It refuses what OWL 2 does not know (dates, durations, coordinates) and is slow
on what means nothing to it (labels, definitions, quotations), so it is handed the axioms and the facts about
things and numbers, and no more: a contradiction between two dates is a matter for shapes.
"""

import io
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from dorsale.errors import JavaMissing
from dorsale.names import DOR, PUBLIC, public

TYPE = public("rdf:type")
CLASS = public("owl:Class")
OBJECT_PROPERTY = public("owl:ObjectProperty")
DATATYPE_PROPERTY = public("owl:DatatypeProperty")
INDIVIDUAL = public("owl:NamedIndividual")
ONTOLOGY = public("owl:Ontology")
DECLARATIONS = {CLASS, OBJECT_PROPERTY, DATATYPE_PROPERTY, public("owl:AnnotationProperty")}
# Statements about a file, not about what its terms mean.
HEADER = {
    public(f"owl:{name}")
    for name in (
        "versionIRI", "versionInfo", "imports", "priorVersion", "backwardCompatibleWith", "incompatibleWith",
        "deprecated",
    )
}  # fmt: skip
STRUCTURE = {
    public(name)
    for name in ("rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "rdf:first", "rdf:rest")
}
# What the datatype map of OWL 2 and HermiT share, of what our properties take.
JUDGED = {
    public(name)
    for name in ("xsd:string", "rdf:langString", "xsd:boolean", "xsd:decimal", "xsd:integer", "xsd:token", "xsd:anyURI")
}
JAVA_OPTIONS = "JAVA_TOOL_OPTIONS"
QUICK = ("-XX:+IgnoreUnrecognizedVMOptions", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


@dataclass(frozen=True, slots=True)
class Classification:
    """
    What the reasoner found.

    ``unsatisfiable`` holds the classes that can have no member, and ``types`` every named class of each thing,
    stated or inferred. Of an inconsistent graph everything follows, so there both are empty.
    """

    consistent: bool
    unsatisfiable: tuple[NamedNode, ...]
    types: Mapping[NamedNode, frozenset[NamedNode]]


def classify(triples: Iterable[Triple]) -> Classification:
    """
    Return what the reasoner makes of ``triples``: the axioms of the ontology and the facts, together.

    Only declared terms are judged: a fact whose property or class no axiom declares is left out, since OWL
    would ignore it without a word. Raises :class:`JavaMissing` where there is no Java to run HermiT.
    """
    import owlready2  # it brings a reasoner of 25 MB; only those who ask for consistency pay for it

    if shutil.which(owlready2.JAVA_EXE) is None:
        raise JavaMissing(command=owlready2.JAVA_EXE)
    handed = list(judged(triples))
    declared = frozenset(t.subject for t in handed if t.object == CLASS and isinstance(t.subject, NamedNode))

    world = owlready2.World()
    try:
        _load(world, handed)
        known = {NamedNode(cls.iri) for cls in world.classes()}
        # owlready2 reads a syntax that it does not know (N-Quads) as an empty file, and says nothing.
        assert known >= declared, f"owlready2 lost {len(declared - known)} classes of {len(declared)}"
        try:
            _reason(world)
        except owlready2.OwlReadyInconsistentOntologyError:
            return Classification(consistent=False, unsatisfiable=(), types={})
        unsatisfiable = {NamedNode(cls.iri) for cls in world.inconsistent_classes()} & declared
        return Classification(
            consistent=True,
            unsatisfiable=tuple(sorted(unsatisfiable, key=lambda cls: cls.value)),
            types={
                NamedNode(thing.iri): frozenset(
                    NamedNode(cls.iri) for cls in thing.INDIRECT_is_a if isinstance(cls, owlready2.ThingClass)
                )
                & declared
                for thing in world.individuals()
            },
        )
    finally:
        world.close()


def declares(triple: Triple) -> bool:
    """Say whether a triple only tells that a name is one of a class or of a property."""
    return triple.predicate == TYPE and triple.object in DECLARATIONS and isinstance(triple.subject, NamedNode)


def judged(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the axioms and facts that a reasoner can judge, and declare every thing that the facts name."""
    triples = list(triples)
    kinds: dict[NamedNode | BlankNode | Triple, set[object]] = {}
    for triple in triples:
        if triple.predicate == TYPE:
            kinds.setdefault(triple.subject, set()).add(triple.object)
    classes, links, values = (
        {term for term, of in kinds.items() if kind in of and isinstance(term, NamedNode)}
        for kind in (CLASS, OBJECT_PROPERTY, DATATYPE_PROPERTY)
    )
    terms = classes | links | values

    things: set[NamedNode] = set()
    for triple in triples:
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if predicate == TYPE:
            if value in classes and isinstance(subject, NamedNode):
                things.add(subject)
            elif not (isinstance(value, NamedNode) and value.value.startswith(PUBLIC["owl"])) or value == ONTOLOGY:
                continue
        elif predicate in links:
            # A thing with the name of a class (the kind of a group's members) is one that owlready2 trips over.
            if not (isinstance(subject, NamedNode) and isinstance(value, NamedNode)) or {subject, value} & terms:
                continue
            things |= {subject, value}
        elif predicate in values:
            if not (isinstance(subject, NamedNode) and isinstance(value, Literal) and value.datatype in JUDGED):
                continue
            things.add(subject)
        elif predicate in HEADER or not (predicate in STRUCTURE or predicate.value.startswith(PUBLIC["owl"])):
            continue
        yield triple
    for thing in things:
        yield Triple(thing, TYPE, INDIVIDUAL)


def _load(world: Any, triples: Iterable[Triple]) -> None:
    """Hand the triples to owlready2 in the one syntax of ours that it reads whole."""
    file = io.BytesIO()
    serialize(triples, file, RdfFormat.N_TRIPLES)
    file.seek(0)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        world.get_ontology(DOR).load(fileobj=file)


def _reason(world: Any) -> None:
    """Run HermiT and write what it found into ``world``; it reports its progress to nobody."""
    import owlready2

    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), _quick_java(), _own_temporary_files():
        owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)


@contextmanager
def _own_temporary_files() -> Iterator[None]:
    """Have what is written to a temporary file gone afterwards: owlready2 leaves it where it finds a contradiction."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory() as tempfile.tempdir:
        try:
            yield
        finally:
            tempfile.tempdir = before


@contextmanager
def _quick_java() -> Iterator[None]:
    """
    Let Java start for a second's work, not for a day's: with its first compiler alone it takes two thirds of the time.

    owlready2 has no option for it; Java reads the environment.
    """
    before = os.environ.get(JAVA_OPTIONS)
    os.environ[JAVA_OPTIONS] = " ".join([*([before] if before else []), *QUICK])
    try:
        yield
    finally:
        del os.environ[JAVA_OPTIONS]
        if before is not None:
            os.environ[JAVA_OPTIONS] = before
