"""
What the comments on top of a SPARQL file say: stored queries, rules, patterns of conflicts.

The lines that begin with ``#+`` are YAML, and comment for every engine, so the file runs anywhere. A wrong header is
refused with its line and with what is accepted, whatever the file is for.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dorsale.errors import Place, QueryHeader, UnreadableFile

# The values of a header and the lines of its keys, by its text.
Kept = Mapping[str, tuple[Mapping[str, Any], Mapping[str, int]]]
MARK = "#+"
BILINGUAL = '{fr: "…", en: "…"}'


@dataclass(frozen=True)
class Header:
    """The header of a SPARQL file, with the ``text`` of the whole file and the ``place`` of the file."""

    text: str = field(repr=False)
    place: Place
    values: Mapping[str, Any]
    places: Mapping[str, Place]

    @classmethod
    def open(
        cls, path: Path, shown: Path, needed: Sequence[str], accepted: Sequence[str] = (), kept: Kept | None = None
    ) -> "Header":
        """
        Return the header of a file, which has the keys ``needed`` and no others but those ``accepted``.

        One that was ``kept`` is not read again.

        Raises :class:`UnreadableFile`, and :class:`QueryHeader` with the line of what does not parse, of a key that
        is not known or comes twice, or with the first line where a key is missing.
        """
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableFile(file=shown, reason=str(error)) from error
        said, numbers = _said(text)
        known = (*needed, *accepted)
        values, lines = kept[said] if kept and said in kept else _read(said, numbers, shown, known)
        places = {key: Place(shown, numbers[line]) for key, line in lines.items()}
        for key in needed:
            if key not in values:
                raise QueryHeader(place=Place(shown, 1), reason=f"{MARK} {key}: ?")
        return cls(text, Place(shown), values, places)

    def wrong(self, key: str, accepted: str) -> QueryHeader:
        """Return the error of a key whose value is not what is accepted."""
        return QueryHeader(place=self.places.get(key, self.place), reason=f"{MARK} {key}: {accepted} ?")

    def bilingual(self, key: str) -> Mapping[str, str]:
        """Return the words of a key in French and English; it has both, or :class:`QueryHeader` is raised."""
        said = self.values[key]
        if not isinstance(said, dict) or set(said) != {"fr", "en"} or not all(map(_is_word, said.values())):
            raise self.wrong(key, BILINGUAL)
        return said

    def names(self, key: str, among: Iterable[str] | None = None) -> tuple[str, ...]:
        """Return the names that a key lists, none where it is missing; each is ``among`` those, if some are given."""
        said = self.values.get(key, [])
        if not isinstance(said, list) or not all(map(_is_word, said)):
            raise self.wrong(key, "[a, b, c]")
        if among is not None and (stray := sorted(set(said) - set(among := tuple(among)))):
            raise self.wrong(key, f"« {stray[0]} »: {', '.join(among)}")
        return tuple(said)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _said(text: str) -> tuple[str, list[int]]:
    """Return what the header of a file says, and the numbers of its lines."""
    lines = {number: line for number, line in enumerate(text.splitlines(), 1) if line.startswith(MARK)}
    return "\n".join(line[len(MARK) :] for line in lines.values()), list(lines) or [1]


def _read(
    said: str, numbers: Sequence[int], shown: Path, known: Sequence[str]
) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the values of a header, and which of its lines has which key."""
    import yaml  # which takes longer than many a question: see ``kept``

    def place(mark: yaml.Mark) -> Place:
        return Place(shown, numbers[min(mark.line, len(numbers) - 1)], mark.column + len(MARK) + 1)

    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    try:
        loader = yaml.SafeLoader(said)
        node = loader.get_single_node()
        if node is not None and not isinstance(node, yaml.MappingNode):
            raise QueryHeader(place=place(node.start_mark), reason=f"{MARK} {known[0]}: ?")
        for key, value in node.value if node else ():
            name = str(loader.construct_document(key))
            if name not in known or name in values:
                at = Place(shown, place(key.start_mark).line)
                raise QueryHeader(place=at, reason=f"« {name} »: {', '.join(known)}")
            lines[name], values[name] = key.start_mark.line, loader.construct_document(value)
    except yaml.MarkedYAMLError as error:
        # Where the braces were opened: the end of the header is only where they were missed.
        mark = error.context_mark or error.problem_mark
        assert mark is not None
        raise QueryHeader(place=place(mark), reason=error.problem or str(error)) from error
    except yaml.reader.ReaderError as error:
        number = numbers[said[: error.position].count("\n")]
        raise QueryHeader(place=Place(shown, number), reason=error.reason) from error
    return values, lines


def keep(files: Iterable[Path], known: Sequence[str]) -> Kept:
    """Return the headers of files by their text, to be kept as JSON: those that are right, and are the same in it."""
    kept = {}
    for file in files:
        with suppress(OSError, UnicodeDecodeError, QueryHeader, TypeError):
            said, numbers = _said(file.read_text("utf-8"))
            read = _read(said, numbers, file, known)
            if json.loads(json.dumps(read)) == [*read]:
                kept[said] = read
    return kept
