"""A shape that nothing meets judges nothing: a maintainer is told."""

import pytest
from conftest import ROOT, Run
from pyoxigraph import Quad, RdfFormat, Store, Triple, parse

from dorsale.build import shapes
from dorsale.graph.store import Dataset
from dorsale.graph.validate import idle
from dorsale.names import SHAPE, prefixes
from dorsale.workspace import Workspace

HEAD = "".join(f"@prefix {name}: <{space}> .\n" for name, space in prefixes().items())
FACTS = """
dor:Operator rdfs:subClassOf dor:Company . dor:Company rdfs:subClassOf dor:Actor .
actor:axione a dor:Operator ; dor:partnerOf actor:lotim .
"""


def triples(turtle: str) -> list[Triple]:
    return [quad.triple for quad in parse(input=HEAD + turtle, format=RdfFormat.TURTLE)]


@pytest.mark.parametrize(
    ("target", "met"),
    [
        ("sh:targetClass dor:Operator", True),
        ("sh:targetClass dor:Actor", True),
        ("sh:targetClass dor:Person", False),
        ("sh:targetClass dor:Person, dor:Company", True),
        ("sh:targetSubjectsOf dor:partnerOf", True),
        ("sh:targetObjectsOf dor:partnerOf", True),
        ("sh:targetSubjectsOf dor:memberOf", False),
        ("sh:targetObjectsOf dor:memberOf", False),
        ("sh:targetNode actor:nobody", True),
        ("sh:property [ sh:path dor:memberOf ; sh:minCount 1 ]", True),
    ],
)
def test_a_shape_is_idle_when_no_thing_is_what_it_is_about(target: str, met: bool) -> None:
    store = Store()
    store.extend(Quad(*triple) for triple in triples(FACTS))
    found = idle(Dataset(store), triples(f"shape:S a sh:NodeShape ; {target} ."))
    assert [shape.value for shape in found] == ([] if met else [f"{SHAPE}S"])


def test_the_status_names_the_shapes_that_nothing_meets(workspace: Workspace, dorsale: Run) -> None:
    with (workspace.shapes / "network.ttl").open("a", encoding="utf-8") as file:
        file.write("\nshape:Lonely a sh:NodeShape ; sh:targetSubjectsOf dor:unheardOf .\n")
    ran = dorsale("status", cwd=workspace.root)
    (line,) = [line for line in ran.stdout.splitlines() if "that nothing meets" in line]
    assert "shape:Lonely" in line
    assert "shape:Amendment" in line, "no document speaks of an amendment"
    assert "shape:Contract," not in line


def test_the_page_of_the_repository_is_the_one_that_the_command_prints(built: Workspace, dorsale: Run) -> None:
    printed = dorsale("status", "--shapes", cwd=built.root, language="fr_FR").stdout
    assert printed == (ROOT / "docs" / "shapes.md").read_text("utf-8")


def test_the_page_has_every_rule_with_its_weight(built: Workspace, dorsale: Run) -> None:
    lines = dorsale("status", "--shapes", cwd=built.root).stdout.splitlines()
    ruled = {triple.subject for triple in shapes(built) if triple.predicate.value.endswith("shacl#message")}
    assert sum(line.startswith("| shape:") for line in lines) == len(ruled) > 200
    (one,) = [line for line in lines if line.startswith("| shape:Delegation-end |")]
    assert one.split(" | ")[1] == "warning"
    assert "delegation" in one.split(" | ")[2]
