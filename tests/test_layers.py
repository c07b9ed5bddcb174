"""The table of the house: which room may know which. A line that is not here is a decision that was not taken."""

import ast
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "dorsale"
GROUND = {
    "words",
    "errors",
    "dates",
    "names",
    "privacy",
    "statements",
    "workspace",
    "terms",
    "turtle",
    "markdown",
    "html",
}
BELOW_EXTRACT = ("text", "blocks", "plurals", "values", "authority", "facts", "frames", "proof")
TABLE: dict[str, set[str]] = {
    "words": set(),
    "errors": {"words"},
    "dates": {"words"},
    "names": {"errors"},
    "statements": {"errors", "words"},
    "privacy": set(),
    "workers": {"errors", "words"},
    "turtle": {"names"},
    "markdown": set(),
    "html": set(),
    "workspace": {"errors", "names"},
    "terms": {"errors", "names", "statements", "workspace"},
    "journal": {"errors"},
    "settings": {"errors"},
    "documents.text": {"errors", "privacy"},
    "documents.readers": {"errors", "documents.text"},
    "documents.language": set(),
    "documents.authority": GROUND | {"documents.text"},
    "documents.coverage": GROUND | {"documents.text"},
    "documents.plurals": set(),
    "documents.values": {"errors"},
    "documents.proof": GROUND
    | {"documents.text", "documents.plurals", "documents.values", "documents.authority", "documents.facts"},
    "documents.facts": GROUND | {"documents.text"},
    "documents.anchors": GROUND | {"documents.text", "documents.facts"},
    "documents.removal": GROUND | {"documents.text", "documents.facts", "documents.anchors"},
    "documents.refusals": GROUND | {"documents.text", "documents.facts"},
    "documents.suppressions": GROUND | {"documents.facts"},
    "documents.withdrawals": GROUND | {"documents.refusals"},
    "documents.blocks": set(),
    "documents.frames": GROUND | {"documents.text", "documents.values", "documents.authority"},
    "documents.extract": GROUND | {f"documents.{room}" for room in BELOW_EXTRACT},
    "graph.store": {"errors", "names"},
    "graph.header": {"errors"},
    "graph.tokens": GROUND,
    "graph.derive": GROUND | {"graph.store", "graph.header", "graph.tokens"},
    "graph.validate": GROUND | {"graph.store", "graph.labels"},
    "graph.labels": GROUND | {"graph.store"},
    "graph.find": GROUND | {"graph.store", "graph.labels"},
    "graph.index": {"errors", "names", "graph.store"},
    "graph.explain": GROUND
    | {"graph.store", "graph.header", "graph.labels", "graph.tokens", "graph.derive", "graph.find"}
    | {"graph.validate"},
    "graph.queries": GROUND
    | {"graph.store", "graph.header", "graph.labels", "graph.find", "graph.export", "graph.tokens"},
    "graph.export": GROUND | {"graph.store"},
    "graph.slices": GROUND | {"graph.store", "graph.derive", "graph.labels", "graph.queries", "graph.explain"},
    "seen": GROUND | {"graph.store", "graph.queries"},
    "build": GROUND
    | {"documents.text", "documents.authority", "documents.coverage", "documents.facts", "documents.proof"}
    | {"documents.suppressions", "journal", "seen", "documents.anchors", "documents.extract", "documents.frames"}
    | {"graph.store", "graph.index", "graph.derive", "graph.validate", "graph.find", "graph.queries", "graph.export"},
}
TABLE["held"] = TABLE["build"] | {"build"}
TABLE["trial"] = TABLE["held"] | {"held", "graph.explain"}
TABLE["carried"] = {"documents.values", "graph.store", "graph.labels", "graph.explain"}
TABLE["extract"] = GROUND | {room for room in TABLE if room.startswith("documents.")} | {"build", "graph.store"}
TABLE["add"] = TABLE["extract"] | {"extract", "journal", "seen", "graph.index", "graph.validate", "graph.explain"}
TABLE["init"] = {"errors", "names", "workspace", "journal", "graph.store"}
TABLE["edition"] = GROUND | {
    "build",
    "documents.suppressions",
    "documents.authority",
    "documents.facts",
    "graph.store",
    "graph.explain",
}
TABLE["diff"] = TABLE["edition"] | {"edition"}
TABLE["retract"] = TABLE["add"] | {"add"}
TABLE["review"] = TABLE["add"] | {"add"}
TABLE["batches"] = TABLE["extract"] | {"extract"}
TABLE["publish"] = GROUND | {room for room in TABLE if "." in room} | {"build", "carried", "seen", "workers"}
TABLE["release"] = TABLE["add"] | TABLE["diff"] | TABLE["publish"] | {"add", "diff", "publish", "settings"}
# The rooms in which the wings meet.
HOUSE = (
    *("publish", "build", "held", "trial", "carried", "extract", "add", "review", "batches", "edition", "diff"),
    *("retract", "release", "api"),
)
BELOW_CLI = GROUND | set(TABLE)
# What programs have instead of commands; the door of the house leads there, and to nothing else.
TABLE["api"] = TABLE["build"] | {"build", "carried", "graph.labels", "graph.explain"}
# What assistants have, over the same.
TABLE["mcp"] = GROUND | {"api", "graph.index", "graph.labels", "graph.queries"}
TABLE[""] = {"api"}
# What commands share, from the bottom up; a verb is a module that no other knows.
for shared in (
    *("output", "command", "teller", "report", "refusals", "proposals", "evidence", "answered", "limits", "stored"),
    *("kept", "measured", "sliced"),
):
    TABLE[f"cli.{shared}"] = BELOW_CLI | {room for room in TABLE if room.startswith("cli.")}
