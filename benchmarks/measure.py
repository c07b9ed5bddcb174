"""How long a call takes, several times over, and the table of it: medians, since a busy machine is never faster."""

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """What several runs took, in seconds."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """The run in the middle."""
        return statistics.median(self.runs)

    def shown(self, unit: str = "s") -> tuple[str, str, str]:
        """Return the shortest, the median and the longest, in seconds or in milliseconds."""
        scale, digits = (1000, 2) if unit == "ms" else (1, 3)
        shortest, median, longest = (
            f"{scale * value:.{digits}f}" for value in (min(self.runs), self.median, max(self.runs))
        )
        return shortest, median, longest


@contextmanager
def swept() -> Iterator[None]:
    """Keep the garbage collector from going through what was there before: that is not what is measured."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def seconds(call: Callable[..., object], *given: object) -> float:
    """Return how long a call with what is given takes."""
    with swept():
        start = time.perf_counter()
        call(*given)
        return time.perf_counter() - start


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    """Print a table in Markdown; numbers that are counted have a space at each thousand."""
    for row in (head, ["---"] * len(head), *rows):
        cells = (f"{cell:,}".replace(",", " ") if isinstance(cell, int) else str(cell) for cell in row)
        print(f"| {' | '.join(cells)} |", flush=True)
