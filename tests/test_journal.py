"""Files that change together, whenever somebody is stopped between two of them."""

import os
from pathlib import Path

import pytest

from dorsale.errors import UnwritableFile
from dorsale.journal import Journal


class Killed(BaseException):
    """What a test does in the place of the system."""


OLD = {"a.txt": b"old a", "deep/b.txt": b"old b"}
NEW = {"a.txt": b"new a", "deep/b.txt": b"new b", "deeper/still/c.txt": b"new c"}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    (tmp_path / "deep").mkdir()
    (tmp_path / ".state").mkdir()
    for name, content in OLD.items():
        (tmp_path / name).write_bytes(content)
    return Journal(tmp_path / ".state" / "journal.json", tmp_path)


def files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.parent.name != ".state"
    }


def write(journal: Journal) -> None:
    journal.write({journal.root / name: content for name, content in NEW.items()})


def test_all_files_are_put_in_place_and_nothing_is_left_beside_them(journal: Journal) -> None:
    (journal.root / "a.txt").chmod(0o640)
    write(journal)
    assert files(journal.root) == NEW
    assert not journal.pending
    assert (journal.root / "a.txt").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("step", range(1, 6))
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_who_is_stopped_at_any_rename_leaves_all_or_nothing_to_who_comes_next(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, step: int, before: bool
) -> None:
    calls, put = 0, os.replace

    def stopped(source: Path, target: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == step and before:
            raise Killed
        put(source, target)
        if calls == step:
            raise Killed

    monkeypatch.setattr(os, "replace", stopped)
    with pytest.raises(Killed):
        write(journal)
    monkeypatch.undo()
    Journal(journal.path, journal.root).settle()
    # The second rename is the one that says that everything is there.
    assert files(journal.root) == (OLD if step < 2 + before else NEW)
    assert not journal.pending


@pytest.mark.parametrize("step", range(1, 4))
def test_who_is_stopped_while_writing_beside_leaves_nothing(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    synced, calls = os.fsync, 0

    def stopped(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == step + 2:  # the journal and its folder come first
            raise Killed
        synced(handle)

    monkeypatch.setattr(os, "fsync", stopped)
    with pytest.raises(Killed):
        write(journal)
    monkeypatch.undo()
    assert journal.pending
    journal.settle()
    assert files(journal.root) == OLD


def test_what_cannot_be_written_is_told_and_nothing_changes(journal: Journal) -> None:
    (journal.root / "deeper").write_bytes(b"a file where a folder should be")
    with pytest.raises(UnwritableFile, match=r"c\.txt"):
        write(journal)
    assert files(journal.root) == {**OLD, "deeper": b"a file where a folder should be"}
    assert not journal.pending


def test_settling_without_a_journal_does_nothing(journal: Journal) -> None:
    journal.settle()
    assert files(journal.root) == OLD
