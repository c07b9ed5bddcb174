import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from conftest import Run

from dorsale.workspace import Workspace

LOIRE = "politiques-numeriques-loire"
COMMANDS = (
    "build", "query", "explain", "conflicts", "export", "validate", "prove", "status", "extract", "add", "quote",
    "reanchor", "diff", "init", "retract",
)  # fmt: skip


def test_build_prints_what_was_counted(workspace: Workspace, dorsale: Run) -> None:
    run = dorsale("build", cwd=workspace.root)
    assert run.returncode == 0
    assert "facts, each in the passage that states it" in run.stdout
    assert "quotations compared with their text" in run.stdout
    assert "warnings" in run.stdout


def test_the_workspace_is_the_nearest_upwards_or_the_one_that_is_named(
    built: Workspace, dorsale: Run, tmp_path: Path
) -> None:
    inside = dorsale("query", "groups", "--format", "csv", cwd=built.queries)
    named = dorsale("query", "groups", "--format", "csv", "-w", built.root, cwd=tmp_path)
    assert inside.returncode == named.returncode == 0
    assert inside.stdout == named.stdout != ""
    lost = dorsale("query", "groups", cwd=tmp_path)
    assert (lost.returncode, lost.stdout) == (2, "")
    assert "dorsale.toml" in lost.stderr


def test_a_build_that_fails_ends_with_two_and_tells_the_place_in_the_users_language(
    workspace: Workspace, dorsale: Run
) -> None:
    file = workspace.facts / f"{LOIRE}.trig"
    file.write_text(
        file.read_text("utf-8").replace("dor:value 2700", "dor:rateOf base:premises ; dor:value 2700"), "utf-8"
    )
    run = dorsale("build", cwd=workspace.root, language="fr_FR")
    assert run.returncode == 2
    assert run.stdout == ""
    assert "infraction" in run.stderr
    assert f"data/facts/{LOIRE}.trig:" in run.stderr
    assert "Traceback" not in run.stderr
    assert dorsale("query", "groups", cwd=workspace.root).returncode == 0


# --- query ----------------------------------------------------------------------------------------------------


def test_query_without_a_name_is_the_catalogue(built: Workspace, dorsale: Run) -> None:
    run = dorsale("query", cwd=built.root, language="fr_FR")
    assert run.returncode == 0
    for path in built.queries.glob("*.rq"):
        (nom,) = re.findall(r"#\+ nom: (.*)", path.read_text("utf-8"))
        assert f" {nom} " in run.stdout
    assert "Qui possède chaque réseau" in run.stdout
    assert "--delegataire" in run.stdout
    english = dorsale("query", cwd=built.root).stdout
    assert " network-owners " in english
    assert "--delegatee" in english


def test_a_table_shows_labels_and_the_quoted_words(built: Workspace, dorsale: Run) -> None:
    run = dorsale("query", "groups", "--group", "Axione", cwd=built.root)
    assert "Lotim Télécom" in run.stdout
    assert "[1] « LOTIM télécom est une filiale du groupe Axione »" in run.stdout
    assert "https://w3id.org" not in run.stdout
    assert run.stderr == ""


def test_what_no_document_says_is_printed_as_such(built: Workspace, dorsale: Run) -> None:
    run = dorsale("query", "network-owners", cwd=built.root, language="fr_FR")
    (thd42,) = [line for line in run.stdout.splitlines() if line.startswith("Réseau THD42")]
    assert "non dit" in thd42
    assert "THD42 exploitation" in thd42


def test_numbers_and_durations_are_written_in_the_users_language(built: Workspace, dorsale: Run) -> None:
    words = ("query", "delegations", "--delegatee", "THD42 exploitation")
    assert "15 ans" in dorsale(*words, cwd=built.root, language="fr_FR").stdout
    assert "15 years" in dorsale(*words, cwd=built.root).stdout
    figures = ("query", "figures", "--indicator", "premises-marketable")
    assert "187\u202f000" in dorsale(*figures, cwd=built.root, language="fr_FR").stdout
    assert "187,000" in dorsale(*figures, cwd=built.root).stdout


