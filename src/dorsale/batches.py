"""
Many documents: in batches, by any number of processes, in the order given.

A process reads the workspace once and then gets nothing but names of documents; what it gives back is plain. So the
answer for each document is the same with one worker or twenty, alone or among others, and a document that cannot be
read is told in its place and stops no other.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Generic, TypeVar

from dorsale.documents.extract.model import Model
from dorsale.errors import DorsaleError, MissingDask, SchedulerUnreachable, WorkersLost
from dorsale.extract import Desk, Proposals
from dorsale.workspace import Workspace

T = TypeVar("T")
# So many documents go to a process at once: fewer and the way there counts, more and the last process works alone.
BATCH = 40
# So many batches are on their way at once: more documents than memory are no matter.
AHEAD = 128
# How long a scheduler may take to answer, in seconds.
PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What came of a document: what was told of its proposals, or the error that says why there are none."""

    name: str
    told: T | None = None
    error: DorsaleError | None = None


def extract_all(
    workspace: Workspace,
    names: Sequence[str],
    tell: Callable[[Desk, Proposals], T],
    executor: Executor | None = None,
    model: Model | None = None,
    batch: int = BATCH,
) -> Iterator[Outcome[T]]:
    """
    Yield what comes of each document, in the order of ``names``: what ``tell`` makes of its proposals, or its error.

    With an ``executor``, ``tell`` is a function of a module, what it returns can be pickled, and the workers see the
    folders of the workspace and the documents under the same names. Without one the work is done here, one by one.
    """
    state = workspace.fingerprint()
    if executor is None:
        for name in names:
            yield from _work(workspace.root, state, (name,), tell, model)
        return
    batches = (tuple(names[at : at + batch]) for at in range(0, len(names), batch))
    ahead: deque[Future[list[Outcome[T]]]] = deque()
    try:
        for some in batches:
            ahead.append(executor.submit(_work, workspace.root, state, some, tell, model))
            if len(ahead) == AHEAD:
                yield from ahead.popleft().result()
        while ahead:
            yield from ahead.popleft().result()
    finally:
        for future in ahead:
            future.cancel()


def _work(
    root: Path, state: str, names: Sequence[str], tell: Callable[[Desk, Proposals], T], model: Model | None
) -> list[Outcome[T]]:
    desk = _desk(root, state)
    outcomes: list[Outcome[T]] = []
    for name in names:
        try:
            outcomes.append(Outcome(name, tell(desk, desk.propose(desk.open(name), model))))
        except DorsaleError as error:
            outcomes.append(Outcome(name, error=error))
    return outcomes


@lru_cache(maxsize=1)
def _desk(root: Path, state: str) -> Desk:
    """Return the desk of a workspace in this process: made once, and again when its files have changed."""
    return Desk(Workspace.open(root))


def shared_out(count: int, workers: int) -> int:
    """
    Return how many documents to a batch, so that each worker has some work to the end.

    >>> shared_out(2000, 2), shared_out(10, 2)
    (40, 1)
    """
    return max(1, min(BATCH, count // (4 * workers) or 1, count))


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """Give an executor with so many processes of this machine; one that is killed raises :class:`WorkersLost`."""
    # A fresh process: a copy of this one would have its open store and half of its threads.
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
    try:
        yield pool
    except BrokenExecutor as error:
        raise WorkersLost from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """
    Give an executor that works on the Dask cluster of a scheduler.

    Raises :class:`MissingDask` without the extra, :class:`SchedulerUnreachable` when nothing answers at the address,
    :class:`WorkersLost` when the cluster gives up a batch whose workers died.
    """
    try:
        from distributed import Client
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise MissingDask from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SchedulerUnreachable(address=address, reason=str(error) or type(error).__name__) from error
    with client:
        try:
            yield client.get_executor(pure=False)
        except KilledWorker as error:
            raise WorkersLost from error
