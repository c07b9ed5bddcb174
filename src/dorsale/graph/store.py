"""
The dataset: quads in, a ``Change`` out, queries answered.

Facts live in named graphs. The default graph is a view of them that is kept up to date with each change,
in the same transaction: the union of all named graphs but those that stand apart (the OWL axioms, and the folded names
by which things are looked up), each fact once.
So counts are right, a query file runs unchanged, and the Turtle export is the default graph.
"""

import fcntl
import json
import os
import re
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QuerySolutions,
    Store,
    Triple,
)

from dorsale.errors import DatasetLocked, NoDataset, Place, QueryFailed, QuerySyntax, UnwritableFile
from dorsale.names import BASE

VIEW = DefaultGraph()
CURRENT, LOCK, MADE = "current", "lock", "made.json"
Read = TypeVar("Read")
# So many quads at once are very many.
MANY = 100_000
# So many take a third of a gigabyte of memory.
HELD = 1_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """Quads of named graphs that come and go together, each with the place that says so, where there is one."""

    additions: Mapping[Quad, Place | None] = field(default_factory=dict)
    removals: Mapping[Quad, Place | None] = field(default_factory=dict)


class Dataset:
    """
    A store of named graphs, whose default graph is the view of them.

    ``apart`` are the graphs that the view leaves out; ``folder`` is where it is on disk. What cannot be written there
    raises :class:`UnwritableFile`.
    """

    def __init__(self, store: Store, base: str = BASE, folder: Path = Path()) -> None:
        self.store = store
        self.base = base
        self.folder = folder
        self.release: Callable[[], object] = lambda: None
        self.apart = frozenset(NamedNode(f"{base}graph/{name}") for name in ("ontology", "names"))

    @classmethod
    def open(cls, folder: Path, base: str = BASE) -> "Dataset":
        """Return the dataset of a folder to read; it stays as it is now, whatever is written meanwhile."""
        return cls(Store.read_only(str(folder)), base, folder)

    @classmethod
    def write(cls, folder: Path, base: str = BASE) -> "Dataset":
        """Return the dataset of a folder, made if it is not there, to write."""
        with writing(folder):
            return cls(Store(str(folder)), base, folder)

    def held(self) -> "Dataset":
        """
        Return the dataset in memory, where a look-up takes a tenth of the time that it takes on disk.

        It is for who looks up very much and writes nothing; a dataset that is too large for that is returned as it is.
        """
        if self.folder == Path() or len(self.store) > HELD:
            return self
        store = Store()
        store.bulk_extend(self.store.quads_for_pattern(None, None, None, None))
        held = Dataset(store, self.base, self.folder)
        # The folder, which tells how the dataset was made, is in use as long as what was read in it.
        held.release = self.close
        return held

    def close(self) -> None:
        """Let go of the folder, which Oxigraph does with its object and not before: until then it writes on in it."""
        del self.store
        self.release()

    def commit(self, change: Change) -> None:
        """
        Apply a change to the named graphs and to the view of them, whole or not at all.

        A fact enters the view with its first graph and leaves it with its last one. Where very many facts come, only a
        dataset that nobody uses yet may take them: they come one after the other.
        """
        removals = [quad for quad in change.removals if quad in self.store and quad not in change.additions]
        leaving = {
            Quad(quad.subject, quad.predicate, quad.object, VIEW)
            for quad in removals
            if quad.graph_name not in self.apart and not self._stays(quad, change)
        }
        entering = {
            Quad(quad.subject, quad.predicate, quad.object, VIEW)
            for quad in change.additions
            if quad.graph_name not in self.apart
        }
        arriving = [*change.additions, *entering]
        with writing(self.folder):
            if gone := [*removals, *leaving]:
                # One update is one transaction, and only an update both removes and adds.
                self.store.update(f"DELETE DATA {{ {_data(gone)} }} ; INSERT DATA {{ {_data(arriving)} }}")
            elif len(arriving) > MANY:
                # A transaction is held in memory.
                self.store.bulk_extend(arriving)
            else:
                self.store.extend(arriving)

    def copy(self, to: Path) -> None:
        """Make a copy, of hard links where it is beside the dataset."""
        with writing(to):
            self.store.backup(str(to))

    def flush(self) -> None:
        """Put on the disk what was committed: the machine may stop."""
        with writing(self.folder):
            self.store.flush()

    def difference(self, stated: Mapping[Quad, Place | None]) -> Change:
        """
        Return the change after which the named graphs hold what is stated and nothing else.

        What stands apart may have blank nodes, which are other ones each time that a file is read: it comes anew whole.
        """
        with writing(self.folder):
            for graph in self.apart:
                self.store.clear_graph(graph)
        present = set(self.quads())
        return Change(
            {quad: place for quad, place in stated.items() if quad not in present},
            dict.fromkeys(present - stated.keys()),
        )

    def _stays(self, leaving: Quad, change: Change) -> bool:
        """Say whether another graph of the view holds the fact of a quad that is removed."""
        holding = self.store.quads_for_pattern(leaving.subject, leaving.predicate, leaving.object, None)
        others = (quad for quad in holding if quad.graph_name != VIEW and quad.graph_name not in self.apart)
        return any(quad not in change.removals for quad in others) or any(
            quad.triple == leaving.triple and quad.graph_name not in self.apart for quad in change.additions
        )

    def facts(self) -> Iterator[Triple]:
        """Yield the default graph: every fact once."""
        for quad in self.store.quads_for_pattern(None, None, None, VIEW):
            yield quad.triple

    def quads(self) -> Iterator[Quad]:
        """Yield the named graphs, without those that stand apart."""
        for graph in self.store.named_graphs():
            if graph not in self.apart:
                yield from self.store.quads_for_pattern(None, None, None, graph)

    def query(self, text: str, place: Place | None = None, prefixes: Mapping[str, str] | None = None) -> Any:
        """
        Return what a SPARQL query answers: ``QuerySolutions``, ``QueryBoolean`` or ``QueryTriples`` of Oxigraph.

        Raises :class:`QuerySyntax` with line and column, or :class:`QueryFailed` when the engine gives up.
        """
        try:
            with engine():
                return self.store.query(text, prefixes=dict(prefixes) if prefixes else None)
        except SyntaxError as error:
            raise _syntax(error, text, place) from error

    def rows(self, text: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a SELECT of ours, each with its terms in the order of the SELECT."""
        solutions = self.query(text)
        assert isinstance(solutions, QuerySolutions)
        with engine():
            for row in solutions:
                yield tuple(row)

    @contextmanager
    def scratch(self, within: Path) -> Iterator["Dataset"]:
        """Give a copy to try a change on, made of hard links beside the dataset and dropped afterwards."""
        with aside(within) as folder:
            self.copy(copy := folder / "dataset")
            with closing(Dataset.write(copy, self.base)) as scratch:
                yield scratch


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn what the system says while something is written (a disk may be full) into :class:`UnwritableFile`."""
    try:
        yield
    except OSError as error:
        # Oxigraph tells the whole way that an error came; what happened stands last.
        raise UnwritableFile(file=place, reason=error.strerror or str(error).rsplit(": ", 1)[-1]) from error


@contextmanager
def aside(within: Path) -> Iterator[Path]:
    """Give a folder to try something in, which goes afterwards; that of a killed process goes with the next writer."""
    import tempfile

    while True:
        with writing(within):
            folder = Path(tempfile.mkdtemp(prefix="scratch-", dir=within))
        try:
            held = _hold(folder)
            break
        except (FileNotFoundError, BlockingIOError):  # somebody tidied up before it was held
            continue
    try:
        yield folder
    finally:
        _remove(folder)
        os.close(held)


def _hold(folder: Path) -> int:
    """Keep a folder from being dropped until the handle that is returned is closed, by its user or with its process."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _remove(folder: Path) -> None:
    import shutil  # which who only reads does not wait for

    shutil.rmtree(folder, ignore_errors=True)


def _drop(folder: Path) -> None:
    """Remove a folder, unless somebody holds it: then it is for whoever writes next."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(folder)
        finally:
            os.close(handle)


@contextmanager
def engine() -> Iterator[None]:
    """Turn what the engine says while it evaluates (it evaluates while rows are read) into :class:`QueryFailed`."""
    try:
        yield
    except BrokenPipeError:
        raise  # who reads the answer has had enough
    except (RuntimeError, OSError) as error:
        raise QueryFailed(reason=str(error)) from error


def _syntax(error: SyntaxError, text: str, place: Place | None) -> QuerySyntax:
    """Return where a query does not parse, what stands there, and what the parser waited for."""
    said = str(error.msg)
    found = re.match(r"error at (\d+):(\d+): (.*)", said, re.DOTALL)
    line, column, said = (int(found[1]), int(found[2]), found[3]) if found else (None, None, said)
    rest = text.split("\n")[line - 1][column - 1 :].strip() if line and column else ""
    said = " ".join(said.split())
    reason = f"« {rest[:40]} » {said if len(said) < 120 else said[:119] + '…'}"
    return QuerySyntax(place=Place(place.file if place else Path("-"), line, column), reason=reason)


def _data(quads: list[Quad]) -> str:
    """Return quads as SPARQL's quad data."""
    lines = []
    for quad in quads:
        triple = f"{quad.subject} {quad.predicate} {quad.object} ."
        lines.append(triple if quad.graph_name == VIEW else f"GRAPH {quad.graph_name} {{ {triple} }}")
    return "\n".join(lines)


class Shelf:
    """
    The folder that holds datasets: the one in use, named by ``current``, and while building the next one.

    Readers follow ``current``; a writer holds ``lock`` and replaces ``current`` when its dataset is whole. A folder
    that somebody still reads stays until the next writer clears up. A writer that was killed holds nothing.
    """

    def __init__(self, folder: Path, base: str = BASE) -> None:
        self.folder = folder
        self.base = base

    @property
    def current(self) -> Path:
        """The folder of the dataset in use; without one, :class:`NoDataset` is raised."""
        named = None
        while (name := self._named()) != named:
            if name and (self.folder / name).is_dir():
                return self.folder / name
            named = name  # the next one may have taken its place since it was named
        raise NoDataset(folder=self.folder.parent)

    def _named(self) -> str | None:
        with suppress(OSError):
            return (self.folder / CURRENT).read_text("utf-8").strip()
        return None

    def open(self) -> Dataset:
        """Return the dataset in use, to read: it stays as it is, whoever writes, as long as somebody has it."""
        return self.follow(self._opened)

    def _opened(self, folder: Path) -> Dataset:
        held = _hold(folder)
        try:
            dataset = Dataset.open(folder / "dataset", self.base)
        except OSError:
            os.close(held)
            raise
        dataset.release = weakref.finalize(dataset, os.close, held)
        return dataset

    def made(self, dataset: Dataset | None = None) -> dict[str, Any]:
        """Return what was written down when the dataset in use was made, or one that is open: what and how much."""
        if dataset is None:
            return self.follow(_made)
        return _made(dataset.folder.parent)

    def follow(self, read: Callable[[Path], Read]) -> Read:
        """
        Return what is read in the folder of the dataset in use; of the next one, when that took its place meanwhile.

        What is missing in the dataset in use itself raises :class:`NoDataset`.
        """
        while True:
            folder = self.current
            try:
                return read(folder)
            except OSError as error:
                if self.current == folder:
                    raise NoDataset(folder=self.folder.parent) from error

    @contextmanager
    def lock(self, work: str = "–") -> Iterator[None]:
        """Hold the only right to write, for a ``work``; :class:`DatasetLocked` tells who has it, why and since when."""
        with writing(self.folder):
            self.folder.mkdir(exist_ok=True)
            lock = (self.folder / LOCK).open("ab+", buffering=0)
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                holder, since, held = [*lock.read().decode().splitlines(), "?", "?", "?"][:3]
                raise DatasetLocked(folder=self.folder, holder=holder, since=since, work=held) from error
            lock.truncate(0)
            with suppress(OSError):  # a note for others: a full disk does not stop what can be done without room
                lock.write(f"{os.getpid()}\n{datetime.now():%Y-%m-%d %H:%M:%S}\n{work}\n".encode())
            try:
                yield
            finally:
                lock.truncate(0)

    @contextmanager
    def next(self) -> Iterator[Path]:
        """Give a folder for the next dataset; it is dropped unless :meth:`whole` says that it is one."""
        import tempfile

        self.tidy()
        with writing(self.folder):
            folder = Path(tempfile.mkdtemp(prefix="build-", dir=self.folder))
        try:
            yield folder
        finally:
            if not (folder / MADE).exists():
                _remove(folder)

    def tidy(self) -> None:
        """
        Drop the datasets that nobody uses, and what a killed process left behind.

        For who holds the lock, when no journal is pending: it may name such files.
        """
        for stale in [*self.folder.glob("build-*"), *self.folder.glob("scratch-*")]:
            if not self._in_use(stale):
                _drop(stale)
        for part in self.folder.glob("*.part"):
            part.unlink(missing_ok=True)

    def _in_use(self, folder: Path) -> bool:
        try:
            return folder == self.current
        except NoDataset:
            return False

    def whole(self, folder: Path, made: Mapping[str, Any]) -> tuple[Path, bytes]:
        """Write down how a dataset was made; return the file that makes it the one in use, and what it has to say."""
        with writing(folder):
            _written(folder / MADE, json.dumps(made, indent=1, sort_keys=True).encode())
        return self.folder / CURRENT, f"{folder.name}\n".encode()

    def use(self, folder: Path, made: Mapping[str, Any]) -> None:
        """Make a folder the dataset in use, in one step, and drop the one before."""
        try:
            current, said = self.whole(folder, made)
            with writing(current):
                _written(current, said)
        finally:
            self.tidy()


def _made(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / MADE).read_bytes())
    return found


def _written(path: Path, content: bytes) -> None:
    """Write a file that is whole or not there."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
