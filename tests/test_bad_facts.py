"""
Bad input of ``dorsale validate`` and of the shapes: what is wrong, where, what to do; and all stays as it was.

Issue 6. What is refused is told by a report on standard output and the exit code 1; what cannot be read, on standard
error and by 2.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Commands
from conftest import Run

from dorsale import terms
from dorsale.names import BASE, DOR, prefixes
from dorsale.statements import read
from dorsale.terms import Terms
from dorsale.workspace import Workspace

HEAD = "".join(f"@prefix {name}: <{space}> .\n" for name, space in prefixes().items())
LINE = HEAD.count("\n") + 1
FACT = f"<{BASE}network/thd42> <{DOR}owner> <{BASE}actor/axione> ."
XML = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dor="{DOR}">
<rdf:Description rdf:about="{BASE}network/thd42"><dor:owner rdf:resource="{BASE}actor/axione"/></rdf:Description>
</rdf:RDF>
"""
JSON = f"""[
{{"@id": "{BASE}network/thd42", "{DOR}owner": {{"@id": "{BASE}actor/axione"}}}}
]
"""
FORMS = {"ttl": FACT, "trig": f"{{ {FACT} }}", "nt": FACT, "nq": FACT, "rdf": XML, "jsonld": JSON}
PROSE = "Le Département confie le réseau à Axione.\n"


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    running = Commands()
    yield running
    running.close()


def state(workspace: Workspace) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in workspace.root.rglob("*") if path.is_file() and path.name != "LOCK"):
        digest.update(f"{path}\n".encode() + path.read_bytes())
    return digest.hexdigest()


