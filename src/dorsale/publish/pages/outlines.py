"""
The outlines of the départements: what a map is drawn from, a table beside that of the territories.

The table says whose they are and under which licence, so that no page shows them without it. A workspace may lack it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby, pairwise
from pathlib import Path

from dorsale.errors import Place, SyntaxFault, UnreadableFile
from dorsale.words import say

TABLE = "outlines.tsv"
HEADER = "code\toutline"
CREDIT = re.compile(r"# (author|source|licence|terms): (\S.*)")
# A ring is its first point, then steps, and back.
RING = re.compile(r"M(-?\d+ ?-?\d+)l((?: ?-?\d+ ?-?\d+)+)z")
LINE = re.compile(rf"(\w+)\t((?:{RING.pattern})+)")
NUMBER = re.compile(r"-?\d+")

Point = tuple[int, int]


@dataclass(frozen=True)
class Outlines:
    """
    The outline of each département by its INSEE code, as the ``d`` of an SVG path; and whose they are.

    ``licence`` is what the licence is called, ``terms`` where it stands.
    """

    paths: Mapping[str, str]
    author: str
    source: str
    licence: str
    terms: str

    @classmethod
    def read(cls, folder: Path, shown: Path) -> "Outlines | None":
        """
        Return the outlines of a folder, which a message names as ``shown``; None where it has none.

        Raises :class:`SyntaxFault` at the line that is no outline, or where none says whose they are, and
        :class:`UnreadableFile`.
        """
        try:
            lines = (folder / TABLE).read_text("utf-8").splitlines()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableFile(file=shown / TABLE, reason=getattr(error, "strerror", None) or str(error)) from error
        credit = {found[1]: found[2] for line in lines if (found := CREDIT.fullmatch(line))}
        paths: dict[str, str] = {}
        for at, line in enumerate(lines, 1):
            if line.startswith("#") or line == HEADER:
                continue
            if (found := LINE.fullmatch(line)) is None or found[1] in paths:
                raise SyntaxFault(place=Place(shown / TABLE, at), reason=say("outline-line"))
            paths[found[1]] = found[2]
        if not paths or len(credit) < 4:
            raise SyntaxFault(place=Place(shown / TABLE, 1), reason=say("outline-credit"))
        return cls(paths, **credit)

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """Where all of them lie: left, top, width, height."""
        return _box(point for path in self.paths.values() for ring in rings(path) for point in ring)

    @cached_property
    def land(self) -> str:
        """
        The outline of all of them as one path, to be filled by the even-odd rule: the sides that one alone has.

        >>> Outlines({"48": "M0 0l2 0 0 2-2 0z", "12": "M2 0l2 0 0 2-2 0z"}, "", "", "", "").land
        'M0 0l0 2 2 0 2 0 0-2-2 0z'
        """
        sides: set[frozenset[Point]] = set()
        for ring in (ring for path in self.paths.values() for ring in rings(path)):
            for one, other in pairwise([*ring, ring[0]]):
                sides ^= {frozenset((one, other))} if one != other else set()
        return "".join(map(_written, _around(sides)))

    def middle(self, code: str) -> tuple[int, int, int]:
        """Return about where the middle of the largest ring of an outline is, and how wide this is."""
        left, top, width, height = max(map(_box, rings(self.paths[code])), key=lambda box: box[2] * box[3])
        return left + width // 2, top + height // 2, width

    def coarse(self, step: int) -> "Outlines":
        """
        Return the outlines for a small picture, in which so many units are one: no more points than it can show.

        >>> fine = Outlines({"2A": "M100 100l41 0 3 1-4 40-40-1zM0 0l1 0 0 1z"}, "", "", "", "")
        >>> fine.coarse(10).paths
        {'2A': 'M10 10l4 0 0 4-4 0z'}
        """
        paths = {}
        for code, path in self.paths.items():
            small = [[point for point, _ in groupby((x // step, y // step) for x, y in ring)] for ring in rings(path)]
            # An islet goes, but not the whole of a small département.
            seen = [ring for ring in small if len(set(ring)) > 2] or [max(small, key=len)]
            paths[code] = "".join(map(_written, seen))
        return Outlines(paths, self.author, self.source, self.licence, self.terms)


def rings(path: str) -> Iterator[list[Point]]:
    """Yield the points of each ring of a path."""
    for start, steps in RING.findall(path):
        numbers = [int(one) for one in NUMBER.findall(f"{start} {steps}")]
        yield list(zip(accumulate(numbers[::2]), accumulate(numbers[1::2]), strict=True))


def _around(sides: Iterable[frozenset[Point]]) -> Iterator[list[Point]]:
    """Yield the rings that sides make, of which an even number meets at each point."""
    near: dict[Point, set[Point]] = defaultdict(set)
    for one, other in map(tuple, sides):
        near[one].add(other)
        near[other].add(one)
    for start in sorted(near):
        while near[start]:
            ring, at = [start], min(near[start])
            near[start].remove(at)
            near[at].remove(start)
            while at != start:
                ring.append(at)
                to = min(near[at])
                near[at].remove(to)
                near[to].remove(at)
                at = to
            yield ring


def _written(ring: list[Point]) -> str:
    """Return a ring as a path has it."""
    steps = (f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(ring))
    return f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps) or '0 0'}z".replace(" -", "-")


def _box(points: Iterator[Point] | list[Point]) -> tuple[int, int, int, int]:
    """Return where points lie: left, top, width, height."""
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across) - min(across), max(down) - min(down)
