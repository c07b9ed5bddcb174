"""
What a contract is called that its text does not name: by who entrusts and who is entrusted, and the year.

No passage says such a title; like the names of authority files it identifies, and states nothing.
"""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.names import dor, public

LABEL = public("rdfs:label")
ENTRUSTING = (dor("grantor"), dor("contractingAuthority"))
ENTRUSTED = (dor("delegatee"), dor("contractor"))
MEMBER = dor("hasMember")
DATES = (dor("awardedOn"), dor("signedOn"), dor("startsOn"))


def titles(facts: Iterable[Triple], called: Mapping[NamedNode, str]) -> Iterator[Triple]:
    """
    Yield a label for each contract whose parties facts state and that has none, and for each group of named members.

    >>> loire, lotim = NamedNode("urn:loire"), NamedNode("urn:lotim")
    >>> contract, year = NamedNode("urn:contract"), Literal("2005", datatype=public("xsd:gYear"))
    >>> stated = [(dor("grantor"), loire), (dor("delegatee"), lotim), (dor("awardedOn"), year)]
    >>> facts = [Triple(contract, *one) for one in stated]
    >>> [title.object.value for title in titles(facts, {loire: "Département de la Loire", lotim: "Lotim"})]
    ['Contrat Département de la Loire – Lotim (2005)']
    """
    said: dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]] = {}
    for triple in dict.fromkeys(facts):
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            said.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
    for contract, values in said.items():
        if MEMBER in values and LABEL not in values and contract in called:
            yield Triple(contract, LABEL, Literal(called[contract], language="fr"))
        giving, given = (
            ", ".join(
                called[party]
                for role in roles
                for party in values.get(role, ())
                if isinstance(party, NamedNode) and party in called
            )
            for roles in (ENTRUSTING, ENTRUSTED)
        )
        if LABEL in values or not (giving or given):
            continue
        dates = (date.value for role in DATES for date in values.get(role, ()))
        year = next((f" ({date[:4]})" for date in dates if date[:4].isdigit()), "")
        parties = f"{giving} – {given}" if giving and given else giving or f"avec {given}"
        yield Triple(contract, LABEL, Literal(f"Contrat {parties}{year}", language="fr"))
