"""A graph that is made up, as large as one asks and the same every time: companies, contracts, networks, councils."""

import random
from itertools import count as counting

from pyoxigraph import NamedNode, Triple

from dorsale.names import BASE, dor
from dorsale.terms import TYPE


def thing(kind: str, number: int) -> NamedNode:
    """Return the IRI of a made-up thing."""
    return NamedNode(f"{BASE}{kind}/{number}")


def facts(count: int) -> list[Triple]:
    """Return ``count`` facts, the same every time: groups of companies, their contracts, networks, members."""
    chance = random.Random(42)
    found: dict[Triple, None] = {}
    for number in counting():
        company, network, contract = (thing(kind, number) for kind in ("actor", "network", "contract"))
        council = thing("actor", 10_000_000 + chance.randrange(number // 20 + 1))
        # A group is a tree of ten companies; a network is part of one of its ten; contracts are of real shape.
        above = number // 10 * 10 + (number % 10 - 1) // 2
        found |= dict.fromkeys(
            [
                Triple(company, TYPE, dor("TelecomOperator")),
                Triple(council, TYPE, dor(chance.choice(("Department", "Municipality", "SyndicatMixte")))),
                Triple(network, TYPE, dor(chance.choice(("BackboneNetwork", "AccessNetwork")))),
                Triple(contract, TYPE, dor(chance.choice(("Concession", "Affermage", "Contract")))),
                Triple(contract, dor("grantor"), council),
                Triple(contract, dor("delegatee"), company),
                Triple(contract, dor("concerns"), network),
                Triple(network, dor("operator"), company),
                Triple(network, dor("owner"), council),
                Triple(council, dor("memberOf"), thing("actor", 20_000_000 + chance.randrange(50))),
                Triple(company, dor("partnerOf"), thing("actor", chance.randrange(number + 1))),
            ]
        )
        if number % 10:
            found[Triple(company, dor("subsidiaryOf"), thing("actor", above))] = None
            found[Triple(network, dor("partOfNetwork"), thing("network", above))] = None
        if len(found) >= count:
            return list(found)[:count]
    raise AssertionError
