from pathlib import Path

import pytest
from conftest import Run
from pyoxigraph import NamedNode

from dorsale.errors import AmbiguousName, UnknownName
from dorsale.graph.find import candidate, find, the
from dorsale.graph.store import Dataset
from dorsale.names import BASE, dor
from dorsale.workspace import Workspace

THD42 = NamedNode(f"{BASE}network/thd42")
ANCT = NamedNode(f"{BASE}actor/anct")


@pytest.mark.parametrize(
    "words",
    [
        "THD42",
        "thd42",
        "réseau THD42",
        "Réseau  thd42",
        "RESEAU THD42",
        "network:thd42",
        THD42.value,
        f"<{THD42.value}>",
    ],
)
def test_a_thing_is_named_by_label_other_name_slug_prefixed_name_or_iri(dataset: Dataset, words: str) -> None:
    assert the(dataset, words) == THD42


def test_an_acronym_names_its_thing(dataset: Dataset) -> None:
    assert the(dataset, "ANCT") == the(dataset, "Agence nationale de la cohésion des territoires") == ANCT


def test_a_thing_without_a_label_is_named_by_its_slug(dataset: Dataset) -> None:
    assert the(dataset, "thd42-fibre-length") == NamedNode(f"{BASE}observation/thd42-fibre-length")


@pytest.mark.parametrize("words", ["operator", "exploitant", "dor:operator", dor("operator").value])
def test_a_property_is_named_by_its_name_its_labels_or_its_iri(dataset: Dataset, words: str) -> None:
    assert the(dataset, words, [dor("operator"), dor("owner")]) == dor("operator")


def test_a_name_of_two_things_gives_both_with_what_tells_them_apart(dataset: Dataset) -> None:
    with pytest.raises(AmbiguousName) as caught:
        the(dataset, "Mende")
    commune, council = caught.value.candidates
    assert (commune.thing.value, council.thing.value) == (
        "http://id.insee.fr/geo/commune/48095",
        f"{BASE}actor/commune-de-mende",
    )
    assert dor("Municipality") in council.classes
    assert council.where == (commune.thing,)
    assert commune.thing.value.rsplit("/", 1)[-1] in caught.value.listed
    assert "actor:commune-de-mende" in caught.value.listed


def test_what_belongs_nowhere_is_told_by_the_documents_that_speak_of_it(dataset: Dataset) -> None:
    one = candidate(dataset, NamedNode(f"{BASE}actor/axione"))
    assert one.where == (NamedNode(f"{BASE}document/politiques-numeriques-loire"),)


@pytest.mark.parametrize(("words", "nearest"), [("THD43", "THD42"), ("Axiome", "Axione"), ("operater", "operator")])
def test_an_unknown_name_is_answered_with_the_nearest(dataset: Dataset, words: str, nearest: str) -> None:
    with pytest.raises(UnknownName) as caught:
        the(dataset, words)
    assert nearest in caught.value.nearest


@pytest.mark.parametrize(
    "words", ["", "  ", "???", "actor:nobody", f"{BASE}actor/nobody", "http://bad iri/", "actor:a b"]
)
def test_what_names_nothing_is_unknown(dataset: Dataset, words: str) -> None:
    with pytest.raises(UnknownName):
        the(dataset, words)


def test_nothing_is_guessed(dataset: Dataset) -> None:
    assert find(dataset, "Axion") == find(dataset, "Lotim Télé") == []


@pytest.mark.parametrize("language", ["en_GB", "fr_FR"])
def test_the_command_line_lists_the_candidates_and_ends_with_two(
    built: Workspace, dorsale: Run, language: str, tmp_path: Path
) -> None:
    run = dorsale("explain", "Mende", "-w", built.root, cwd=tmp_path, language=language)
    assert (run.returncode, run.stdout) == (2, "")
    assert "commune:48095" in run.stderr
    assert ("municipality" if language == "en_GB" else "commune (collectivité)") in run.stderr
    unknown = dorsale("explain", "THD43", "-w", built.root, cwd=tmp_path, language=language)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "THD42" in unknown.stderr
