"""
Why is this so: what is known of a thing, why a fact holds, what cannot both hold, and what nobody says.

``asked`` reads the question, ``sources`` tells who says a fact, ``proof`` leads from a fact down to them, ``thing``
gathers what is known of a thing, ``detail`` puts sums and figures into words, ``carrying`` finds the words of a
quotation that carry a fact, ``conflicts`` finds what contradicts itself, ``gaps`` asks for what is missing, and
``written`` has it all for programs.
"""

from dorsale.graph.explain.asked import Asked, asked
from dorsale.graph.explain.carrying import carrying, names
from dorsale.graph.explain.conflicts import (
    Conflict,
    Pattern,
    Preference,
    Reading,
    brought,
    conflicts,
    patterns,
    preferences,
)
from dorsale.graph.explain.detail import Detail, detail, told
from dorsale.graph.explain.gaps import Gap, documents, gaps, questions
from dorsale.graph.explain.proof import Proof, Prover, Rule, facts
from dorsale.graph.explain.sources import Passage, Source, Sources
from dorsale.graph.explain.thing import GROUPS, Hierarchy, Line, Profile, profile
from dorsale.graph.explain.written import Written

__all__ = [
    "GROUPS",
    "Asked",
    "Conflict",
    "Detail",
    "Gap",
    "Hierarchy",
    "Line",
    "Passage",
    "Pattern",
    "Preference",
    "Profile",
    "Proof",
    "Prover",
    "Reading",
    "Rule",
    "Source",
    "Sources",
    "Written",
    "asked",
    "brought",
    "carrying",
    "conflicts",
    "detail",
    "documents",
    "facts",
    "gaps",
    "names",
    "patterns",
    "preferences",
    "profile",
    "questions",
    "told",
]  # fmt: skip
