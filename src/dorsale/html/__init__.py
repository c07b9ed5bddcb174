"""
Pages for browsers: one file with its language, its title and our style, which asks nothing of anybody.

A page is a tree, so that a value is a text or an attribute and never markup. It can be read without scripts, on a
phone, on paper and in the dark.
"""

import re
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from lxml import etree

Element = Any
# What XML cannot hold, and what a browser would take for a line end of its own or for nothing.
UNHELD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Nothing is fetched, run or sent, whatever stands in the page.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def element(tag: str, /, *inside: "Element | str | None", **attributes: object) -> Element:
    """
    Return an element; ``class_`` and ``aria_label`` are the attributes ``class`` and ``aria-label``.

    An attribute that is None or False is left out, one that is True is its own value.

    >>> from lxml import etree
    >>> etree.tostring(element("td", "<b>", element("br"), "5 & 6", class_="number", lang=None))
    b'<td class="number">&lt;b&gt;<br/>5 &amp; 6</td>'
    """
    made = etree.Element(tag)
    for key, value in attributes.items():
        if value is not None and value is not False:
            attribute = key.strip("_").replace("_", "-")
            made.set(attribute, _held(attribute if value is True else str(value)))
    last = None
    for part in inside:
        if isinstance(part, str):
            if last is None:
                made.text = (made.text or "") + _held(part)
            else:
                last.tail = (last.tail or "") + _held(part)
        elif part is not None:
            made.append(last := part)
    return made


def document(language: str, title: str, *body: Element | None) -> bytes:
    """Return a page of elements in a language, whole in one file; what is within is marked where it is in another."""
    style = element("style", "\n" + (files(__package__) / "style.css").read_text("utf-8"))
    return page(language, title, [_policy(POLICY), style], element("main", *body))


def page(
    language: str, title: str, head: Iterable[Element | None], *body: Element | None, **attributes: object
) -> bytes:
    """Return a page of elements in a language, with more for its head, and attributes of its body."""
    heads = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        *head,
    )
    tree = element("html", heads, element("body", *body, **attributes), lang=language)
    written: bytes = etree.tostring(tree, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")
    return written + b"\n"


def _policy(policy: str) -> Element:
    return element("meta", http_equiv="Content-Security-Policy", content=policy)


def _held(text: str) -> str:
    return UNHELD.sub("\ufffd", text)
