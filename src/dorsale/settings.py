"""
The file of settings with other values, and all else in it as it stands: comments and order are somebody's work.

Lines are replaced in the text, and what the text then says is compared with what it should say.
"""

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dorsale.errors import UneditableFile


def changed(text: str, table: str, values: Mapping[str, Any], shown: Path) -> str:
    """
    Return a text of TOML in which the keys of a table have other values: new keys come after the last one of it.

    Raises :class:`UneditableFile` with ``shown`` for a table that is not written line by line under its name.
    """
    lines = text.split("\n")
    head = f"[{table}]"
    start = next((at for at, line in enumerate(lines) if line.split("#")[0].strip() == head), None)
    if start is None:
        lines = [*text.rstrip("\n").split("\n"), "", head, ""]
        start = len(lines) - 2
    for key, value in values.items():
        spans = _keys(lines, start + 1)
        line = f"{key} = {_written(value)}"
        if key in spans:
            first, last = spans[key]
            lines[first:last] = [line + _comment(lines[last - 1], lines[first:last])]
        else:
            at = max((last for _, last in spans.values()), default=start + 1)
            lines.insert(at, line)
    new = "\n".join(lines)
    wanted = tomllib.loads(text)
    wanted[table] = {**wanted.get(table, {}), **values}
    try:
        if tomllib.loads(new) == wanted:
            return new
    except tomllib.TOMLDecodeError:
        pass
    raise UneditableFile(file=shown)


def _keys(lines: list[str], start: int) -> dict[str, tuple[int, int]]:
    """Return the lines of each key from a line on, up to the next table."""
    found: dict[str, tuple[int, int]] = {}
    at = start
    while at < len(lines) and not lines[at].lstrip().startswith("["):
        end = next((end for end in range(at + 1, len(lines) + 1) if _parsed(lines[at:end]) is not None), at + 1)
        for key in _parsed(lines[at:end]) or ():
            found[key] = (at, end)
        at = end
    return found


def _parsed(lines: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return None


def _comment(last: str, lines: list[str]) -> str:
    """Return the comment at the end of a value, with what stands before it."""
    whole, before = _parsed(lines), lines[:-1]
    for at, sign in enumerate(last):
        if sign == "#" and _parsed([*before, last[:at]]) == whole:
            bare = last[:at].rstrip()
            return last[len(bare) :]
    return ""


def _written(value: Any) -> str:
    """Return a value as TOML writes it: a text, a day, or a table of texts."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, date):
        return value.isoformat()
    # TOML reads what JSON writes of a text, but for the one control character that JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