@pytest.mark.parametrize("ending", FORMS)
def test_the_same_fact_is_accepted_in_every_format(
    built: Workspace, commands: Commands, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"facts.{ending}"
    file.write_bytes(b"\xef\xbb\xbf" + FORMS[ending].encode())  # and with the mark that Windows puts before
    ran = commands.run("validate", file, cwd=built.root)
    assert (ran.status, ran.stderr) == (0, "")
    assert "1 statement(s) not proved: no passage" in ran.stdout


UNREADABLE = {
    **{f"prose.{ending}": (PROSE.encode(), 1, "") for ending in FORMS},
    **{f"cut.{ending}": (said.encode()[: said.index("axione")], None, "") for ending, said in FORMS.items()},
    **{
        f"space.{ending}": (said.replace("axione", "axi one").encode(), 2 if ending in ("rdf", "jsonld") else 1, "")
        for ending, said in FORMS.items()
    },
    **{f"bytes.{ending}": (bytes(range(256)) * 50, None, "") for ending in FORMS},
    "latin.ttl": (f'{HEAD}network:thd42 rdfs:label "Réseau"@fr .'.encode("latin-1"), LINE, "UTF-8"),
    "utf16.ttl": (f"{HEAD}{FACT}".encode("utf-16"), 1, "UTF-8"),
    "prefix.ttl": (f"{HEAD}\nnetwork:thd42 dro:owner actor:axione .".encode(), LINE + 1, "dro:"),
    "alone.ttl": (f"{HEAD}<thd42> dor:owner actor:axione .".encode(), LINE, ""),
    "triple.ttl": (f"{HEAD}network:thd42 dor:owner <<( {FACT[:-2]} )>> .".encode(), LINE, "RDF 1.2"),
    "context.jsonld": (b'{"@context": "https://schema.org/", "@id": "https://e.org/a"}', 1, "@context"),
    "table.csv": (b"a;b\n", None, ".trig"),
    "facts": (FACT.encode(), None, ".trig"),
    "facts.ttl.gz": (b"\x1f\x8b\x08\x00", None, ".trig"),
    "empty.ttl": (b"", None, ""),
    "comment.ttl": (b"# nothing yet\n", None, ""),
    "empty.jsonld": (b"", None, ""),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_told_with_its_place_and_nothing_changes(
    built: Workspace, commands: Commands, tmp_path: Path, name: str
) -> None:
    content, line, words = UNREADABLE[name]
    file = tmp_path / name
    file.write_bytes(content)
    before = state(built)
    ran = commands.run("validate", file, cwd=built.root)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"dorsale: {file}" + (f":{line}" if line else ""))
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr
    assert state(built) == before


def test_what_is_no_file_is_told(built: Workspace, commands: Commands, tmp_path: Path) -> None:
    (folder := tmp_path / "folder.ttl").mkdir()
    for path in (folder, tmp_path, tmp_path / "nowhere.ttl"):
        ran = commands.run("validate", path, cwd=built.root)
        assert (ran.status, ran.stdout) == (2, "")
        assert str(path) in ran.stderr
        assert "Traceback" not in ran.stderr


REFUSED = {
    "a text for a thing": ('network:thd42 dor:owner "Axione" .', "« Axione »"),
    "a thing for a number": ("observation:thd42-fibre-length dor:value actor:axione .", "Axione"),
    "a class for a thing": ("network:thd42 dor:owner dor:Company .", "actor"),
    "a class as a thing": ('dor:Company a dor:Actor ; rdfs:label "la société"@fr .', "kinds that exclude"),
    "a thing for a class": ("network:thd42 a actor:axione .", "a class, not a thing"),
    "a property for a class": ("network:thd42 a dor:owner .", "dor:owner"),
    "a class for a property": ("network:thd42 dor:Network actor:axione .", "dor:Network"),
    "two kinds that exclude each other": ("network:thd42 a dor:Person .", "kinds that exclude"),
    "a term that nobody declares": ("network:thd42 dor:ownr actor:axione .", "dor:owner"),
    "a day that no calendar has": ('network:thd42 dor:startedOn "2021-02-30"^^xsd:date .', "2021-02-30"),
    "a date as it is spoken": ('network:thd42 dor:startedOn "31/12/2021"^^xsd:date .', "31/12/2021"),
    "a date as a text": ('network:thd42 dor:startedOn "2021" .', "2021"),
    "a number in words": ('observation:thd42-fibre-length dor:value "beaucoup"^^xsd:decimal .', "beaucoup"),
    "something without a name": ('network:thd42 dor:owner [ rdfs:comment "Axione" ] .', "actor"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_contradicts_the_ontology_is_refused_at_its_line(
    built: Workspace, commands: Commands, tmp_path: Path, fault: str
) -> None:
    fact, words = REFUSED[fault]
    file = tmp_path / "facts.ttl"
    file.write_text(f"{HEAD}\n{fact}\n", "utf-8")
    before = state(built)
    ran = commands.run("validate", file, cwd=built.root)
    assert (ran.status, ran.stderr) == (1, "")
    assert f"{file}:{LINE + 1}" in ran.stdout
    assert words in ran.stdout
    assert ran.stdout.splitlines()[-1] == "refused"
    assert state(built) == before


# --- shapes ---------------------------------------------------------------------------------------------------

QUERY = "shape:X a sh:NodeShape ; sh:targetClass dor:Network ; sh:sparql [ sh:prefixes shape:prefixes ; sh:select"
SHAPES = {
    "does not parse": ("shape:X a sh:NodeShape ; sh:property [ .", ""),
    "asks itself": (
        "shape:X sh:targetClass dor:Network ; sh:node shape:Y . shape:Y a sh:NodeShape ; sh:node shape:X .",
        "shape:X → shape:Y → shape:X",
    ),
    "has a query that does not parse": (f'{QUERY} """SELECT $this WHERE {{ $this dor:owner }}""" ] .', "shape:X"),
    "has a query that nobody can answer": (
        f'{QUERY} """SELECT $this WHERE {{ $this dor:owner ?o FILTER(<https://e.org/f>(?o)) }}""" ] .',
        "https://e.org/f",
    ),
    "has a pattern that does not read": (
        'shape:X a sh:PropertyShape ; sh:targetClass dor:Network ; sh:path rdfs:label ; sh:pattern "^(a" .',
        "^(a",
    ),
    "has a path that is none": (
        "shape:X a sh:PropertyShape ; sh:targetClass dor:Network ; sh:path [ sh:inversePat dor:owner ] .",
        "sh:inversePath",
    ),
}


@pytest.mark.parametrize("fault", SHAPES)
def test_a_shape_that_judges_nothing_is_told_with_its_place_before_it_is_asked(
    workspace: Workspace, commands: Commands, tmp_path: Path, fault: str
) -> None:
    turtle, words = SHAPES[fault]
    file = tmp_path / "facts.ttl"
    file.write_text(FACT, "utf-8")
    shapes = workspace.shapes / "network.ttl"
    with shapes.open("a", encoding="utf-8") as more:
        more.write(f"\n{turtle}\n")
    line = len(shapes.read_text("utf-8").splitlines())
    before = state(workspace)
    for command in (("validate", file), ("validate",), ("gaps",)):
        ran = commands.run(*command, cwd=workspace.root)
        assert (ran.status, ran.stdout) == (2, "")
        assert f"shapes/network.ttl:{line}" in ran.stderr, command
        assert words in ran.stderr
        assert "Traceback" not in ran.stderr
    assert state(workspace) == before


# --- very many facts ------------------------------------------------------------------------------------------


def many(file: Path, count: int) -> None:
    """Write what a portal may give: networks, each with figures of four quarters."""
    with file.open("w", encoding="utf-8") as facts:
        facts.write(HEAD)
        for number in range(count // 30):
            facts.write(f'network:portal-{number} a dor:Network ; rdfs:label "Réseau {number}"@fr .\n')
            for quarter in range(4):
                facts.write(
                    f"observation:portal-{number}-{quarter} a dor:Observation ; dor:about network:portal-{number} ;"
                    f" dor:indicator indicator:premises-marketable ; dor:value {number + quarter} ;"
                    f" dor:unit unit:number ; dor:status status:completed ;"
                    f' dor:observedOn "2023-{3 * quarter + 1:02}"^^xsd:gYearMonth .\n'
                )


def test_very_many_facts_are_checked_in_memory_that_does_not_run_away(built: Workspace, tmp_path: Path) -> None:
    """A million by hand: see benchmarks/README.md. What is measured is the largest process that was waited for."""
    file = tmp_path / "facts.ttl"
    many(file, 12_000)
    with file.open("a", encoding="utf-8") as facts:
        facts.write('network:portal-7 dor:owner "Axione" .\n')
    line = len(file.read_text("utf-8").splitlines())
    measured = (
        "import resource, subprocess, sys\n"
        "command = [sys.executable, '-m', 'dorsale', 'validate', sys.argv[1]]\n"
        "ran = subprocess.run(command, stdout=subprocess.PIPE, text=True)\n"
        "print(ran.stdout)\n"
        "print(ran.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    command = [sys.executable, "-c", measured, str(file)]
    ran = subprocess.run(command, cwd=built.root, capture_output=True, text=True, check=True)
    *said, last = ran.stdout.splitlines()
    status, kilobytes = map(int, last.split())
    assert status == 1
    assert any(f"{file}:{line}" in one for one in said)
    assert kilobytes < 500_000


def test_facts_that_take_more_memory_than_allowed_are_refused_and_change_nothing(
    built: Workspace, dorsale: Run, tmp_path: Path
) -> None:
    file = tmp_path / "facts.ttl"
    many(file, 30_000)
    before = dorsale("export", cwd=built.root).stdout
    run = dorsale("validate", file, "--memory", "100", cwd=built.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert "more than 100 MB" in run.stderr
    assert "Traceback" not in run.stderr
    assert dorsale("export", cwd=built.root).stdout == before
    many(file, 30)
    assert dorsale("validate", file, "--memory", "400", cwd=built.root).returncode == 0


def test_a_wrong_name_is_looked_up_once_however_often_it_stands(
    built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "facts.ttl"
    file.write_text(HEAD + "".join(f"network:n{n} dor:ownr actor:axione .\n" for n in range(100)), "utf-8")
    asked = []

    def nearest(*given: object) -> tuple[str, ...]:
        asked.append(given)
        return ()

    monkeypatch.setattr(terms, "nearest", nearest)
    assert len(list(Terms.read(built).unknown(list(read(file))))) == 100
    assert len(asked) == 1
