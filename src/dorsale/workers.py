"""
Work that is done side by side by copies of this process, which need not be told what it knows already.

Each copy takes the next piece when it is done with one, so that none waits for a long piece of another. Only so many
pieces are handed out before what came of the first of them was taken: memory stays bounded. What comes of the pieces
comes in their order, and no copy lives on when this process ends.
"""

import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from dorsale.errors import WorkersLost

Piece = TypeVar("Piece")
Made = TypeVar("Made")

# So many pieces for each copy are handed out at a time: few, since what comes of them is held, but not one, since a
# copy would wait for the next while a longer piece of another is waited for.
AHEAD = 8
# A piece is called by its number, in so many bytes: all who read them from one pipe get whole numbers.
NUMBER = 4


def side_by_side(work: Callable[[Piece], Made], pieces: Sequence[Piece], workers: int) -> Iterator[Made]:
    """
    Yield what comes of each piece of work, in order; with one worker it is done here.

    What comes of a piece, or is raised by it, can be pickled. Copies are made by ``fork``: the work may read open
    files and stores, and changes nothing that others see.

    Raises what the work raises, and :class:`WorkersLost` when a copy ended before its work.
    """
    # What all need is looked up with the first piece, and copied.
    yield from map(work, pieces[:1])
    rest = pieces[1:]
    if workers < 2 or len(rest) < 2:
        yield from map(work, rest)
        return
    context = get_context("fork")
    gc.freeze()
    taking, handing = os.pipe()
    copies: dict[Any, BaseProcess] = {}
    try:
        for _ in range(min(workers, len(rest))):
            reader, writer = context.Pipe(duplex=False)
            with closing(writer):
                copy = context.Process(target=_copy, args=(work, rest, taking, handing, reader, writer), daemon=True)
                copy.start()
            copies[reader] = copy
        yield from _in_order(copies, handing, len(rest))
    finally:
        os.close(taking)
        os.close(handing)
        for reader, ended in copies.items():
            ended.kill()
            ended.join()
            reader.close()
        gc.unfreeze()


def _in_order(copies: dict[Any, BaseProcess], handing: int, count: int) -> Iterator[Any]:
    """Hand out the numbers of the pieces, and yield what comes of each in their order."""
    there: dict[int, tuple[Any, Exception | None]] = {}
    handed = 0
    for number in range(count):
        while handed < min(number + AHEAD * len(copies), count):
            os.write(handing, handed.to_bytes(NUMBER))
            handed += 1
        while number not in there:
            for reader in wait([*copies]):
                assert isinstance(reader, Connection)
                try:
                    done, *made = reader.recv()
                except EOFError as lost:
                    raise WorkersLost from lost
                there[done] = made[0], made[1]
        made, error = there.pop(number)
        if error is not None:
            raise error
        yield made


def _copy(
    work: Callable[[Piece], Made],
    pieces: Sequence[Piece],
    taking: int,
    handing: int,
    reader: Connection,
    writer: Connection,
) -> None:
    """Do pieces of work, and send what comes of each."""
    # Only the first process hands out, and listens: where that is gone, there is nothing to take, and nobody to tell.
    os.close(handing)
    reader.close()
    # Who interrupts the command interrupts its copies: they end without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    while taken := os.read(taking, NUMBER):
        number = int.from_bytes(taken)
        try:
            made: tuple[Made | None, Exception | None] = (work(pieces[number]), None)
        except Exception as error:
            made = (None, error)
        try:
            writer.send((number, *made))
        except BrokenPipeError:
            return
