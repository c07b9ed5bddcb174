"""
What a query of somebody else may not do to the machine that answers it.

The engine parses by descending: what is nested deep enough, or chained long enough, ends the process. And it follows
``SERVICE`` to any address. So both are judged before it sees the text, on the words of SPARQL and not on their letters:
a string or a comment may say what it likes.
"""

from collections.abc import Sequence

from dorsale.errors import Place, QueryIsUpdate, QueryTooLarge, ServiceRefused
from dorsale.graph.tokens import Token, tokens

# Far above what people write and far below what was measured to end the engine (calls nested a thousand deep; ten
# thousand operators in a chain).
MOST_LETTERS, MOST_NESTED, MOST_CHAINED = 500_000, 100, 1_000
UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
QUERIES = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
OPEN, CLOSED = {*"({["}, {*")}]"}
# What does not make a chain: these separate, or stand for values.
LOOSE = {*OPEN, *CLOSED, *".;,", "^^", "UNDEF", "A", "TRUE", "FALSE"}
# After these an expression needs a value, so that « < » can only begin an IRI.
OPERATORS = {*"(,=<>!+-*/|^", "!=", "<=", ">=", "&&", "||", "^^"}


def guard(text: str, place: Place, service: bool = False) -> None:
    """
    Refuse a query that the engine should not see.

    Raises :class:`QueryTooLarge`, :class:`QueryIsUpdate`, and unless ``service`` lets it, :class:`ServiceRefused`.
    """
    if len(text) > MOST_LETTERS:
        raise QueryTooLarge(place=place, reason=f"{len(text)} > {MOST_LETTERS}")
    # A comment of SPARQL ends at a carriage return, too.
    read = tokens(text.replace("\r", "\n"))
    depth = chained = 0
    for token in read:
        depth += (token.key in OPEN) - (token.key in CLOSED)
        chained += bool(token.key) and token.key not in LOOSE
        if depth > MOST_NESTED or chained > MOST_CHAINED:
            reason = f"« {token.text} » > {MOST_NESTED if depth > MOST_NESTED else MOST_CHAINED}"
            raise QueryTooLarge(place=_at(text, place, token), reason=reason)
    first = next((token for token in read if token.key in UPDATES | QUERIES), None)
    if first and first.key in UPDATES:
        raise QueryIsUpdate(place=_at(text, place, first), word=first.key)
    if not service and (asked := _service(text, read)):
        raise ServiceRefused(place=_at(text, place, asked))


def _service(text: str, read: Sequence[Token]) -> Token | None:
    """
    Return the word that asks another address, or may.

    The engine takes keywords without a space around them (``trueSERVICE<…>``, ``SERVICEa:b{…}``), and ``<`` is an
    operator where an expression has a value before it, so that what looks like an IRI may be code. Where it cannot be
    told, in a text that has these letters anywhere, it is taken for what it could be.
    """
    if "service" not in text.lower():
        return None
    around: list[str] = []
    before: Token | None = None
    for token, after in zip(read, [*read[1:], None], strict=True):
        if token.kind == "word" and "SERVICE" in token.key:
            return token
        if token.kind == "name" and "SERVICE" in token.text.split(":")[0].upper() and after and after.key == "{":
            return token
        doubtful = token.kind == "iri" and around[-1:] == ["("] and before and before.key not in OPERATORS
        # No harm can hide in what opens no comment and no string and ends no expression.
        if doubtful and (any(mark in token.text for mark in "#')") or "service" in token.text.lower()):
            return token
        if token.key == "\\":
            return token  # of a name that may end in a quote
        if token.key in OPEN:
            around.append(token.key)
        elif token.key in CLOSED and around:
            around.pop()
        before = token
    return None


def _at(text: str, place: Place, token: Token) -> Place:
    line = text.count("\n", 0, token.start) + 1
    return Place(place.file, line, token.start - text.rfind("\n", 0, token.start))
