"""
What was published and is stated no more: which fact, of which words, when it was retracted, in which role and why.
"""

from collections.abc import Iterable

from dorsale.documents.refusals import Declined
from dorsale.html import Element, element
from dorsale.publish.folder import File
from dorsale.publish.pages.volume import Here, Volume


def page(volume: Volume, retracted: Iterable[Declined]) -> File:
    """Return the page of errata, the last one first; where nothing was retracted, it says so."""
    here, title = Here("errata"), volume.say("page-errata")
    hides = volume.site.suppressions.hides
    told = (one for one in retracted if not hides(one.fact.subject) and not hides(one.fact.object))
    found = [entry(volume, here, one) for one in sorted(told, key=lambda one: one.date, reverse=True)]
    lead = volume.say("page-errata-lead" if found else "page-errata-none")
    # A fact may have been retracted for the person whom it names.
    return volume.page(here, title, element("h1", title), element("p", lead), *found, hidden=True, kind="errata")


def entry(volume: Volume, here: Here, one: Declined) -> Element:
    """Return a fact that was retracted, with the words that it was read in."""
    passage, masked = one.passage, volume.site.suppressions.masked
    document = volume.link(here, passage.document)
    place = volume.say("page-characters", start=passage.start, end=passage.end)
    said = element(
        "figure",
        element("blockquote", masked(passage.exact), lang=volume.tongue(passage.document)),
        element("figcaption", document, ", ", volume.source(passage.document), place),
    )
    why = volume.say("page-errata-why", date=one.date, role=one.role, reason=masked(one.reason))
    return element("section", element("h2", *volume.fact(here, one.fact)), element("p", why), said)
