"""A person who must not be named is named nowhere: not in an answer, not in a dump, a table, a page or an address."""

import gzip
import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, Run
from pyoxigraph import NamedNode
from tiny import HEAD, SLUG, tiny_workspace

from dorsale.build import build
from dorsale.documents.suppressions import Suppressions
from dorsale.errors import NameLeft, SuppressionFault
from dorsale.graph.export import export
from dorsale.graph.index import WordIndex
from dorsale.graph.store import Dataset, Shelf
from dorsale.names import BASE, fold
from dorsale.publish import published
from dorsale.publish.publication import KEYS
from dorsale.release import gone, public_now, release
from dorsale.workspace import Workspace

WHY = 'reason = "Opposition (RGPD, article 21)"\nrole = "délégué à la protection des données"\ndate = 2026-11-22\n'
TEXT = (
    "Lotim a été fondée en 2004. Sa présidente, Mme Jeanne Dupré-Lys, inaugure le réseau avec Axione.\n"
    "Jeanne Dupré-Lys est présidente de Lotim. DUPRÉ-LYS Jeanne, J. Dupré-Lys ; Mme Dupré-Lys\naussi.\n"
)
PERSON = NamedNode(f"{BASE}person/jeanne-dupre-lys")
HIDDEN = f'[[suppressed]]\nthing = "person:jeanne-dupre-lys"\n{WHY}'


def passage(start: int, end: int, facts: str) -> str:
    words = TEXT[start:end].replace("\n", "\\n")
    return (
        f"passage:{start}-{end} {{ {facts} }}\n"
        f"graph:evidence {{ passage:{start}-{end} a dor:Evidence ; prov:wasQuotedFrom document:{SLUG} ;\n"
        f'    oa:start {start} ; oa:end {end} ; oa:exact "{words}" . }}\n'
    )


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which a person is named in every way, built; tests only read it."""
    workspace = tiny_workspace(tmp_path_factory.mktemp("named") / "workspace")
    for part in ("ontology/frames", "data/reference"):  # what proof reads passages with
        shutil.copytree(ROOT / part, workspace.root / part, dirs_exist_ok=True)
    ontology = workspace.ontology / "dorsale.ttl"
    terms = (
        "dor:Person a owl:Class . dor:participant a owl:ObjectProperty . dor:functionTitle a owl:DatatypeProperty .\n"
    )
    ontology.write_text(ontology.read_text("utf-8") + terms, "utf-8")
    (workspace.authority / "persons.ttl").write_text(
        f'{HEAD}person:jeanne-dupre-lys a dor:Person ; rdfs:label "Jeanne Dupré-Lys"@fr .\n'
        'person:jeanne-dupre-lys skos:altLabel "Jeannette Lys" .\n'
        f'actor:lotim rdfs:comment "Jeannette Lys la préside." .\n'
        'event:inauguration rdfs:label "Inauguration par Jeanne Dupré-Lys" ; a dor:Actor .\n'
        'membership:x17 a dor:Actor ; rdfs:label "Présidence" .\n',
        "utf-8",
    )
    (workspace.documents / f"{SLUG}.txt").write_text(TEXT, "utf-8")
    (workspace.documents / f"{SLUG}.ttl").write_text(
        f'{HEAD}document:{SLUG} a dor:Document ; dcterms:title "Entretien avec Jeanne Dupré-Lys"@fr ;\n'
        "    dcterms:license <https://spdx.org/licenses/etalab-2.0> ;\n"
        f'    dor:sha256Stored "{hashlib.sha256(TEXT.encode()).hexdigest()}" .\n',
        "utf-8",
    )
    first, second = TEXT.index(" Sa"), TEXT.index("\n")
    third = TEXT.index(" DUPRÉ")
    (workspace.facts / f"{SLUG}.trig").write_text(
        HEAD
        + passage(0, first, 'actor:lotim dor:foundedOn "2004"^^xsd:gYear .')
        + passage(first + 1, second, "event:inauguration dor:participant person:jeanne-dupre-lys, actor:axione .")
        + passage(
            second + 1,
            third,
            "membership:x17 org:member person:jeanne-dupre-lys ; org:organization actor:lotim ;\n"
            '    dor:functionTitle "présidente" .',
        ),
        "utf-8",
    )
    keys = {key: example for key, (_, needed, example) in KEYS.items() if needed}
    settings = "".join(f"{key} = {example}\n" for key, example in keys.items())
    workspace.mark.write_text(f"version = 1\n[publication]\n{settings}", "utf-8")
    return rebuilt(workspace)


def rebuilt(workspace: Workspace) -> Workspace:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")  # no Java: it is slow
        build(workspace := Workspace.open(workspace.root))
    return workspace


@pytest.fixture(scope="module")
def hidden(named: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same in which she is hidden, after a release that named her."""
    root = tmp_path_factory.mktemp("hidden") / "workspace"
    shutil.copytree(named.root, root)
    workspace = Workspace.open(root)
    workspace.published.write_text("".join(f"{iri}\n" for iri in sorted(public_now(opened(workspace)))), "utf-8")
    workspace.suppressions.write_text(HIDDEN, "utf-8")
    return rebuilt(workspace)


