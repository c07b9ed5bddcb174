"""
Sums that belong together: parts of a whole by the word « dont », as rows above a total, or because they add up to it.

« 121 M€ : 80 M€ à la charge de l'État, 41 M€ à celle de la Région » says nowhere that the two are parts; the
arithmetic does. Nothing is guessed: a cent of difference, and no part is proposed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from pyoxigraph import NamedNode, Triple

from dorsale.names import CODE, dor

PART, AMOUNT = dor("partOfFunding"), dor("amount")
# In what two sums that are one agree, as far as either is told.
ALIKE = frozenset(
    map(dor, "amountKind funder fundedUnder maximumAmount minimumAmount purpose recipient share".split())  # noqa: SIM905
)
COSTS = frozenset(NamedNode(f"{CODE}amount-kind/{kind}") for kind in ("cost", "investment", "budget", "contract-value"))
GIVEN = frozenset(NamedNode(f"{CODE}amount-kind/{kind}") for kind in ("contribution", "grant"))


@dataclass(frozen=True, slots=True)
class Sum:
    """
    A sum as a sentence states it: the sentence, the node, how much.

    ``within`` says whether « dont » stands before it, ``total`` whether its row of a table is called the total,
    ``whole`` whether its words say that it is the whole: « dans une enveloppe de 588 M€ ». ``announces`` whether its
    sentence goes on to tell what it consists of. ``funders`` are who pays it, ``purpose`` what it pays for, ``kind``
    what kind of sum it is.
    """

    sentence: int
    node: NamedNode
    amount: Decimal
    within: bool = False
    total: bool = False
    whole: bool = False
    announces: bool = False
    funders: frozenset[object] = frozenset()
    purpose: object | None = None
    kind: object | None = None

    @property
    def is_cost(self) -> bool:
        """Whether it is what a thing costs, of which others pay parts."""
        return self.kind in COSTS and not self.funders

    @property
    def is_paid(self) -> bool:
        """Whether it is what somebody pays."""
        return bool(self.funders) or self.kind in GIVEN


def parts(sums: Sequence[Sum]) -> Iterator[tuple[Sum, Sum]]:
    """
    Yield each part with its whole, of sums in the order of the text.

    >>> from pyoxigraph import NamedNode
    >>> said = [Sum(0, NamedNode(f"urn:{n}"), Decimal(n)) for n in (121, 80, 41)]
    >>> [(part.node.value, whole.node.value) for part, whole in parts(said)]
    [('urn:80', 'urn:121'), ('urn:41', 'urn:121')]
    """
    found: set[NamedNode] = set()
    rows = len({one.sentence for one in sums}) > 1
    for part, whole in chain(_adding_up(sums, rows), _of_whole(sums), _within(sums), _in_total(sums, found)):
        if part.node not in found and part.node != whole.node:
            found.add(part.node)
            yield part, whole


def led(sums: Sequence[Sum], whole: Sum) -> Sequence[Sum]:
    """Return the sums of a list that are parts of the one above it: all, if they make up most of it and no more."""
    made = sum(one.amount for one in sums)
    most = whole.amount <= 2 * made <= 2 * whole.amount
    return sums if len(sums) > 1 and most and all(one.amount < whole.amount for one in sums) else ()


def _of_whole(sums: Sequence[Sum]) -> Iterator[tuple[Sum, Sum]]:
    """Yield the sums of a sentence with the one that its words call the whole, if they fit into it."""
    for whole in (one for one in sums if one.whole):
        others = [one for one in sums if one.sentence == whole.sentence and one != whole]
        if sum(one.amount for one in others) <= whole.amount:
            yield from ((one, whole) for one in others)


def _within(sums: Sequence[Sum]) -> Iterator[tuple[Sum, Sum]]:
    """Yield the sums after « dont », and those that go on after them as long as they fit into the whole."""
    for at, one in enumerate(sums):
        whole, rest = sums[at - 1], Decimal(0)
        if not one.within or not at or one.amount >= whole.amount:
            continue
        for other in sums[at:]:
            rest += other.amount
            if other.sentence != one.sentence or rest > whole.amount or (other != one and other.within):
                break
            yield other, whole


def _adding_up(sums: Sequence[Sum], rows: bool) -> Iterator[tuple[Sum, Sum]]:
    """
    Yield sums, two or more, that add up to the one before or after them.

    Of the rows of a table all the others must, or those that « dont » announces: three of many may do so by chance.
    """
    for ordered in (sums, sums[::-1]):
        for at, whole in enumerate(ordered):
            for stop in range(len(ordered), at + 2, -1):
                others = ordered[at + 1 : stop]
                if rows and len(others) + 1 < len(sums) and not (ordered is sums and others[0].within):
                    continue
                if len(others) > 1 and sum(one.amount for one in others) == whole.amount and _shares(others, whole):
                    yield from ((one, whole) for one in others)
                    break


def _shares(others: Sequence[Sum], whole: Sum) -> bool:
    """Say whether sums may be parts of one: what somebody pays alone is no whole of what others pay."""
    return not whole.funders or all(one.funders <= whole.funders for one in others)


def paid_of(sums: Sequence[Sum], whole: Sum) -> Sequence[Sum]:
    """Return the sums that somebody pays, for the same, of what it costs; none where they are more than that."""
    paid = [one for one in sums if one.is_paid and one.purpose == whole.purpose and one.node != whole.node]
    return paid if paid and sum(one.amount for one in paid) <= whole.amount else ()


def _in_total(sums: Sequence[Sum], found: Set[NamedNode]) -> Iterator[tuple[Sum, Sum]]:
    """Yield the rows above one that is called their total, but those that are parts of one, if they fit into it."""
    for at, whole in enumerate(sums):
        others = [one for one in sums[:at] if one.node not in found]
        if whole.total and others and sum(one.amount for one in others) <= whole.amount:
            yield from ((one, whole) for one in others)


def payers(found: Sequence[tuple[Sum, Sum]]) -> Iterator[tuple[Sum, object, frozenset[int]]]:
    """
    Yield who pays a sum of which no payer is told: who pays its parts, where these are all of it.

    With each payer come the sentences that tell the parts.
    """
    wholes = {whole.node: whole for _, whole in found if not whole.funders}
    for node, whole in wholes.items():
        made = [part for part, of in found if of.node == node]
        if sum(part.amount for part in made) == whole.amount and all(part.funders for part in made):
            where = frozenset(part.sentence for part in made)
            yield from ((whole, funder, where) for part in made for funder in sorted(part.funders, key=str))


def again(told: Iterable[tuple[int, Triple]]) -> dict[NamedNode, NamedNode]:
    """
    Return which sums a text has told before, in another sentence: « L'État débloque 45 M€ », then « ces 45 M€ ».

    It is the same amount, for the same, of the same kind, from and for the same, as far as either is told; where two
    earlier ones could be meant, it is neither.

    >>> from pyoxigraph import Literal
    >>> state, region, later = (NamedNode(f"urn:{name}") for name in ("state", "region", "later"))
    >>> told = [(0, Triple(state, AMOUNT, Literal("45"))), (0, Triple(state, dor("funder"), NamedNode("urn:State")))]
    >>> told += [(2, Triple(later, AMOUNT, Literal("45")))]
    >>> {one.value: before.value for one, before in again(told).items()}
    {'urn:later': 'urn:state'}
    >>> told[1:1] = [(1, Triple(region, AMOUNT, Literal("45"))), (1, Triple(region, dor("funder"), region))]
    >>> again(told)
    {}
    """
    said: dict[NamedNode, dict[NamedNode, set[object]]] = {}
    first: dict[NamedNode, int] = {}
    for sentence, triple in told:
        if isinstance(triple.subject, NamedNode) and (triple.predicate in ALIKE or triple.predicate == AMOUNT):
            said.setdefault(triple.subject, {}).setdefault(triple.predicate, set()).add(triple.object)
            first.setdefault(triple.subject, sentence)
    of: dict[object, list[NamedNode]] = {}
    found: dict[NamedNode, NamedNode] = {}
    for node in sorted((one for one in said if len(said[one].get(AMOUNT, ())) == 1), key=lambda one: first[one]):
        others = of.setdefault(next(iter(said[node][AMOUNT])), [])
        may_be = [one for one in others if first[one] != first[node] and _alike(said[one], said[node])]
        if len(may_be) == 1:
            found[node] = may_be[0]
            for name, values in said[node].items():
                said[may_be[0]].setdefault(name, values)
        else:
            others.append(node)
    return found


def _alike(one: Mapping[NamedNode, Set[object]], other: Mapping[NamedNode, Set[object]]) -> bool:
    """Say whether what is told of two sums may be told of one."""
    return all(one[name] == other[name] for name in ALIKE if name in one and name in other)


def stated(part: Sum, whole: Sum) -> Triple:
    """Return that a sum is part of another."""
    return Triple(part.node, PART, whole.node)
