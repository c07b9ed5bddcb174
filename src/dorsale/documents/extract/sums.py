"""
Sums that belong together: parts of a whole by the word « dont », or because they add up to it.

« 121 M€ : 80 M€ à la charge de l'État, 41 M€ à celle de la Région » says nowhere that the two are parts; the
arithmetic does. Nothing is guessed: a cent of difference, and no part is proposed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import NamedNode, Triple

from dorsale.names import dor

PART = dor("partOfFunding")


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum as a sentence states it: the sentence, the node, how much; and whether « dont » stands before it."""

    sentence: int
    node: NamedNode
    amount: Decimal
    within: bool = False


def parts(sums: Sequence[Sum]) -> Iterator[tuple[Sum, Sum]]:
    """
    Yield each part with its whole, of sums in the order of the text.

    >>> from pyoxigraph import NamedNode
    >>> said = [Sum(0, NamedNode(f"urn:{n}"), Decimal(n)) for n in (121, 80, 41)]
    >>> [(part.node.value, whole.node.value) for part, whole in parts(said)]
    [('urn:80', 'urn:121'), ('urn:41', 'urn:121')]
    """
    found: set[NamedNode] = set()
    for at, one in enumerate(sums):
        if one.within and at and one.node != sums[at - 1].node and one.amount < sums[at - 1].amount:
            found.add(one.node)
            yield one, sums[at - 1]
    for whole, others in ((sums[:1], sums[1:]), (sums[-1:], sums[:-1])):
        if len(others) > 1 and sum(one.amount for one in others) == whole[0].amount:
            yield from ((one, whole[0]) for one in others if one.node not in found)
            return


def stated(part: Sum, whole: Sum) -> Triple:
    """Return that a sum is part of another."""
    return Triple(part.node, PART, whole.node)
