"""What new facts speak of is looked up in the dataset, and no verdict changes by that."""

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, Quad, Store

from dorsale.build import Sources, known
from dorsale.documents.facts import Facts
from dorsale.documents.proof import Refusal, prove
from dorsale.errors import Place
from dorsale.graph.store import Dataset
from dorsale.held import held, passages
from dorsale.statements import Statement
from dorsale.workspace import Workspace

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(path.stem for path in ROOT.glob("data/facts/*.trig"))


def of(sources: Sources, slug: str, workspace: Workspace) -> Facts:
    return Facts.open(workspace.facts / f"{slug}.trig", Path(slug), workspace.base)


def verdicts(refusals: tuple[Refusal, ...]) -> list[tuple[str, str, str, str]]:
    return sorted((str(one.statement.quad), one.gate, one.wanted, one.found) for one in refusals)


def spoilt(facts: Facts) -> Facts:
    """Return facts with every number one higher, and every pair of facts with their objects exchanged."""
    found, before = [], None
    for statement in facts.statements:
        quad = statement.quad
        if not facts.of_passage(statement):
            found.append(statement)
        elif isinstance(quad.object, Literal):
            more = Literal(quad.object.value + "1", datatype=quad.object.datatype) if not quad.object.language else None
            found.append(replaced(statement, more or quad.object))
        else:
            found.append(replaced(statement, quad.object if before is None else before))
            before = quad.object
    return replace(facts, statements=tuple(found))


def replaced(statement: Statement, value: object) -> Statement:
    quad = statement.quad
    return Statement(Quad(quad.subject, quad.predicate, value, quad.graph_name), statement.place)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def dataset(sources: Sources) -> Dataset:
    dataset = Dataset(Store())
    dataset.commit(sources.change(dataset.base))
    return dataset


@pytest.fixture
def workspace() -> Workspace:
    return Workspace.open(ROOT)


@pytest.mark.parametrize("slug", DOCUMENTS)
def test_what_is_looked_up_proves_as_all_that_is_known(
    slug: str, sources: Sources, workspace: Workspace, dataset: Dataset
) -> None:
    facts = spoilt(of(sources, slug, workspace))
    whole = prove(facts, sources.documents, known(workspace, sources, facts), workspace.base)
    about = held(workspace, dataset, sources.terms, facts)
    part = prove(facts, about.documents, known(workspace, about, facts), workspace.base)
    assert len(whole.refusals) > 10
    assert verdicts(part.refusals) == verdicts(whole.refusals)


def test_a_fact_in_the_graph_of_a_known_passage_is_proved_with_what_that_passage_quotes(
    sources: Sources, workspace: Workspace, dataset: Dataset
) -> None:
    facts = of(sources, DOCUMENTS[0], workspace)
    statement = next(one for one in facts.statements if facts.of_passage(one))
    alone = passages(dataset, Facts.gather([Statement(statement.quad, Place(Path("new")))], workspace.base))
    assert statement.quad.graph_name in alone.passages
    assert len(alone.statements) > 1


def test_what_is_looked_up_is_less_than_what_is_known(sources: Sources, workspace: Workspace, dataset: Dataset) -> None:
    facts = of(sources, "castres-mazamet-haut-debit", workspace)
    about = held(workspace, dataset, sources.terms, facts)
    assert list(about.documents) == [
        one for one in sources.documents if one.value.endswith("castres-mazamet-haut-debit")
    ]
    assert 0 < len(about.authority) < len(sources.authority)
