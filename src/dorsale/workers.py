"""
Work that is done side by side by copies of this process, which need not be told what it knows already.

Each copy takes every n-th piece, and waits with the next until what came of one was taken from it: memory stays
bounded, the order is that of the work, and no copy lives on when this process ends.
"""

import gc
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar

from dorsale.errors import WorkersLost

Piece = TypeVar("Piece")
Made = TypeVar("Made")


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
    readers, copies = [], []
    try:
        for at in range(min(workers, len(rest))):
            reader, writer = context.Pipe(duplex=False)
            with closing(writer):
                copy = context.Process(target=_copy, args=(work, rest[at::workers], reader, writer), daemon=True)
                copy.start()
            readers.append(reader)
            copies.append(copy)
        for number in range(len(rest)):
            try:
                made, error = readers[number % workers].recv()
            except EOFError as lost:
                raise WorkersLost from lost
            if error is not None:
                raise error
            yield made
    finally:
        for copy in copies:
            copy.kill()
            copy.join()
        for reader in readers:
            reader.close()
        gc.unfreeze()


def _copy(work: Callable[[Piece], Made], pieces: Sequence[Piece], reader: Connection, writer: Connection) -> None:
    """Do pieces of work, and send what comes of each."""
    # Nobody but the first process listens: where that is gone, there is nobody to write to.
    reader.close()
    # Who interrupts the command interrupts its copies: they end without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for piece in pieces:
        try:
            made = (work(piece), None)
        except Exception as error:
            writer.send((None, error))
            return
        try:
            writer.send(made)
        except BrokenPipeError:
            return
