"""The smallest workspace that a build goes through, in some fifty milliseconds: it can be built hundreds of times."""

import hashlib
from pathlib import Path

from dorsale.names import prefixes
from dorsale.workspace import Workspace

SLUG = "loire"
TEXT = "Lotim a été fondée en 2004. Axione a été fondée en 1992.\n"
FIRST, ALL = TEXT.index(" Axione"), TEXT.index("\n")
HEAD = "".join(
    f"@prefix {name}: <{space}> .\n"
    for name, space in {**prefixes(), "passage": f"https://w3id.org/dorsale/id/evidence/{SLUG}/"}.items()
)
FILES = {
    "dorsale.toml": "version = 1\n",
    "ontology/dorsale.ttl": f"""{HEAD}
<https://w3id.org/dorsale/ontology> a owl:Ontology .
rdfs:label a owl:AnnotationProperty .
dor:Document a owl:Class .
dor:Evidence a owl:Class .
dor:Actor a owl:Class .
dor:partnerOf a owl:ObjectProperty, owl:SymmetricProperty .
dor:foundedOn a owl:DatatypeProperty ; rdfs:subPropertyOf dor:startedOn .
dor:startedOn a owl:DatatypeProperty .
dor:sha256Stored a owl:DatatypeProperty .
""",
    "shapes/actor.ttl": f"""{HEAD}
shape:Actor a sh:NodeShape ; sh:targetClass dor:Actor ; sh:property shape:Actor-label .
shape:Actor-label a sh:PropertyShape ; sh:path rdfs:label ; sh:minCount 1 .
""",
    "data/authority/actors.ttl": f"""{HEAD}
actor:lotim a dor:Actor ; rdfs:label "Lotim" ; dor:partnerOf actor:axione .
actor:axione a dor:Actor ; rdfs:label "Axione" .
""",
    f"data/documents/{SLUG}.txt": TEXT,
    f"data/documents/{SLUG}.ttl": f"""{HEAD}
document:{SLUG} a dor:Document ; dor:sha256Stored "{hashlib.sha256(TEXT.encode()).hexdigest()}" .
""",
}
EMPTY = (
    "ontology/codes",
    "ontology/rules",
    "ontology/frames",
    "queries",
    "data/facts",
    "data/review",
    "data/reference",
)


def facts(end: int, fact: str) -> str:
    """Return a file of facts with one passage, the beginning of the text."""
    return f"""{HEAD}
passage:0-{end} {{ {fact} }}
graph:evidence {{
    passage:0-{end} a dor:Evidence ; prov:wasQuotedFrom document:{SLUG} ;
        oa:start 0 ; oa:end {end} ; oa:exact "{TEXT[:end]}" .
}}
"""


STATED = facts(FIRST, 'actor:lotim dor:foundedOn "2004"^^xsd:gYear .')
MORE = facts(ALL, 'actor:axione dor:foundedOn "1992"^^xsd:gYear .')


def tiny_workspace(to: Path) -> Workspace:
    """Return a new workspace of one document and one fact, not yet built; ``MORE`` can be added to it."""
    for folder in EMPTY:
        (to / folder).mkdir(parents=True)
    for name, content in {**FILES, f"data/facts/{SLUG}.trig": STATED}.items():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_text(content, "utf-8")
    return Workspace.open(to)
