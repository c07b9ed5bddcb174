"""
What stands where the page of a withdrawn identifier was: that it was withdrawn, when and why, and what took its place.

Whoever cited the address still finds an answer, and a program finds it in the same formats as before.
"""

from collections.abc import Iterator

from pyoxigraph import Literal, Triple

from dorsale.documents.refusals import DATE, REASON
from dorsale.documents.withdrawals import DEPRECATED, REPLACED_BY, Withdrawal
from dorsale.html import element
from dorsale.names import public, shorten
from dorsale.publish.folder import File
from dorsale.publish.pages.alternates import described
from dorsale.publish.pages.site import Site
from dorsale.publish.pages.volume import Here, Volume


def page(volume: Volume, one: Withdrawal) -> File:
    """Return the page of an identifier that was withdrawn."""
    site = volume.site
    here = Here(site.places.of(one.iri, ""), one.iri)
    title = volume.say("page-withdrawn", name=shorten(one.iri.value, site.prefixes).strip("<>"))
    others = [element("li", volume.link(here, other)) for other in one.replaced_by]
    replaced = [element("p", volume.say("page-replaced")), element("ul", *others, class_="list")] if others else []
    why = volume.say("page-withdrawn-why", date=one.date, role=one.role, reason=site.suppressions.masked(one.reason))
    return volume.page(here, title, element("h1", title), element("p", why), *replaced, hidden=True)


def files(site: Site, one: Withdrawal) -> Iterator[File]:
    """Yield the same for programs."""
    triples = {
        Triple(one.iri, DEPRECATED, Literal("true", datatype=public("xsd:boolean"))),
        Triple(one.iri, DATE, Literal(one.date, datatype=public("xsd:date"))),
        Triple(one.iri, REASON, Literal(site.suppressions.masked(one.reason), language="fr")),
        *(Triple(one.iri, REPLACED_BY, other) for other in one.replaced_by),
    }
    yield from described(site, one.iri, triples)
