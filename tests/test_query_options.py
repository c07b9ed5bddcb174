"""Each stored query is a command: its options, its help, what a shell completes, and the limits that it is held to."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Run
from pyoxigraph import Literal, NamedNode

from dorsale.errors import QueryHeader, QueryParameter
from dorsale.graph.queries import LITERALS, StoredQuery
from dorsale.graph.store import Dataset
from dorsale.workspace import Workspace

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LARGE = "SELECT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?g ?d ?a"
HEAD = """#+ nom: sienne
#+ title: {{fr: "a", en: "a"}}
#+ question: {{fr: "b", en: "b"}}
#+ tags: [networks]
#+ columns: [x]
#+ parameters:
#+   x: {{type: {type}, fr: "x", en: "x", option: x-fr{default}}}
SELECT ?x {{ VALUES (?x) {{ (UNDEF) }} }}
"""


def query_of(folder: Path, type: str, default: str = "", name: str = "own") -> StoredQuery:
    (folder / f"{name}.rq").write_text(HEAD.format(type=type, default=default))
    return StoredQuery.open(folder / f"{name}.rq")


@pytest.mark.parametrize(
    ("type", "right", "wrong"),
    [
        (
            "date",
            ("2024-02-29", "1999-12-31"),
            ("2025-02-30", "2025-13-01", "2025-2-3", "2025", "0000-01-01", "٢٠٢٥-01-01"),
        ),
        ("year", ("2025", "1999"), ("25", "two", "2025-01")),
        ("integer", ("-3", "100000"), ("1.5", "1 000", "", "１")),
        ("decimal", ("12.5", "-3"), ("12,5", "1e3", ".5", "NaN")),
        ("duration", ("P15Y", "P6M", "P1Y6M", "PT5H"), ("P", "15Y", "PT", "P1.5Y", "-P1Y")),
        ("text", ("", "} DROP ALL", 'a"\n'), ()),
    ],
)
def test_a_value_is_of_its_type_or_refused(
    dataset: Dataset, tmp_path: Path, type: str, right: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    assert set(LITERALS) == {"date", "year", "integer", "decimal", "duration", "text"}
    query = query_of(tmp_path, type)
    for words in right:
        term = query.read(dataset, {"x": words})["x"]
        assert term == Literal(words, datatype=NamedNode(f"http://www.w3.org/2001/XMLSchema#{LITERALS[type][0]}"))
        # The engine has it to the letter, as one value.
        assert [row[0] for row in dataset.rows(query.bound({"x": term}))] == [term]
    for words in wrong:
        with pytest.raises(QueryParameter) as refused:
            query.read(dataset, {"x": words})
        assert f"« {words} »" in str(refused.value)


def test_a_default_that_is_no_day_of_the_calendar_is_a_wrong_header(tmp_path: Path) -> None:
    assert query_of(tmp_path, "date", ', default: "2024-02-29"').parameters[0].default == "2024-02-29"
    with pytest.raises(QueryHeader):
        query_of(tmp_path, "date", ', default: "2025-02-29"')


def test_no_query_has_the_name_of_what_the_command_does(tmp_path: Path) -> None:
    with pytest.raises(QueryHeader, match="dorsale query test"):
        query_of(tmp_path, "date", name="test")


def test_options_stand_before_or_after_the_name_in_either_language(built: Workspace, dorsale: Run) -> None:
    answers = [
        dorsale("query", *words, cwd=built.root)
        for words in (
            ("delegations", "--delegatee", "THD42 exploitation", "--format", "csv"),
            ("--format", "csv", "--delegatee", "THD42 exploitation", "delegations"),
            ("--format=csv", "delegations", "--delegataire=thd42-exploitation"),
            ("-o", "/dev/stdout", "--format", "csv", "--delegatee", "THD42 exploitation", "delegations"),
            ("--time", "--delegatee", "THD42 exploitation", "delegations", "--format", "csv"),
        )
    ]
    assert {run.returncode for run in answers} == {0}
    assert len({run.stdout for run in answers}) == 1
    assert answers[0].stdout.count("\n") > 1


def test_a_date_that_does_not_exist_is_refused_on_the_command_line(built: Workspace, dorsale: Run) -> None:
    run = dorsale("query", "delegations", "--active-on", "2025-02-30", cwd=built.root, language="fr_FR")
    assert (run.returncode, run.stdout) == (2, "")
    assert "« 2025-02-30 » n’est pas une date du calendrier" in run.stderr


def test_a_query_has_a_name_or_a_file(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    (tmp_path / "own.rq").write_text("SELECT * {}")
    run = dorsale("query", "groups", "--file", tmp_path / "own.rq", cwd=built.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert "not both" in run.stderr


def test_help_tells_the_choices_that_the_graph_has(built: Workspace, workspace: Workspace, dorsale: Run) -> None:
    run = dorsale("query", "delegations", "--help", cwd=built.root)
    flat = " ".join(run.stdout.split())
    assert "--delegatee NAME delegatee (one of: " in flat
    assert "THD42 exploitation" in flat
    assert "in all)" in flat
    assert "--active-on YYYY-MM-DD" in flat
    assert "--delegataire" not in flat
    for word in ("--timeout", "--expect", "--workspace"):
        assert word in flat
    shutil.rmtree(workspace.dataset)
    unbuilt = dorsale("query", "delegations", "--help", cwd=workspace.root)
    assert unbuilt.returncode == 0
    assert "--delegatee NAME" in unbuilt.stdout
    assert "one of" not in unbuilt.stdout


# --- limits ---------------------------------------------------------------------------------------------------


def children(query: Path) -> set[str]:
    """The processes of this machine that run a query of a file."""
    run = subprocess.run(["ps", "-wweo", "pid,stat,args"], capture_output=True, text=True, check=True)
    return {
        line.split()[0]
        for line in run.stdout.splitlines()
        if f"dorsale query -f {query}" in line and " Z" not in line[:20]
    }


def test_a_query_that_works_too_long_is_really_stopped(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    (tmp_path / "slow.rq").write_text(SLOW)
    run = dorsale("query", "-f", tmp_path / "slow.rq", "--timeout", "0.3", cwd=built.root, language="fr_FR")
    assert (run.returncode, run.stdout) == (2, "")
    assert "0.3 s" in run.stderr
    assert not children(tmp_path / "slow.rq")


def test_a_query_that_takes_too_much_memory_is_stopped(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    (tmp_path / "large.rq").write_text(LARGE)
    target = tmp_path / "answer.csv"
    run = dorsale("query", "-f", tmp_path / "large.rq", "--memory", "200", "-o", target, cwd=built.root)
    assert run.returncode == 2
    assert "200 MB" in run.stderr
    assert "Traceback" not in run.stderr
    assert not target.exists()
    assert dorsale("query", "groups", "--memory", "200", cwd=built.root).returncode == 0


def test_who_reads_slowly_is_not_cut_off(built: Workspace) -> None:
    words = [sys.executable, "-m", "dorsale", "query", "evidence-of", "--format", "json", "--timeout", "2"]
    words[4:5] = ["-f", "-"]
    query = "SELECT * { ?s ?p ?o }"
    with subprocess.Popen(words, cwd=built.root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(query)
        process.stdin.close()
        assert process.stdout.read(10)
        time.sleep(2.5)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest.rstrip().endswith("]}}")


def test_a_process_that_is_interrupted_leaves_no_other(built: Workspace, tmp_path: Path) -> None:
    (tmp_path / "slow.rq").write_text(SLOW)
    command = [sys.executable, "-m", "dorsale", "query", "-f", str(tmp_path / "slow.rq")]
    with subprocess.Popen(command, cwd=built.root, stderr=subprocess.DEVNULL) as process:
        while len(children(tmp_path / "slow.rq")) < 2:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(2)
        assert process.wait() == 2
    assert not children(tmp_path / "slow.rq")


# --- completion -----------------------------------------------------------------------------------------------

SHELLS = {
    "bash": (["--norc", "--noprofile", "-i"], "source <(dorsale completion bash)"),
    "zsh": (["-f", "-i"], "autoload -Uz compinit; compinit -u; source <(dorsale completion zsh)"),
    "fish": (["--no-config", "-i"], "dorsale completion fish | source"),
}


class Shell:
    """A shell at a terminal, to which somebody types."""

    def __init__(self, name: str, folder: Path, home: Path) -> None:
        arguments, self.start = SHELLS[name]
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.chdir(folder)
            path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
            where = {
                "HOME": str(home),
                "PATH": path,
                "TERM": "dumb",
                "LC_ALL": "C.UTF-8",
                "PYTHONUTF8": "1",
                "PS1": "> ",
            }
            os.execvpe(name, [name, *arguments], where)
        self.pid = pid

    def read(self, until: str, seconds: float = 60) -> str:
        """Return what the terminal shows until words stand there."""
        seen, end = "", time.monotonic() + seconds
        while until not in seen:
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            assert ready, f"no {until!r} in {seen!r}"
            seen += os.read(self.terminal, 4096).decode("utf-8", "replace")
        return seen

    def type(self, words: str) -> None:
        os.write(self.terminal, words.encode())

    def close(self) -> None:
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, built: Workspace, tmp_path: Path) -> Iterator[Shell]:
    if shutil.which(request.param) is None:
        pytest.skip(f"no {request.param} on the path")
    if not (Path(sys.executable).parent / "dorsale").exists():
        pytest.skip("no dorsale beside this Python: install the package")
    shell = Shell(request.param, built.root, tmp_path)
    shell.type(f"{shell.start}; echo rea''dy\n")
    shell.read("ready")
    yield shell
    shell.close()


def test_a_real_shell_completes_names_parameters_and_values(shell: Shell) -> None:
    shell.type("dorsale query network-ow\t")
    shell.read("network-owners")
    shell.type("--net\t")
    shell.read("--network ")
    shell.type("thd4\t")
    shell.read("thd42")
    shell.type("\n")
    shell.read("SIEL")


def completed(line: str, built: Workspace, language: str = "en_GB") -> list[tuple[str, str]]:
    """What a shell is told for the last word of a line: values, each with what it means."""
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1), "_DORSALE_COMPLETE": "zsh_complete"}
    run = subprocess.run(
        [Path(sys.executable).parent / "dorsale"],
        capture_output=True,
        text=True,
        cwd=built.root,
        env={**os.environ, **words, "LC_ALL": f"{language}.UTF-8", "PYTHONUTF8": "1"},
        check=True,
    )
    assert run.stderr == ""
    said = run.stdout.splitlines()
    return list(zip(said[1::3], said[2::3], strict=True))


def test_what_is_completed_is_explained_in_the_users_language(built: Workspace) -> None:
    if not (Path(sys.executable).parent / "dorsale").exists():
        pytest.skip("no dorsale beside this Python: install the package")
    assert ("delegations", "Délégations et contrats") in completed("dorsale query del", built, "fr_FR")
    options = [value for value, _ in completed("dorsale query delegations --de", built, "fr_FR")]
    assert options == ["--delegant", "--delegataire"]
    assert completed("dorsale query delegations --delegatee thd", built) == [
        ("thd42-exploitation", "THD42 exploitation")
    ]
    # A word of a label finds its thing where no slug begins like it.
    assert completed("dorsale query delegations --delegatee exploit", built) == completed(
        "dorsale query delegations --delegatee thd", built
    )
    assert ("csv", "_") in completed("dorsale query --delegatee x delegations --format c", built)
    # What is wrong on the line, or not there, is no error of a shell that completes.
    assert completed("dorsale query frobnicate --x", built) == []
    assert completed("dorsale query -w /nowhere del", built) == []


def test_every_choice_that_is_completed_is_taken(dataset: Dataset) -> None:
    from dorsale.cli.stored import ParameterOption, StoredCommand

    seen, taken = 0, set[tuple[str, str]]()
    for path in sorted((ROOT / "queries").glob("*.rq")):
        stored = StoredQuery.open(path)
        command = StoredCommand(Workspace.open(ROOT), stored, None, [])
        command.dataset = lambda: dataset  # type: ignore[method-assign]
        for option in command.params:
            assert isinstance(option, ParameterOption)
            for item in option.shell_complete(None, ""):  # type: ignore[arg-type]
                seen += 1
                choice = (option.parameter.type, item.value)
                if choice not in taken:  # which query asks makes no difference to what is read
                    assert stored.read(dataset, {option.parameter.name: item.value})
                    taken.add(choice)
    assert seen > 500
