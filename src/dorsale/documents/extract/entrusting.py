"""
Who does the work of a contract, and who gave it, where one sentence says the one half and another the other.

« La concession porte sur la construction et l'exploitation du réseau. Son titulaire est Axione. »: so Axione builds and
operates it. « Le syndicat reste propriétaire du réseau. Il est exploité par Axione en vertu d'un affermage. »: whose
the network is, delegates it (art. L. 1411-1 of the code général des collectivités territoriales). Where several hold a
contract, or own a network, no sentence says which of them, and nothing is stated.
"""

from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import NamedNode, Triple

from dorsale.names import CODE, dor

HOLDERS = frozenset({dor("delegatee"), dor("contractor")})
CONCERNS, MISSIONS = dor("concerns"), frozenset(map(dor, ("mission", "completedMission", "ongoingMission")))
WORK = {"construction": "builder", "operation": "operator", "maintenance": "maintainer", "marketing": "marketer"}
DOES = {NamedNode(f"{CODE}mission/{mission}"): dor(role) for mission, role in WORK.items()}
OWNERS = frozenset(map(dor, ("owner", "projectOwner")))
GRANTORS = frozenset(map(dor, ("grantor", "contractingAuthority")))
# Who gives a contract of each kind; who is called contractor holds a market, whatever the text calls it.
PROCUREMENT, CONTRACTOR = dor("PublicProcurement"), dor("contractor")
GIVES = {
    **dict.fromkeys(map(dor, ("PublicServiceDelegation", "Concession", "Affermage")), dor("grantor")),
    PROCUREMENT: dor("contractingAuthority"),
}
TELLING = frozenset({CONCERNS, *HOLDERS, *MISSIONS, *DOES.values(), *OWNERS, *GRANTORS})
# Who takes an affermage runs what others have built.
AFFERMAGE, MISSION, OPERATION = dor("Affermage"), dor("mission"), NamedNode(f"{CODE}mission/operation")


def tells(triple: Triple) -> bool:
    """Say whether a fact is about what a contract entrusts, to whom, and of whose network."""
    return triple.predicate in TELLING or triple.object in GIVES


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


def granted(
    told: Sequence[tuple[int, Triple]], is_public: Callable[[NamedNode], bool],
    syndicat: tuple[int, NamedNode] | None = None,
) -> Iterator[tuple[int, int, Triple]]:  # fmt: skip
    """
    Yield who gave a contract of which no giver is told: the one public body whose network it concerns.

    Where nobody is told to own it, it is the only ``syndicat`` that the text names, unless another gave a contract.
    With each fact come the sentence of the contract and that of the owner.

    >>> from dorsale.terms import TYPE
    >>> contract, network, syndicat = (NamedNode(f"urn:{name}") for name in ("contract", "network", "syndicat"))
    >>> told = [
    ...     (2, Triple(network, dor("owner"), syndicat)),
    ...     (3, Triple(contract, TYPE, dor("Affermage"))),
    ...     (3, Triple(contract, CONCERNS, network)),
    ... ]
    >>> [(at, owned, fact.predicate.value.rsplit("#")[-1]) for at, owned, fact in granted(told, lambda _: True)]
    [(3, 2, 'grantor')]
    """
    given = {one.subject for _, one in told if one.predicate in GRANTORS}
    givers = {one.object for _, one in told if one.predicate in GRANTORS}
    works = {one.subject: (at, GIVES[PROCUREMENT]) for at, one in told if one.predicate == CONTRACTOR}
    said = ((at, one.subject, GIVES.get(one.object)) for at, one in reversed(told) if isinstance(one.object, NamedNode))
    kinds = works | {contract: (at, gives) for at, contract, gives in said if gives is not None}
    for contract, (at, gives) in kinds.items():
        concerned = {one.object for _, one in told if one.subject == contract and one.predicate == CONCERNS}
        owned = [(where, one) for where, one in told if one.predicate in OWNERS and one.subject in concerned]
        owners = {one.object: where for where, one in reversed(owned)}
        if not owners and syndicat is not None and givers <= {syndicat[1]}:
            owners = {syndicat[1]: syndicat[0]}
        if contract in given or len(concerned) != 1 or len(owners) != 1:
            continue
        ((owner, where),) = owners.items()
        if isinstance(owner, NamedNode) and is_public(owner):
            yield at, where, Triple(contract, gives, owner)
