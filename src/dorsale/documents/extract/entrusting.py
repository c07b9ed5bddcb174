"""
Who does the work of a contract, where one sentence says who holds it and another what it entrusts.

« La concession porte sur la construction et l'exploitation du réseau. Son titulaire est Axione. »: so Axione builds and
operates it. Where several hold a contract no sentence says which of them does what, and nothing is stated.
"""

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode, Triple

from dorsale.names import CODE, dor

HOLDERS = frozenset({dor("delegatee"), dor("contractor")})
CONCERNS, MISSIONS = dor("concerns"), frozenset(map(dor, ("mission", "completedMission", "ongoingMission")))
WORK = {"construction": "builder", "operation": "operator", "maintenance": "maintainer", "marketing": "marketer"}
DOES = {NamedNode(f"{CODE}mission/{mission}"): dor(role) for mission, role in WORK.items()}
# Who takes an affermage runs what others have built.
AFFERMAGE, MISSION, OPERATION = dor("Affermage"), dor("mission"), NamedNode(f"{CODE}mission/operation")


def entrusted(told: Sequence[tuple[int, Triple]]) -> Iterator[tuple[int, int, Triple]]:
    """
    Yield what who holds a contract does, with the sentence of the work and the sentence of who holds it.

    >>> contract, network, company = (NamedNode(f"urn:{name}") for name in ("contract", "network", "company"))
    >>> told = [
    ...     (3, Triple(contract, CONCERNS, network)),
    ...     (3, Triple(contract, dor("mission"), NamedNode(f"{CODE}mission/operation"))),
    ...     (4, Triple(contract, dor("delegatee"), company)),
    ... ]
    >>> [(work, held, fact.predicate.value.rsplit("#")[-1]) for work, held, fact in entrusted(told)]
    [(3, 4, 'operator')]
    """
    told = [*told, *((at, Triple(one.subject, MISSION, OPERATION)) for at, one in told if one.object == AFFERMAGE)]
    stated = {triple for _, triple in told}
    for contract in dict.fromkeys(triple.subject for _, triple in told if triple.predicate in MISSIONS):
        own = [(at, one) for at, one in told if one.subject == contract]
        networks = [one.object for _, one in own if one.predicate == CONCERNS and isinstance(one.object, NamedNode)]
        holders = {one.object: at for at, one in reversed(own) if one.predicate in HOLDERS}
        if len(set(networks)) != 1 or len(holders) != 1:
            continue
        ((holder, held),) = holders.items()
        for at, one in own:
            if one.predicate in MISSIONS and isinstance(one.object, NamedNode) and one.object in DOES:
                fact = Triple(networks[0], DOES[one.object], holder)
                if fact not in stated:
                    stated.add(fact)
                    yield at, held, fact