for verb in (
    *("init", "build", "query", "find", "explain", "conflicts", "gaps", "export", "publish", "diff", "release"),
    *("validate", "prove", "status", "extract", "add", "retract", "quote", "reanchor", "mcp", "completion"),
):
    TABLE[f"cli.{verb}"] = TABLE["cli.sliced"] | {"cli.sliced"}
TABLE["cli.mcp"] = {"errors", "cli.command", "mcp"}
TABLE["cli"] = GROUND | {"cli.output", "cli.command", "cli.report"}
TABLE["__main__"] = {"cli"}
# Where a library may be, and nowhere else.
LIBRARIES = {
    "click": {"cli", "review"},
    "rich": {"cli"},
    "yaml": {"graph.header", "documents.frames", "documents.extract"},
    "rdflib": {"graph.validate"},
    "pyshacl": {"graph.validate"},
    "owlready2": {"graph.derive"},
    "lxml": {"documents.readers"},
    "xlsxwriter": {"graph.queries"},
    "pypdfium2": {"documents.readers"},
    "docx": {"documents.readers"},
    "urllib.request": {"documents.extract"},
    "distributed": {"batches"},
    "mcp": {"mcp", "cli.mcp"},
    "jsonschema": {"mcp"},
}
WINGS = ("documents", "graph", "cli")


def room(parts: Sequence[str]) -> str:
    return ".".join(parts[:2] if parts and parts[0] in WINGS else parts[:1])


def room_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    return room(parts)


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def known(path: Path) -> set[str]:
    rooms = {room(name.split(".")[1:]) for name in imported(path) if name.startswith("dorsale.")}
    return (rooms & TABLE.keys()) - {room_of(path)}


MODULES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_knows_only_the_rooms_below_it(path: Path) -> None:
    room = room_of(path)
    if room in ("documents", "graph", "__init__"):
        assert not known(path), "the house and its wings are only doors"
        return
    assert room in TABLE, f"{room} has no line in the table"
    assert known(path) <= TABLE[room]


def test_the_wings_meet_nowhere_below_build() -> None:
    for room, rooms in TABLE.items():
        wings = {name.split(".")[0] for name in rooms if "." in name} | ({room.split(".")[0]} if "." in room else set())
        assert len(wings) < 2 or room in HOUSE or room.startswith("cli.")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_library_stays_in_its_room(path: Path) -> None:
    for library, rooms in LIBRARIES.items():
        if any(name == library or name.startswith(f"{library}.") for name in imported(path)):
            assert {room_of(path), room_of(path).split(".")[0]} & rooms


def modules_after(words: list[str], cwd: Path) -> set[str]:
    script = (
        "import sys\nsys.argv = ['dorsale', *sys.argv[1:]]\nfrom dorsale.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n' + ' '.join(sorted(sys.modules)), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, cwd=cwd, check=True)
    return set(run.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("words", [["--help"], ["query", "network-owners"], ["query", "groups", "--format", "csv"]])
def test_help_and_queries_start_without_the_slow_libraries(words: list[str], built: object) -> None:
    root: Path = built.root  # type: ignore[attr-defined]
    loaded = modules_after(words, root)
    assert "click" in loaded
    assert not loaded & {"rdflib", "pyshacl", "owlready2", "yaml"}


def test_importing_the_command_line_loads_no_engine() -> None:
    script = "import sys, dorsale.cli; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not set(loaded) & {"pyoxigraph", "rich", "yaml", "rdflib"}
