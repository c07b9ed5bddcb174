"""Copies of a process that do its work: in order, to the end, and none is left when it is done."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from dorsale.errors import UnfitPath, WorkersLost
from dorsale.workers import AHEAD, side_by_side

PIECES = list(range(20))


@pytest.mark.parametrize("workers", [1, 2, 3, 40])
def test_what_comes_of_each_piece_comes_in_order(workers: int) -> None:
    made = list(side_by_side(lambda piece: (piece * piece, os.getpid()), PIECES, workers))
    assert [square for square, _ in made] == [piece * piece for piece in PIECES]
    # The first is done here, before there are copies.
    assert made[0][1] == os.getpid()
    assert len({process for _, process in made[1:]}) <= workers
    assert (made[1][1] == os.getpid()) == (workers == 1)
    assert not multiprocessing.active_children()


def test_who_is_done_takes_the_next_piece() -> None:
    """One long piece holds nobody up but who asks for it."""
    others = multiprocessing.get_context("fork").Semaphore(0)

    def work(piece: int) -> bool:
        if piece != 1:
            others.release()
            return True
        return all(others.acquire(timeout=20) for _ in range(6))

    assert all(side_by_side(work, range(8), 2))


def test_what_nobody_took_yet_is_bounded() -> None:
    begun = multiprocessing.get_context("fork").Value("i", 0)

    def work(piece: int) -> int:
        with begun.get_lock():
            begun.value += 1
        return piece

    made = side_by_side(work, range(1000), 2)
    assert [next(made) for _ in range(11)] == list(range(11))
    time.sleep(0.3)
    assert begun.value <= 11 + 2 * AHEAD
    made.close()  # type: ignore[attr-defined]


def test_what_a_copy_raises_is_raised_here() -> None:
    def work(piece: int) -> int:
        if piece == 7:
            raise UnfitPath(path="a:b", reason="characters")
        return piece

    made = side_by_side(work, PIECES, 2)
    assert [next(made) for _ in range(7)] == PIECES[:7]
    with pytest.raises(UnfitPath, match="a:b"):
        next(made)
    assert not multiprocessing.active_children()


def test_a_copy_that_is_killed_is_told() -> None:
    def work(piece: int) -> int:
        if piece == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        return piece

    with pytest.raises(WorkersLost):
        list(side_by_side(work, PIECES, 2))
    assert not multiprocessing.active_children()


def test_who_stops_listening_leaves_no_copy() -> None:
    made = side_by_side(lambda piece: piece, PIECES, 3)
    assert next(made) == 0
    assert next(made) == 1
    made.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_no_copy_lives_on_when_the_process_is_killed() -> None:
    script = (
        "import time\nfrom dorsale.workers import side_by_side\n"
        "for number in side_by_side(lambda piece: 'x' * 200_000, list(range(1000)), 3):\n"
        "    print('made', flush=True)\n    time.sleep(0.2)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    # The second is made by a copy: all of them are there.
    assert [process.stdout.readline() for _ in range(2)] == ["made\n"] * 2
    process.kill()
    # They have its output, too, which ends when the last of them does.
    process.communicate(timeout=30)
