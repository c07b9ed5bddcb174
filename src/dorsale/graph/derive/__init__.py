"""
What follows from the asserted facts, and whether they are consistent.

Rules are SPARQL files and the axioms of the ontology; a fixed point of them is what is derived, each conclusion
with the premises that its rule had.
"""

from dorsale.graph.derive.consistency import Classification, classify
from dorsale.graph.derive.contradiction import Contradiction, contradiction
from dorsale.graph.derive.fixpoint import derive
from dorsale.graph.derive.follow import follow
from dorsale.graph.derive.rules import Rule, rules

__all__ = ["Classification", "Contradiction", "Rule", "classify", "contradiction", "derive", "follow", "rules"]
