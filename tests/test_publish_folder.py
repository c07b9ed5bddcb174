import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import fill

from dorsale.errors import ForeignFile, PublicationBusy, UnfitPath, UnwritableFile
from dorsale.graph.store import Dataset
from dorsale.publish import publish
from dorsale.publish.folder import SUMS, File, _beside, keep, kept
from dorsale.workspace import Workspace

FIRST = [File("index.html", b"one"), File("things/a.ttl", b"a"), File("things/b.ttl", b"b")]
SECOND = [File("index.html", b"two"), File("things/a.ttl", b"a")]


def held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_holds_the_files_and_their_sums(tmp_path: Path) -> None:
    sums = keep(FIRST, tmp_path / "out")
    found = held(tmp_path / "out")
    assert found.pop(SUMS).decode() == "".join(f"{sums[path]}  {path}\n" for path in sorted(found))
    assert found == {file.path: file.content for file in FIRST}
    check = subprocess.run(["sha256sum", "-c", SUMS], cwd=tmp_path / "out", capture_output=True, check=False)
    assert check.returncode == 0
    assert os.listdir(tmp_path) == ["out"]


def test_what_we_wrote_before_and_write_no_more_goes(tmp_path: Path) -> None:
    keep(FIRST, tmp_path)
    keep(SECOND, tmp_path)
    assert kept(tmp_path).keys() == {"index.html", "things/a.ttl"} == held(tmp_path).keys() - {SUMS}


def test_files_of_others_stay_as_they_are(tmp_path: Path) -> None:
    out = tmp_path / "out"
    keep(FIRST, out)
    (out / ".git" / "refs" / "heads").mkdir(parents=True)
    (out / ".git" / "HEAD").write_text("ref: refs/heads/main")
    (out / "things" / "notes.txt").write_text("mine")
    (out / "latest").symlink_to("things")
    (out / "things" / "b.ttl").write_text("changed by hand")
    keep(SECOND, out)
    assert (out / ".git" / "refs" / "heads").is_dir()
    assert (out / "latest").readlink() == Path("things")
    found = held(out)
    assert found["things/notes.txt"] == b"mine"
    assert found["things/b.ttl"] == b"changed by hand"
    assert found["index.html"] == b"two"


@pytest.mark.parametrize("place", ["index.html", "things", "things/a.ttl/below", SUMS])
def test_the_place_of_another_s_file_is_never_taken(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text("mine")
    with pytest.raises(ForeignFile):
        keep(FIRST, tmp_path)
    assert held(tmp_path) == {place: b"mine"}


def test_a_file_of_ours_that_somebody_changed_is_not_overwritten(tmp_path: Path) -> None:
    keep(FIRST, tmp_path)
    (tmp_path / "index.html").write_text("by hand")
    with pytest.raises(ForeignFile, match=r"index\.html"):
        keep(SECOND, tmp_path)
    assert (tmp_path / "index.html").read_text() == "by hand"


def broken() -> Iterator[File]:
    yield SECOND[0]
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_fails_leaves_the_publication_before_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    keep(FIRST, out)
    before = held(out)
    with pytest.raises(OSError, match="No space"):
        keep(broken(), out)
    assert held(out) == before
    assert os.listdir(tmp_path) == ["out"]


def test_a_full_disk_is_said_and_leaves_the_publication_before_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    keep(FIRST, out)
    before = held(out)
    with monkeypatch.context() as patched:

        def full(self: Path, content: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(UnwritableFile, match="No space left"):
            keep(SECOND, out)
    assert held(out) == before


def test_a_disk_that_is_full_at_any_moment_leaves_the_publication_before_whole(small_disk: Path) -> None:
    out, ballast = small_disk / "out", small_disk / "ballast"
    larger = [File(f"things/{number}/a.ttl", b"x" * 8192) for number in range(40)]
    ended = set()
    for free in range(0, 600, 24):
        ballast.unlink(missing_ok=True)
        keep(FIRST, out)
        before = held(out)
        fill(ballast, free)
        try:
            keep(larger, out)
        except UnwritableFile:
            ended.add(free)
            left = before
        else:
            left = {SUMS: (out / SUMS).read_bytes()} | {file.path: file.content for file in larger}
        assert held(out) == left, free
        assert sorted(os.listdir(small_disk)) == ["ballast", "out"], free
    assert {0, 24, 240} <= ended < set(range(0, 600, 24))


def test_a_publication_that_does_not_fit_on_the_disk_says_so_and_what_to_do(
    built: Workspace, dataset: Dataset, small_disk: Path
) -> None:
    out = small_disk / "out"
    keep(FIRST, out)
    before = held(out)
    with pytest.raises(UnwritableFile) as refused:
        publish(built, dataset, out)
    assert held(out) == before
    assert os.listdir(small_disk) == ["out"]
    assert "make room" in refused.value.sentence("en")
    assert "No space left" in refused.value.sentence("fr")


def test_who_was_killed_between_the_two_names_leaves_a_publication(tmp_path: Path) -> None:
    out = tmp_path / "out"
    keep(FIRST, out)
    beside = tmp_path / ".out.dorsale"
    (beside / "next").mkdir(parents=True)
    (beside / "next" / "half").write_text("half")
    out.rename(beside / "before")
    keep(SECOND, out)
    assert held(out).keys() == {"index.html", "things/a.ttl", SUMS}
    assert os.listdir(tmp_path) == ["out"]


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with _beside(out), pytest.raises(PublicationBusy):
        keep(FIRST, out)
    keep(FIRST, out)


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        (["../out"], "outside"), (["/etc/x"], "outside"), (["a//b"], "outside"), (["a/./b"], "outside"),
        ([""], "outside"),
        (["a\x00b"], "characters"), (["a\\b"], "characters"), (["a\nb"], "characters"), (["a."], "characters"),
        (["a" * 201], "long"), (["é" * 101 + "/x"], "long"),
        (["a", "a"], "twice"), (["a", "a/b"], "twice"), (["a/b", "a"], "twice"), ([SUMS], "twice"),
        (["a/B", "a/b"], "case"), (["A/x", "a/y"], "case"), (["é", "e\u0301"], "case"), (["sha256sums"], "case"),
    ],
)  # fmt: skip
def test_a_path_that_some_place_cannot_hold_is_refused(tmp_path: Path, paths: list[str], reason: str) -> None:
    with pytest.raises(UnfitPath) as refused:
        keep([File(path, b"") for path in paths], tmp_path / "out")
    assert refused.value.reason == reason
    assert refused.value.sentence("fr") != refused.value.sentence("en")
    assert os.listdir(tmp_path) == []
