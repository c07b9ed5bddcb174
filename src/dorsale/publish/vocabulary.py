"""The words of the graph as files to download: ontology, codes, shapes and rules, as their authors wrote them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from dorsale.names import prefixes
from dorsale.publish.folder import File
from dorsale.publish.jsonld import compacted, context
from dorsale.terms import Terms
from dorsale.words import LANGUAGES, say
from dorsale.workspace import Workspace

RULES = "rules"


def vocabulary(workspace: Workspace, terms: Terms) -> Iterator[File]:
    """Yield the ontology, the codes and the shapes as Turtle and JSON-LD, and the rules as they are."""
    shared = context(prefixes(workspace.base), terms)
    for name, folder in (("ontology", workspace.ontology), ("codes", workspace.codes), ("shapes", workspace.shapes)):
        title = {tongue: say(f"published-{name}", tongue) for tongue in LANGUAGES}
        turtle = _together(workspace.glob(folder, "*.ttl"), workspace.root)
        yield File(f"{name}.ttl", turtle, title)
        triples = _named(quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE))
        yield File(f"{name}.jsonld", compacted(triples, shared), title)
    for path in workspace.glob(workspace.rules, "*.rq"):
        yield File(f"{RULES}/{path.name}", path.read_bytes())


def _together(paths: Iterable[Path], root: Path) -> bytes:
    """Return files of Turtle as one: each begins with prefixes of its own, and their comments stay."""
    parts = (f"# {path.relative_to(root).as_posix()}\n\n{path.read_text('utf-8').strip()}\n" for path in paths)
    return "\n".join(parts).encode()


def _named(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield triples whose blank nodes are numbered as they come: a parser gives them other names each time."""
    numbers: dict[object, BlankNode] = {}

    def numbered(term: object) -> object:
        return numbers.setdefault(term, BlankNode(f"b{len(numbers)}")) if isinstance(term, BlankNode) else term

    for triple in triples:
        assert isinstance(triple.predicate, NamedNode)
        yield Triple(numbered(triple.subject), triple.predicate, numbered(triple.object))  # type: ignore[arg-type]
