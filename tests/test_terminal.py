"""What a person sees in a terminal: everything, however narrow it is."""

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from conftest import ROOT

from dorsale.graph.queries import Catalogue, Page, run
from dorsale.graph.store import Dataset
from dorsale.workspace import Workspace

CATALOGUE = Catalogue.of(ROOT / "queries", Path("queries"))


def seen(workspace: Workspace, width: int, *words: str | Path) -> list[str]:
    """Return the lines that a command shows in a terminal of a width."""
    us, them = os.openpty()
    fcntl.ioctl(them, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    environment = {**os.environ, "LC_ALL": "en_GB.UTF-8", "PYTHONUTF8": "1", "TERM": "xterm"}
    environment.pop("COLUMNS", None)
    command = [sys.executable, "-m", "dorsale", *map(str, words), "-w", str(workspace.root)]
    process = subprocess.Popen(command, stdin=them, stdout=them, stderr=them, env=environment)
    os.close(them)
    shown = b""
    while piece := _read(us):
        shown += piece
    os.close(us)
    process.wait()
    return re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r\n", "\n").splitlines()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # so Linux says that nobody writes any more
        return b""


@pytest.mark.parametrize("name", ["groups", "network-actors", "coverage-claims", "delegations"])
def test_every_word_of_every_cell_is_there_in_sixty_columns(built: Workspace, dataset: Dataset, name: str) -> None:
    stored = CATALOGUE[name]
    lines = seen(built, 60, "query", name)
    assert max(map(len, lines)) <= 60
    shown = set(" ".join(lines).split())
    page = Page.of(dataset, run(dataset, stored.text), "en", stored)
    asked = [*page.headings, *(page.said(cell) for row in page.rows for cell in row), *map(str, page.notes)]
    assert {word for words in asked for word in words.split()} <= shown


def test_a_table_that_has_no_room_is_a_card_for_each_row(built: Workspace) -> None:
    lines = seen(built, 60, "query", "coverage-claims", "--about", "Loire")
    assert "indicator          coverage rate" in lines
    wide = seen(built, 200, "query", "coverage-claims", "--about", "Loire")
    assert any(re.match(r"about +indicator +qualifier", line) for line in wide)


def test_a_word_that_is_wider_than_the_terminal_is_folded_whole(built: Workspace, tmp_path: Path) -> None:
    word = "".join(chr(ord("a") + number % 26) for number in range(200))
    (tmp_path / "long.rq").write_text(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ ('{word}' 1) }} }}")
    lines = seen(built, 60, "query", "-f", tmp_path / "long.rq")
    assert max(map(len, lines)) <= 60
    assert word in "".join(line.removeprefix("a").strip() for line in lines)


@pytest.mark.parametrize("words", ["[bold]loud[/bold]", "[/x]", ":smile:", "a\\[b]", "red \\u001b[31m"])
def test_words_that_look_like_orders_are_words(built: Workspace, tmp_path: Path, words: str) -> None:
    written = words.replace("\\[", "\\\\[")
    (tmp_path / "odd.rq").write_text(f"SELECT ?a {{ VALUES ?a {{ '{written}' }} }}")
    assert words.replace("\\u001b", "␛") in seen(built, 60, "query", "-f", tmp_path / "odd.rq")


def test_a_workbook_is_not_written_into_a_terminal(built: Workspace) -> None:
    lines = seen(built, 80, "query", "groups", "--format", "xlsx")
    assert "-o" in lines[-1]
    assert not any("PK" in line for line in lines)
