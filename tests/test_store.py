import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from dorsale.errors import DatasetLocked, NoDataset, QueryFailed, QuerySyntax
from dorsale.graph.store import Change, Dataset, Shelf
from dorsale.names import BASE

ONTOLOGY = NamedNode(f"{BASE}graph/ontology")
NODES = [NamedNode(f"https://example.org/{name}") for name in "ab"]
GRAPHS = [NamedNode(f"{BASE}graph/{name}") for name in ("one", "two")] + [ONTOLOGY]
QUADS = st.builds(
    Quad,
    st.sampled_from(NODES),
    st.sampled_from(NODES),
    st.sampled_from([*NODES, Literal("été"), Literal('a "quoted"\nline', language="fr"), Literal(12)]),
    st.sampled_from(GRAPHS),
)
SETS = st.sets(QUADS, max_size=12)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(SETS, st.lists(st.tuples(SETS, SETS), max_size=4))
def test_the_default_graph_is_the_union_of_the_others_whatever_changes(
    first: set[Quad], changes: list[tuple[set[Quad], set[Quad]]]
) -> None:
    dataset = Dataset(Store())
    held: set[Quad] = set()
    for additions, removals in [(first, set()), *changes]:
        dataset.commit(Change(dict.fromkeys(additions), dict.fromkeys(removals)))
        held = (held - removals) | additions
    assert {quad for quad in dataset.store if quad.graph_name != DefaultGraph()} == held
    assert set(dataset.facts()) == {quad.triple for quad in held if quad.graph_name != ONTOLOGY}
    assert set(dataset.quads()) == {quad for quad in held if quad.graph_name != ONTOLOGY}


def test_a_fact_in_two_passages_counts_once_and_leaves_with_its_last() -> None:
    dataset = Dataset(Store())
    fact = [Quad(NODES[0], NODES[1], Literal(1), graph) for graph in GRAPHS[:2]]
    dataset.commit(Change(dict.fromkeys(fact)))
    assert len(list(dataset.facts())) == 1
    dataset.commit(Change({}, {fact[0]: None}))
    assert len(list(dataset.facts())) == 1
    dataset.commit(Change({}, {fact[1]: None}))
    assert not list(dataset.facts())


def test_a_scratch_copy_changes_nothing(tmp_path: Path) -> None:
    dataset = Dataset.write(tmp_path / "dataset")
    dataset.commit(Change({Quad(NODES[0], NODES[0], NODES[0], GRAPHS[0]): None}))
    with dataset.scratch(tmp_path) as scratch:
        scratch.commit(Change({Quad(NODES[1], NODES[1], NODES[1], GRAPHS[0]): None}))
        assert len(list(scratch.facts())) == 2
    assert len(list(dataset.facts())) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]


def test_a_dataset_held_in_memory_is_the_one_on_disk_as_it_was(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / ".dorsale")
    with shelf.lock(), shelf.next() as folder:
        facts = {Quad(NODES[0], NODES[1], Literal(number), graph): None for number in (1, 2) for graph in GRAPHS}
        with closing(Dataset.write(folder / "dataset")) as dataset:
            dataset.commit(Change(facts))
        shelf.use(folder, {"facts": 2})
    opened = shelf.open()
    held = opened.held()
    assert held.store is not opened.store
    assert set(held.store) == set(opened.store)
    # What it was read from stays on the shelf, though nobody else reads it now.
    del opened
    with shelf.lock(), shelf.next() as folder:
        Dataset.write(folder / "dataset").close()
        shelf.use(folder, {"facts": 0})
    assert shelf.made(held) == {"facts": 2}
    held.close()


def test_a_dataset_too_large_for_the_memory_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = Dataset.write(tmp_path / "dataset")
    dataset.commit(Change({Quad(NODES[0], NODES[0], NODES[0], GRAPHS[0]): None}))
    monkeypatch.setattr("dorsale.graph.store.HELD", 1)
    assert dataset.held() is dataset
    monkeypatch.setattr("dorsale.graph.store.HELD", 2)
    assert dataset.held() is not dataset


def test_a_second_writer_is_told_who_holds_the_dataset(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / ".dorsale")
    script = (
        "import sys\nfrom pathlib import Path\nfrom dorsale.graph.store import Shelf\n"
        "with Shelf(Path(sys.argv[1])).lock():\n    print('held', flush=True)\n    sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(shelf.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DatasetLocked, match=str(holder.pid)), shelf.lock():
            pass
        holder.stdin.close()
    with shelf.lock():
        pass


def test_a_dataset_that_is_not_put_to_use_leaves_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / ".dorsale")
    with shelf.lock(), shelf.next() as folder:
        (folder / "file").touch()
    assert not list(shelf.folder.glob("build-*"))
    with pytest.raises(NoDataset):
        shelf.open()


def test_the_dataset_in_use_is_replaced_in_one_step(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / ".dorsale")
    for turn in range(2):
        with shelf.lock(), shelf.next() as folder:
            dataset = Dataset.write(folder / "dataset")
            dataset.commit(Change({Quad(NODES[0], NODES[1], Literal(turn), GRAPHS[0]): None}))
            dataset.store.flush()
            del dataset
            shelf.use(folder, {"turn": turn})
        assert shelf.made() == {"turn": turn}
        assert [triple.object for triple in shelf.open().facts()] == [Literal(turn)]
        assert len(list(shelf.folder.glob("build-*"))) == 1


def test_a_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    writer = Dataset.write(tmp_path / "dataset")
    writer.commit(Change({Quad(NODES[0], NODES[0], NODES[0], GRAPHS[0]): None}))
    reader = Dataset.open(tmp_path / "dataset")
    writer.commit(Change({Quad(NODES[1], NODES[1], NODES[1], GRAPHS[0]): None}))
    assert len(list(reader.facts())) == 1


@pytest.mark.parametrize("update", ["INSERT DATA { <a:a> <a:b> <a:c> }", "CLEAR ALL", "LOAD <https://example.org/>"])
def test_an_update_is_no_query(update: str) -> None:
    with pytest.raises(QuerySyntax):
        Dataset(Store()).query(update)


def test_a_query_that_does_not_parse_is_refused_with_its_place() -> None:
    with pytest.raises(QuerySyntax) as refused:
        Dataset(Store()).query("SELECT *\nWHERE {")
    assert refused.value.place.line == 2


def test_an_engine_that_gives_up_is_an_error_of_ours() -> None:
    with pytest.raises(QueryFailed):
        list(Dataset(Store()).rows("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"))
