"""
What a publication says to the persons whom it names: why, what, from where, and how they object.
"""

from collections.abc import Iterable

from pyoxigraph import NamedNode

from dorsale.html import element
from dorsale.publish.folder import File
from dorsale.publish.pages.volume import Here, Volume

PARTS = ("why", "what", "right")


def page(volume: Volume, persons: Iterable[NamedNode]) -> File:
    """Return the notice about personal data, with the contact that the settings name, which is no person's."""
    here, title = Here("notice"), volume.say("page-notice")
    contact = volume.site.publication.contact.value
    written = element("a", contact.removeprefix("mailto:"), href=contact)
    sections = [
        element(
            "section",
            element("h2", volume.say(f"page-notice-{part}-title"), id=part),
            element("p", volume.say(f"page-notice-{part}"), *((" ", written) if part == "right" else ())),
            aria_labelledby=part,
        )
        for part in PARTS
    ]
    named = [element("li", volume.link(here, person)) for person in persons]
    listed = element(
        "section", element("h2", volume.say("page-notice-named"), id="named"), element("ul", *named, class_="list")
    )
    return volume.page(
        here, title, element("h1", title), *sections, listed if named else None, hidden=True, kind="notice"
    )
