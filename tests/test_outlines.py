"""The outlines of the départements: the table beside that of the territories, and what makes it."""

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from dorsale.documents.authority import Reference
from dorsale.errors import SyntaxFault, UnreadableFile
from dorsale.publish.pages.outlines import TABLE, Outlines

REFERENCE = Path(__file__).parents[1] / "data" / "reference"
STORED = (REFERENCE / TABLE).read_bytes()
CREDIT = b"# author: A\n# source: https://example.org/\n# licence: L\n# terms: https://example.org/l\ncode\toutline\n"


def read(folder: Path, content: bytes) -> Outlines | None:
    (folder / TABLE).write_bytes(content)
    return Outlines.read(folder, Path("data/reference"))


def test_each_departement_of_metropole_has_one_outline_and_nothing_else_has() -> None:
    outlines = Outlines.read(REFERENCE, REFERENCE)
    assert outlines
    departements = {one.code for one in Reference.open(REFERENCE) if one.kind == "departement"}
    overseas = {code for code in departements if code.startswith("97")}
    assert len(overseas) == 5
    assert outlines.paths.keys() == departements - overseas
    assert len(outlines.paths) == 96


def test_the_table_is_small_and_is_the_one_that_its_page_describes() -> None:
    assert len(STORED) < 100_000
    assert hashlib.sha256(STORED).hexdigest() in (REFERENCE / "README.md").read_text("utf-8")


def test_neighbours_share_their_border() -> None:
    """Rounding moves the points of both sides alike, so that no gap opens between them."""
    outlines = Outlines.read(REFERENCE, REFERENCE)
    assert outlines
    left, top, width, height = outlines.box
    assert (left >= 0, top >= 0, left + width <= 6130, top + height <= 5850) == (True,) * 4
    lozere, aveyron = (points(outlines.paths[code]) for code in ("48", "12"))
    near = [one for one in lozere if any(abs(one[0] - x) + abs(one[1] - y) <= 2 for x, y in aveyron)]
    assert len(near) > 10


def points(path: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for ring in re.findall(r"[^z]+z", path):
        x = y = 0
        numbers = [int(one) for one in re.findall(r"-?\d+", ring)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            found.append((x, y))
    return found


def test_the_table_is_made_from_its_package(tmp_path: Path) -> None:
    path = "m 1.04,2 0,0 1.5,0 0,0.01 0,3 z m 9.96,-2 -5,0.25 0,-1 z m 3,3 0.01,0 0,0.01 z"
    said = {"viewBox": "0 0 9 9", "locations": [{"name": "Corse-du-Sud", "id": "2a", "path": path}]}
    content = f"export default {json.dumps(said)}".encode()
    with tarfile.open(tmp_path / "package.tgz", "w:gz") as archive:
        member = tarfile.TarInfo("package/index.js")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    script = tmp_path / "make_outlines.py"
    script.write_bytes((REFERENCE / "make_outlines.py").read_bytes())
    subprocess.run([sys.executable, script, tmp_path / "package.tgz"], check=True, capture_output=True)
    lines = (tmp_path / TABLE).read_text("utf-8").splitlines()
    assert lines[0] == STORED.decode().splitlines()[0]
    # Steps of nothing are gone, a ring begins from where the one before began, and an islet of one point is none.
    assert lines[-1] == "2A\tM10 20l15 0 0 30zM110 0l-50 2 0-10z"


def test_a_folder_without_the_table_has_no_outlines(tmp_path: Path) -> None:
    assert Outlines.read(tmp_path, tmp_path) is None


@pytest.mark.parametrize(
    ("line", "at"),
    [
        (b"48\tM1 2l3 4 5 6z\n48\tM1 2l3 4 5 6z\n", 7),
        (b'48\tM1 2l3 4 5 6z"/><script>\n', 6),
        (b"48\n", 6),
        (b"48\tM1 2l3 4 5z\n", 6),
    ],
)
def test_a_line_that_is_no_outline_is_refused_with_its_place(tmp_path: Path, line: bytes, at: int) -> None:
    with pytest.raises(SyntaxFault) as error:
        read(tmp_path, CREDIT + line)
    assert str(error.value).startswith(f"data/reference/{TABLE}:{at}")


def test_outlines_that_do_not_say_whose_they_are_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SyntaxFault, match="whose the outlines are"):
        read(tmp_path, CREDIT.replace(b"# author: A\n", b"") + b"48\tM1 2l3 4 5 6z\n")


def test_a_table_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read(tmp_path, b"\xff\xfe")


def test_a_small_picture_keeps_every_departement() -> None:
    outlines = Outlines.read(REFERENCE, REFERENCE)
    assert outlines
    small = outlines.coarse(40)
    assert small.paths.keys() == outlines.paths.keys()
    assert sum(map(len, small.paths.values())) < len(STORED) / 2
    assert small.author == outlines.author
    # Paris is one of its points, and is there.
    assert points(small.paths["75"])