def opened(workspace: Workspace) -> Dataset:
    return Shelf(workspace.dataset, workspace.base).open()


def telling(text: str) -> list[str]:
    """The words of a text that tell the name, in whatever form."""
    words = f" {fold(text)} "
    return [name for name in ("dupre lys", "jeannette lys", "jeanne") if f" {name} " in words]


def files(workspace: Workspace) -> dict[str, bytes]:
    return {file.path: file.content for file in published(workspace, opened(workspace))}


def test_who_is_not_hidden_is_named(named: Workspace) -> None:
    assert telling(export(opened(named), "nquads").decode())
    pages = files(named)
    assert "id/person/jeanne-dupre-lys.html" in pages
    assert sum(bool(telling(content.decode("utf-8", "replace"))) for content in pages.values()) > 20


def test_who_is_hidden_is_named_by_no_file_of_the_publication_and_no_answer(hidden: Workspace) -> None:
    for path, content in files(hidden).items():
        text = gzip.decompress(content) if path.endswith(".gz") else content
        assert not telling(path)
        assert not telling(text.decode("utf-8")), path
    dataset = opened(hidden)
    assert not telling(export(dataset, "nquads").decode())
    names = dataset.store.quads_for_pattern(None, None, None, NamedNode(f"{BASE}graph/names"))
    assert not any(telling(str(quad)) for quad in names)
    index = WordIndex.beside(dataset, str(Shelf(hidden.dataset, hidden.base).made()["fingerprint"]))
    assert index is not None
    assert not [
        one for word in ("Dupré", "Jeanne", "Jeannette") for one in index.search(word) if telling(one.text.value)
    ]


def test_what_is_said_of_others_stays_and_quotations_keep_their_length(hidden: Workspace) -> None:
    facts = {str(fact) for fact in opened(hidden).facts()}
    text = "\n".join(facts)
    assert "actor/axione" in next(fact for fact in facts if "inauguration" in fact and "participant" in fact)
    assert "foundedOn" in text
    assert "Sa présidente, Mme ██████ █████████, inaugure le réseau avec Axione." in text
    assert "membership/x17" not in text, "an office goes with who holds it"
    assert "DUPR" not in text


def test_a_name_alone_is_masked_and_one_that_is_another_stays() -> None:
    said = Suppressions(names=frozenset({"Jeanne Dupré"}))
    assert (
        said.masked("Mme Dupré, Jeanne Dupré-Lys, DUPRE Jeanne et J. Dupré")
        == "███ █████, ████████████-Lys, ".replace("████████████-Lys", "██████ █████-Lys") + "█████ ██████ et ██ █████"
    )
    for other in ("Jeanne Durand", "la rue Dupré", "Marie-Jeanne Duprés"):
        assert said.masked(other) == other
    assert len(said.masked("le cœur de Jeanne  Dupré")) == len("le cœur de Jeanne  Dupré")


def test_the_list_is_one_of_the_files_that_a_dataset_is_made_from(named: Workspace, hidden: Workspace) -> None:
    assert hidden.suppressions in set(hidden.files())
    assert hidden.fingerprint() != named.fingerprint()


def test_a_name_that_stands_in_a_setting_stops_the_publication(hidden: Workspace) -> None:
    said = {**hidden.publication, "description": {"fr": "Ce que dit Jeanne Dupré-Lys."}}
    with pytest.raises(NameLeft, match="suppressions"):
        list(published(replace(hidden, publication=said), opened(hidden)))


def test_an_address_that_was_published_asks_for_no_declaration_and_is_forgotten(hidden: Workspace) -> None:
    assert telling(hidden.published.read_text("utf-8"))
    lost = gone(hidden, opened(hidden))
    assert not [iri for iri in lost if telling(iri)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")
        release(hidden, opened(hidden), "1.1.0", None)
    assert not telling(hidden.published.read_text("utf-8"))
    assert not telling(hidden.changelog.read_text("utf-8"))


@pytest.mark.parametrize(
    "said",
    [
        "[[suppressed", "suppressed = 1", '[[suppressed]]\nthing = "person:x"\n', f"[[suppressed]]\n{WHY}",
        f"[[suppressed]]\nnames = []\n{WHY}", f'[[suppressed]]\nnames = ["–"]\n{WHY}',
        f"[[suppressed]]\nname = 1\n{WHY}", f'[[suppressed]]\nnames = ["Loire"]\n{WHY}',
    ],
)  # fmt: skip
def test_a_suppression_that_does_not_say_whom_or_why_or_cannot_be_is_refused(tmp_path: Path, said: str) -> None:
    workspace = tiny_workspace(tmp_path / "workspace")
    workspace.suppressions.write_text(said, "utf-8")
    with pytest.raises(SuppressionFault):
        Suppressions.read(workspace)


def test_the_real_data_forget_a_person(workspace: Workspace, dorsale: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    workspace.suppressions.write_text(f'[[suppressed]]\nthing = "person:pascal-bugis"\n{WHY}', "utf-8")
    assert "bugis" in fold(export(opened(workspace), "nquads").decode())
    build(workspace)
    assert "bugis" not in fold(export(opened(workspace), "nquads").decode())
    found = dorsale("find", "Bugis", cwd=workspace.root)
    assert "bugis" not in fold(found.stdout)
