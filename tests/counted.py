"""How much of a store is looked at."""

from collections.abc import Iterator
from typing import Any

from pyoxigraph import Quad, Store


class Counted:
    """A store that can only be looked into, and counts the facts and rows that are handed out."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.rows = 0

    def quads_for_pattern(self, *parts: Any) -> Iterator[Quad]:
        for quad in self._store.quads_for_pattern(*parts):
            self.rows += 1
            yield quad

    def query(self, *parts: Any, **named: Any) -> Any:
        answer = self._store.query(*parts, **named)
        self.rows += 1
        return answer

    def __contains__(self, quad: Quad) -> bool:
        self.rows += 1
        return quad in self._store
