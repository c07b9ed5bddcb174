"""
Pages for browsers: one file with its language, its title and our style, which asks nothing of anybody.

What is marked up is of a type of its own, which only :func:`element` makes: a value is a text or an attribute and
never markup. A page can be read without scripts, on a phone, on paper and in the dark.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

# What HTML cannot hold, and what a browser would take for a line end of its own or for nothing.
UNHELD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What is something else than itself inside an attribute or an element.
SPECIAL = re.compile(f'[&<>"{UNHELD.pattern[1:-1]}]')
special = SPECIAL.search
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
# These have no end, and those hold no markup.
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
RAW = {"script", "style"}
# Nothing is fetched, run or sent, whatever stands in the page.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


class Markup(str):
    """What :func:`element` wrote; any other text is the words that it shows."""

    __slots__ = ()


Element = Markup


def element(tag: str, /, *inside: str | None, **attributes: object) -> Markup:
    """
    Return an element; ``class_`` and ``aria_label`` are the attributes ``class`` and ``aria-label``.

    An attribute that is None or False is left out, one that is True is its own value.

    >>> element("td", "<b>", element("br"), "5 & 6", class_="number", lang=None)
    '<td class="number">&lt;b&gt;<br>5 &amp; 6</td>'
    """
    head = f"<{tag}"
    for key, value in attributes.items():
        if value is not None and value is not False:
            name = _attribute(key)
            said = name if value is True else str(value)
            head += f' {name}="{text(said) if special(said) else said}"'
    if tag in VOID:
        return Markup(f"{head}>")
    if tag in RAW:
        # There nothing is an entity, and only an end tag ends it.
        body = "".join(_held(part) for part in inside if part).replace("</", "<\\/")
    else:
        # A page has thousands of parts, most of which have nothing special.
        body = "".join([part if type(part) is Markup or not special(part) else text(part) for part in inside if part])
    return Markup(f"{head}>{body}</{tag}>")


def text(words: str) -> Markup:
    """Return words as they are shown, whatever they are."""
    return Markup(SPECIAL.sub(_shown, words) if special(words) else words)


def joined(parts: Iterable[str]) -> Markup:
    """Return elements and words one after the other, without an element around them."""
    return Markup("".join(part if isinstance(part, Markup) else text(part) for part in parts))


def document(language: str, title: str, *body: Markup | None) -> bytes:
    """Return a page of elements in a language, whole in one file; what is within is marked where it is in another."""
    policy = element("meta", http_equiv="Content-Security-Policy", content=POLICY)
    style = element("style", "\n" + (files(__package__) / "style.css").read_text("utf-8"))
    return page(language, title, [policy, style], element("main", *body))


def page(language: str, title: str, head: Iterable[Markup | None], *body: Markup | None) -> bytes:
    """Return a page of elements in a language, with more for its head."""
    heads = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        *head,
    )
    tree = element("html", heads, element("body", *body), lang=language)
    return f"<!DOCTYPE html>\n{tree}\n".encode()


@cache
def _attribute(key: str) -> str:
    return key.strip("_").replace("_", "-")


def _shown(found: re.Match[str]) -> str:
    return ENTITIES.get(found[0], "\ufffd")


def _held(words: str) -> str:
    return UNHELD.sub("\ufffd", words)