def test_a_query_comes_from_a_file_or_from_standard_input(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    text = "SELECT ?group WHERE { actor:lotim-telecom dor:subsidiaryOf ?group }"
    (tmp_path / "own.rq").write_text(text)
    from_file = dorsale("query", "--file", tmp_path / "own.rq", "--format", "csv", cwd=built.root)
    piped = subprocess.run(
        [sys.executable, "-m", "dorsale", "query", "-", "--format", "csv"],
        input=text, capture_output=True, text=True, cwd=built.root, check=False,
    )  # fmt: skip
    assert from_file.stdout == piped.stdout == "group\nhttps://w3id.org/dorsale/id/actor/axione\n"


def test_an_ask_answers_with_the_exit_code(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    for fact, code, said in (
        ("actor:lotim-telecom dor:subsidiaryOf actor:axione", 0, "oui"),
        ("actor:axione a dor:Delegatee", 1, "non"),
    ):
        (tmp_path / "ask.rq").write_text(f"ASK {{ {fact} }}")
        run = dorsale("query", "-f", tmp_path / "ask.rq", cwd=built.root, language="fr_FR")
        assert (run.returncode, run.stdout) == (code, f"{said}\n")


def test_a_construct_answers_with_a_graph(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    (tmp_path / "c.rq").write_text("CONSTRUCT { ?s dor:subsidiaryOf ?o } WHERE { ?s dor:subsidiaryOf ?o }")
    for format in ("turtle", "ntriples", "jsonld", "rdfxml"):
        run = dorsale("query", "-f", tmp_path / "c.rq", "--format", format, cwd=built.root)
        name = {"ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}.get(format, format)
        assert len(rdflib.Graph().parse(data=run.stdout, format=name)) == 2


def test_markdown_is_a_table_with_its_sources(built: Workspace, dorsale: Run) -> None:
    lines = dorsale("query", "groups", "--format", "markdown", cwd=built.root).stdout.splitlines()
    assert lines[0] == "## Groups and subsidiaries"
    assert lines[3] == "| --- | --- | --- | --- |"
    assert lines[4].startswith("| Axione | Lotim Télécom |")
    assert lines[-1].startswith("[2] «")


def test_an_output_file_is_whole_or_as_it_was(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    target = tmp_path / "groups.csv"
    assert dorsale("query", "groups", "--format", "csv", "-o", target, cwd=built.root).returncode == 0
    before = target.read_bytes()
    assert before.count(b"\r\n") == 3
    failed = dorsale("query", "groups", "--format", "turtle", "-o", target, cwd=built.root)
    assert failed.returncode == 2
    assert target.read_bytes() == before
    nowhere = dorsale("query", "groups", "-o", tmp_path / "missing" / "x.csv", cwd=built.root)
    assert nowhere.returncode == 2
    assert "missing" in nowhere.stderr


@pytest.mark.parametrize(
    ("expected", "format", "code"),
    [
        ("nonempty", "csv", 0), ("empty", "csv", 1), ("rows=2", "csv", 0), ("rows=3", "csv", 1),
        ("rows>=2", "csv", 0), ("rows>=3", "csv", 1),
        ("rows=2", "table", 0), ("empty", "markdown", 1), ("rows>=3", "table", 1),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_the_expected_one_ends_with_one(
    built: Workspace, dorsale: Run, expected: str, format: str, code: int
) -> None:
    whole = dorsale("query", "groups", "--format", format, cwd=built.root)
    run = dorsale("query", "groups", "--format", format, "--expect", expected, cwd=built.root)
    assert (run.returncode, run.stdout) == (code, whole.stdout)
    assert (expected in run.stderr) == bool(code)
    # What is cut off is not what was expected or not.
    assert dorsale("query", "groups", "--limit", 1, "--expect", expected, cwd=built.root).returncode == code


def test_rows_are_expected_as_their_format_shows_them(built: Workspace, dorsale: Run) -> None:
    owners = ("query", "network-owners", "--network", "THD42", "--expect")
    assert dorsale(*owners, "rows=1", cwd=built.root).returncode == 0
    assert dorsale(*owners, "rows=2", "--format", "csv", cwd=built.root).returncode == 0


def test_the_triples_of_a_graph_are_expected_and_limited_and_an_ask_is_neither(
    built: Workspace, dorsale: Run, tmp_path: Path
) -> None:
    (tmp_path / "c.rq").write_text("CONSTRUCT { ?s dor:subsidiaryOf ?o } WHERE { ?s dor:subsidiaryOf ?o }")
    graph = ("query", "-f", tmp_path / "c.rq", "--format", "ntriples")
    assert dorsale(*graph, "--expect", "rows=2", cwd=built.root).returncode == 0
    assert dorsale(*graph, "--expect", "empty", cwd=built.root).returncode == 1
    assert dorsale(*graph, "--limit", 1, cwd=built.root).stdout.count("\n") == 1
    (tmp_path / "ask.rq").write_text("ASK { ?s ?p ?o }")
    run = dorsale("query", "-f", tmp_path / "ask.rq", "--expect", "nonempty", cwd=built.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert "ASK" in run.stderr


def test_rows_that_are_cut_off_are_said(built: Workspace, dorsale: Run) -> None:
    cut = dorsale("query", "groups", "--limit", 1, "--format", "csv", cwd=built.root)
    assert (
        cut.stdout.splitlines() == dorsale("query", "groups", "--format", "csv", cwd=built.root).stdout.splitlines()[:2]
    )
    page = dorsale("query", "groups", "--limit", 1, cwd=built.root)
    assert "[1] «" in page.stdout
    assert "[2]" not in page.stdout
    for run in (cut, page):
        assert (run.returncode, run.stderr) == (0, "the first 1 of 2; --limit cuts the others off\n")
    assert dorsale("query", "groups", "--limit", 2, cwd=built.root).stderr == ""


def test_the_time_of_an_answer_is_said_beside_it(built: Workspace, dorsale: Run) -> None:
    run = dorsale("query", "groups", "--time", "--format", "csv", cwd=built.root)
    assert run.stdout == dorsale("query", "groups", "--format", "csv", cwd=built.root).stdout
    assert re.fullmatch(r"answered in \d+\.\d{3} s\n", run.stderr)


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.csv", "csv"), ("a.TSV", "tsv"), ("a.srj", "json"), ("a.xml", "xml"), ("a.md", "markdown"), ("a", "table")],
)
def test_the_name_of_the_output_file_tells_the_format(
    built: Workspace, dorsale: Run, tmp_path: Path, name: str, format: str
) -> None:
    assert dorsale("query", "groups", "-o", tmp_path / name, cwd=built.root).returncode == 0
    assert (tmp_path / name).read_bytes().decode().replace("\r\n", "\n") == dorsale(
        "query", "groups", "--format", format, cwd=built.root
    ).stdout
    named = dorsale("query", "groups", "--format", "json", "-o", tmp_path / name, cwd=built.root)
    assert named.returncode == 0
    assert (tmp_path / name).read_text().startswith('{"head"')


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("query", "delegation"), "delegations"),
        (("query", "groups", "--holder", "x"), "--group"),
        (("query", "groups", "--group"), "--group"),
        (("query", "groups", "stray"), "stray"),
        (("query", "groups", "--group", "Axion"), "Axione"),
        (("query", "--stray"), "--stray"),
        (("query", "-f", "missing.rq"), "missing.rq"),
        (("query", "groups", "--format", "docx"), "docx"),
        (("query", "groups", "-o", "groups.docx"), ".csv"),
        (("query", "groups", "--expect", "rows=many"), "rows>=N"),
        (("query", "groups", "--limit", "0"), "--limit"),
        (("validate", "missing.ttl"), "missing.ttl"),
        (("validate", "dorsale.toml"), ".toml"),
        (("quote", "loire", "x"), LOIRE),
        (("quote", LOIRE, "de fibre optique"), "--nth"),
        (("quote", LOIRE, "187 000 prises raccordables"), "187 000 prises"),
        (("frobnicate",), "frobnicate"),
        (("export", "--format", "docx"), "docx"),
    ],
)
def test_what_cannot_be_done_is_said_on_standard_error_and_ends_with_two(
    built: Workspace, dorsale: Run, words: tuple[str, ...], expected: str
) -> None:
    for language in ("en_GB", "fr_FR"):
        run = dorsale(*words, cwd=built.root, language=language)
        assert (run.returncode, run.stdout) == (2, "")
        assert expected in run.stderr
        assert "Traceback" not in run.stderr


@pytest.mark.parametrize("text", ["SELECT * WHERE {", "INSERT DATA { <a:a> <a:b> <a:c> }", "x" * 100])
def test_a_query_that_does_not_parse_is_refused_with_its_place(
    built: Workspace, dorsale: Run, tmp_path: Path, text: str
) -> None:
    (tmp_path / "bad.rq").write_text(f"# a comment\n{text}")
    run = dorsale("query", "-f", tmp_path / "bad.rq", cwd=built.root)
    assert run.returncode == 2
    assert f"{tmp_path / 'bad.rq'}:2:" in run.stderr
    assert len(run.stderr) < 400


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("DROP ALL", "mise à jour"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "--allow-service"),
        ("SELECT (" + "STR(" * 1_000 + "1" + ")" * 1_000 + " AS ?x) {}", "imbriquez"),
    ],
)
def test_a_query_that_the_engine_should_not_see_is_refused(
    built: Workspace, dorsale: Run, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "own.rq").write_text(text)
    run = dorsale("query", "-f", tmp_path / "own.rq", cwd=built.root, language="fr_FR")
    assert (run.returncode, run.stdout) == (2, "")
    assert said in run.stderr
    assert f"{tmp_path / 'own.rq'}:1:" in run.stderr


def test_service_is_let_where_it_is_asked_for(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    (tmp_path / "own.rq").write_text("SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }")
    asked = ("query", "-f", tmp_path / "own.rq", "--format", "csv")
    assert dorsale(*asked, cwd=built.root).returncode == 2
    assert dorsale(*asked, "--allow-service", cwd=built.root).returncode == 0


@pytest.mark.parametrize(
    "value", ['"', "{", "} DROP ALL", '" } ; DROP ALL #', "Axione\n} DROP ALL", "<a:b> } #", "<http://a.b/> } DROP ALL"]
)
def test_a_hostile_value_names_nothing_and_changes_nothing(built: Workspace, dorsale: Run, value: str) -> None:
    before = dorsale("query", "groups", "--format", "csv", cwd=built.root).stdout
    run = dorsale("query", "groups", f"--group={value}", cwd=built.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert "Traceback" not in run.stderr
    assert "parameter group" in run.stderr
    assert dorsale("query", "groups", "--format", "csv", cwd=built.root).stdout == before


def test_a_question_that_is_no_name_is_answered_with_questions(built: Workspace, dorsale: Run) -> None:
    run = dorsale("query", "qui exploite un réseau ?", cwd=built.root, language="fr_FR")
    assert (run.returncode, run.stdout) == (2, "")
    assert "\n  exploitants: Combien de réseaux" in run.stderr


def test_a_query_that_takes_too_long_is_stopped(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    (tmp_path / "long.rq").write_text("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    target = tmp_path / "answer.csv"
    run = dorsale("query", "-f", tmp_path / "long.rq", "--timeout", "0.5", "-o", target, cwd=built.root)
    assert run.returncode == 2
    assert "0.5 s" in run.stderr
    assert not target.exists()


def test_a_reader_that_has_had_enough_is_no_error(built: Workspace) -> None:
    run = subprocess.run(
        f"{sys.executable} -m dorsale export | head -1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=built.root,
        check=False,
    )
    assert run.returncode == 0
    assert run.stderr == ""
    assert run.stdout.startswith("@prefix")


def test_a_stale_dataset_answers_and_says_so(workspace: Workspace, dorsale: Run) -> None:
    with (workspace.authority / "actors.ttl").open("a") as file:
        file.write("# changed\n")
    run = dorsale("query", "groups", "--format", "csv", cwd=workspace.root)
    assert run.returncode == 0
    assert "dorsale build" in run.stderr


# --- validate, status, quote ----------------------------------------------------------------------------------


def test_validate_says_no_with_one_and_where(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.ttl", tmp_path / "bad.ttl"
    head = "@prefix dor: <https://w3id.org/dorsale/ontology#> .\n@prefix id: <https://w3id.org/dorsale/id/> .\n"
    good.write_text(
        head + "<https://w3id.org/dorsale/id/network/thd42> dor:owner <https://w3id.org/dorsale/id/actor/axione> .\n"
    )
    bad.write_text(
        head + "<https://w3id.org/dorsale/id/network/thd42> dor:owner\n    <https://w3id.org/dorsale/id/place/a75> .\n"
    )
    accepted = dorsale("validate", good, cwd=built.root)
    assert accepted.returncode == 0
    assert "accepted" in accepted.stdout
    assert "1 statement(s) not proved: no passage" in accepted.stdout
    refused = dorsale("validate", bad, cwd=built.root, language="fr_FR")
    assert refused.returncode == 1
    assert f"{bad}:4" in refused.stdout
    assert "refusé" in refused.stdout
    report = json.loads(dorsale("validate", bad, "--format", "json", cwd=built.root).stdout)
    assert report["accepted"] is False
    turtle = dorsale("validate", bad, "--format", "turtle", cwd=built.root)
    assert turtle.returncode == 1
    graph = rdflib.Graph().parse(data=turtle.stdout, format="turtle")
    (found,) = graph.subjects(rdflib.RDF.type, rdflib.SH.ValidationReport)
    assert graph.value(found, rdflib.SH.conforms) == rdflib.Literal(False)


def test_status_counts_documents_classes_and_properties(built: Workspace, dorsale: Run) -> None:
    run = dorsale("status", cwd=built.root, language="fr_FR")
    assert run.returncode == 0
    assert LOIRE in run.stdout
    assert "dor:Observation" in run.stdout
    assert "sans second éditeur" in run.stdout


def test_quote_prints_a_block_that_can_be_pasted(workspace: Workspace, dorsale: Run) -> None:
    run = dorsale("quote", "fiche-anct-lozere", "L'État finance le projet", cwd=workspace.root)
    assert run.returncode == 0
    fact = "{ actor:etat a dor:StateBody . }"
    with (workspace.facts / "fiche-anct-lozere.trig").open("a", encoding="utf-8") as file:
        file.write("\n" + run.stdout.replace("{\n\n}", fact, 1))
    assert dorsale("build", cwd=workspace.root).returncode == 0
    assert dorsale("status", cwd=workspace.root).stdout.count(", 0 moved") == 1


# --- help -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_help_speaks_both_languages_whole(dorsale: Run, tmp_path: Path, command: str) -> None:
    english = dorsale(command, "--help", cwd=tmp_path)
    french = dorsale(command, "--help", cwd=tmp_path, language="fr_FR")
    assert english.returncode == french.returncode == 0
    assert "Usage:" in english.stdout
    assert "Utilisation :" in french.stdout
    for word in ("Usage:", "Options:", "Show this", "RANGE", "INTEGER", "FLOAT", "DIRECTORY"):
        assert word not in french.stdout


def test_the_help_of_a_stored_query_is_its_question(built: Workspace, dorsale: Run) -> None:
    run = dorsale("query", "delegations", "--help", cwd=built.root, language="fr_FR")
    assert "Qui confie quoi à qui" in run.stdout
    assert "--delegant " in run.stdout
    assert "qui a confié le réseau" in run.stdout
    assert dorsale("query", "network-owners", "--help", cwd=built.root).stdout.count("--owner") == 1


def test_mistakes_on_the_command_line_are_told_in_french(dorsale: Run, built: Workspace) -> None:
    run = dorsale("export", "--format", "docx", cwd=built.root, language="fr_FR")
    assert "Erreur" in run.stderr
    assert "Error" not in run.stderr


def test_the_version_is_printed(dorsale: Run, tmp_path: Path) -> None:
    assert dorsale("--version", cwd=tmp_path).stdout.startswith("dorsale, version 0.")


def test_output_is_quiet_when_piped(workspace: Workspace, dorsale: Run) -> None:
    run = dorsale("build", cwd=workspace.root, TERM="xterm-256color")
    assert "\x1b" not in run.stdout + run.stderr


@pytest.mark.parametrize("size", [1_000, 100_000])
def test_a_full_disk_leaves_the_dataset_that_was_there(workspace: Workspace, dorsale: Run, size: int) -> None:
    before = dorsale("export", cwd=workspace.root).stdout
    limited = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}));"
        "sys.argv = ['dorsale', 'build']; from dorsale.cli import main; main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", limited], capture_output=True, text=True, cwd=workspace.root, check=False
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert "Traceback" not in run.stderr
    assert dorsale("export", cwd=workspace.root).stdout == before
    assert len(list(workspace.dataset.glob("build-*"))) == 1
