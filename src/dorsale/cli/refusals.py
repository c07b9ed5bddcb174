"""Facts that proof refuses, shown to people and to programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dorsale.cli.output import table
from dorsale.words import say


def refusals_table(refusals: Iterable[Any], base: str, placed: bool = False) -> Any:
    """Return refusals as a table: at which gate, which fact, what was looked for and what is there; where, if asked."""
    from dorsale.build import fact_of

    place = [say("place")] if placed else []
    made = table(*place, say("prove-gate"), say("prove-fact"), say("prove-wanted"), say("prove-found"))
    for one in refusals:
        place = [str(one.statement.place)] if placed else []
        made.add_row(*place, one.gate, fact_of(one.statement, base), one.wanted, one.found)
    return made


def refusal_json(refusal: Any, base: str) -> dict[str, Any]:
    """Return a refusal as plain values."""
    from dorsale.build import fact_of

    fact = fact_of(refusal.statement, base)
    said = {"gate": refusal.gate, "fact": fact, "wanted": refusal.wanted, "found": refusal.found}
    return {"passage": refusal.passage.iri.value, **said}
