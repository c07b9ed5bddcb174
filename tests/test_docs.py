"""What the pages of docs/ show is what happens, and what they take from the code is what the code says."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from test_layers import SOURCE, TABLE
from transcripts import replay

DOCS = ROOT / "docs"


def test_the_guide_leads_from_a_document_to_a_published_graph(tmp_path: Path) -> None:
    replay(DOCS / "guide.md", tmp_path / "work", tmp_path / "home", "fr_FR")


@pytest.mark.parametrize("shown", ["$ echo one\ntwo", "$ cat missing", "$ dorsale query nothing\n…", "> no command"])
def test_a_console_that_shows_what_does_not_happen_fails(tmp_path: Path, shown: str) -> None:
    (tmp_path / "page.md").write_text(f"A page:\n\n```console\n{shown}\n```\n")
    with pytest.raises((AssertionError, IndexError)):
        replay(tmp_path / "page.md", tmp_path, tmp_path / "home", "en_GB")


def test_each_way_of_extending_works_as_it_is_shown(tmp_path: Path) -> None:
    replay(DOCS / "extending.md", tmp_path / "work", tmp_path / "home", "en_GB")


# --- the house ------------------------------------------------------------------------------------------------

PAGE = (DOCS / "architecture.md").read_text("utf-8")
# A verb is a module that no other knows, and the package and its `-m` are only doors.
ROOMS = {room for room in TABLE if not room.startswith("cli.")} - {"", "__main__"}


def storeys() -> list[list[str]]:
    """Return the rooms of the picture by its lines, from top to bottom."""
    picture = PAGE.split("<!-- house -->\n```text\n")[1].split("```")[0]
    found: list[list[str]] = []
    for line in picture.splitlines():
        sides = line.split("│")[1:]
        wings = ("documents.", "graph.") if len(sides) == 2 else ("",) * len(sides)
        found.append([wing + room for wing, side in zip(wings, sides, strict=True) for room in side.split()])
    return [[room for room in rooms if not room.endswith("/")] for rooms in found]


def test_the_picture_of_the_house_has_every_room_above_those_that_it_may_know() -> None:
    rooms = [room for line in storeys() for room in line]
    assert sorted(rooms) == sorted(ROOMS), f"the picture in docs/architecture.md: {ROOMS.symmetric_difference(rooms)}"
    height = {room: -at for at, line in enumerate(storeys()) for room in line}
    assert not [(room, below) for room in ROOMS for below in TABLE[room] & ROOMS if height[below] >= height[room]]


def test_the_table_of_rooms_says_what_each_says_of_itself() -> None:
    rows = []
    for room in (room for line in storeys() for room in line):
        path = SOURCE / room.replace(".", "/")
        module = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        said = (ast.get_docstring(ast.parse(module.read_text("utf-8"))) or "").split("\n\n")[0]
        rows.append(f"| `{room.replace('.', '/')}` | {' '.join(said.split()).replace('``', '`')} |")
    told = PAGE.split("<!-- rooms -->\n")[1].split("\n\n")[0].splitlines()[2:]
    assert told == rows, "the rows of docs/architecture.md are to be:\n" + "\n".join(rows)


# --- what is taken from the code ------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "language"), [("commands.md", "en_GB"), ("commandes.md", "fr_FR")])
def test_the_reference_of_the_commands_is_what_their_help_says(page: str, language: str) -> None:
    environment = {**os.environ, "LC_ALL": f"{language}.UTF-8"}
    printed = subprocess.run([sys.executable, DOCS / "commands.py"], env=environment, check=True, capture_output=True)
    renew = f"LC_ALL={language}.UTF-8 .venv/bin/python docs/commands.py > docs/{page}"
    assert printed.stdout.decode() == (DOCS / page).read_text("utf-8"), f"renew it: {renew}"


# --- links ----------------------------------------------------------------------------------------------------

PAGES = sorted(
    path
    for folder in (ROOT, *(ROOT / name for name in ("benchmarks", "data", "docs", "src")))
    for path in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
)
CODE = re.compile(r"^( *)```.*?^\1```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Return what a link may name behind « # » in a page, as forges make it of its headings."""
    names: list[str] = []
    text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        names.append(f"{name}-{names.count(name)}" if name in names else name)
    return set(names)


def dead_links(page: Path) -> list[str]:
    """Return the links of a page that lead to no file or heading; other sites are not asked."""
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", CODE.sub("", page.read_text("utf-8"))):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    return dead


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    assert not dead_links(page)


def test_links_to_nothing_are_found_and_code_is_no_link(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# À l'œuvre, `a` b\n\n[1](page.md#à-lœuvre-a-b) [2](#gone) [3](gone.md) `[4](code.md)` [5](https://example.org)\n"
    )
    assert dead_links(page) == ["#gone", "gone.md"]
