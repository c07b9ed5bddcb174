"""
An answer as an assistant is told it: short, for what it reads is dear, and with each passage once.

What supports something cites its passages by number, as the notes under a table do.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dorsale.graph.labels import XSD, number
from dorsale.words import language, say

NUMBERS = {"integer", "decimal", "double", "float"}
# So many titles of documents that were read tell enough, and so many passages show that a row is supported.
TITLES, CITED = 20, 8


class Told:
    """Writes one answer: ``passages`` are those that it cites, in the order of their numbers."""

    def __init__(self) -> None:
        self.passages: list[dict[str, Any]] = []
        self._numbers: dict[str, int] = {}

    def __call__(self, value: Any) -> Any:
        """Return what JSON holds with a number for each passage, and for each value no more than tells it."""
        if isinstance(value, list):
            return [self(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "exact" in value:
            cited = self._cited(value)
            return {"kind": value["kind"], "passage": cited} if "kind" in value else cited
        if "words" in value and "value" in value:
            return _value(value)
        return {name: self(one) for name, one in value.items()}

    def _cited(self, passage: dict[str, Any]) -> int:
        iri = passage["passage"]
        if iri not in self._numbers:
            self._numbers[iri] = len(self.passages) + 1
            kept = {name: passage[name] for name in ("document", "title", "start", "end", "exact")}
            self.passages.append(told := {"number": self._numbers[iri], "iri": iri, **kept})
            if around := passage.get("readWith"):
                told["readWith"] = [self._cited(other) for other in around]
        return self._numbers[iri]

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row; one that rests on very many passages cites the first of them and says how many there are."""
        passages = row["evidence"]
        more = {"evidenceCount": len(passages)} if len(passages) > CITED else {}
        return {column: self(cell) for column, cell in (row | {"evidence": passages[:CITED]}).items()} | more


def _value(literal: dict[str, Any]) -> Any:
    """Return a literal as JSON has it; where that is not how a person reads it, both."""
    value, words = literal["value"], literal["words"]
    kind = literal.get("datatype", "").removeprefix(XSD)
    if kind in NUMBERS and (amount := Decimal(value)).is_finite():
        return int(amount) if amount == amount.to_integral_value() else float(amount)
    if kind == "boolean":
        return value in ("true", "1")
    return value if value == words else {"value": value, "words": words}


def unsaid(key: str, documents: Sequence[str]) -> str:
    """Return what it means that something is not stated, by the key of its sentence, and by which documents."""
    titles = "; ".join([*documents[:TITLES], *(["…"] if len(documents) > TITLES else [])])
    return say(key, count=counted(len(documents)), titles=titles)


def limited(limit: int, count: int) -> str:
    """Return how much of an answer was told."""
    return say("mcp-limited", limit=counted(limit), count=counted(count))


def counted(many: int) -> str:
    """Return a number as the user writes it."""
    return number(many, language())
