"""What was seen of a workspace's files stands for them until one changes, and never afterwards."""

import json
import os
from pathlib import Path

import pytest

from dorsale.graph.header import keep
from dorsale.graph.store import Shelf
from dorsale.seen import FILE, catalogue, fresh, see
from dorsale.workspace import Workspace


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files whose content somebody read."""
    read: list[Path] = []
    whole = Path.read_bytes

    def reading(path: Path) -> bytes:
        read.append(path)
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", reading)
    return read


def seen(workspace: Workspace) -> Path:
    return Shelf(workspace.dataset, workspace.base).current / FILE


def test_whether_the_dataset_is_that_of_the_files_is_told_without_reading_them(
    built: Workspace, reads: list[Path]
) -> None:
    assert fresh(built)
    assert {path.suffix for path in reads} == {".json"}


def test_a_file_that_has_the_size_and_the_date_it_had_is_still_a_changed_one(workspace: Workspace) -> None:
    see(workspace)
    file = next(iter(workspace.facts.glob("*.trig")))
    before, content = file.stat(), file.read_bytes()
    file.write_bytes(content.replace(b"2", b"3", 1))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert not fresh(workspace)


@pytest.mark.parametrize("change", ["touch", "copy"])
def test_files_whose_dates_alone_are_others_are_read_and_found_the_same(workspace: Workspace, change: str) -> None:
    if change == "touch":
        see(workspace)
        next(iter(workspace.documents.glob("*.txt"))).touch()
    # A copy of a workspace has the dates of its own making.
    assert json.loads(seen(workspace).read_bytes())["dates"]
    assert fresh(workspace)


def test_a_file_that_goes_or_comes_is_noticed(workspace: Workspace) -> None:
    see(workspace)
    more = workspace.facts / "other.trig"
    more.write_text("", "utf-8")
    assert not fresh(workspace)
    more.unlink()
    assert fresh(workspace)


def test_another_base_is_another_dataset(workspace: Workspace) -> None:
    see(workspace)
    assert fresh(workspace)
    mark = workspace.mark.read_text("utf-8")
    workspace.mark.write_text(mark.replace(workspace.base, "https://data.loire.example/id/", 1))
    assert not fresh(Workspace.open(workspace.root))


@pytest.mark.parametrize("damage", [None, b"", b"{", b"{}"])
def test_what_was_seen_is_only_a_shorter_way(workspace: Workspace, damage: bytes | None) -> None:
    if damage is None:
        seen(workspace).unlink()
    else:
        seen(workspace).write_bytes(damage)
    assert fresh(workspace)
    assert catalogue(workspace)["operators"].title["fr"]


def test_headers_that_were_seen_are_those_of_the_files(built: Workspace) -> None:
    stored = catalogue(built)
    assert stored.kept
    assert len(stored.kept) == len(stored.names)
    for name, one in zip(stored.names, stored, strict=True):
        assert type(one).open(built.queries / f"{name}.rq", stored.shown / f"{name}.rq") == one


def test_a_header_that_changed_is_read_again(workspace: Workspace) -> None:
    path = workspace.queries / "operators.rq"
    text = path.read_text("utf-8")
    title = catalogue(workspace)["operators"].title["fr"]
    path.write_text(text.replace(title, "Autre titre", 1), "utf-8")
    assert catalogue(workspace)["operators"].title["fr"] == "Autre titre"


def test_a_header_that_json_would_change_is_not_kept(tmp_path: Path) -> None:
    for name, said in {"date": "2025-01-01", "word": "a", "open": "{"}.items():
        (tmp_path / f"{name}.rq").write_text(f"#+ title: {said}\nASK {{}}\n", "utf-8")
    assert list(keep(sorted(tmp_path.glob("*.rq")), ("title",))) == [" title: a"]
