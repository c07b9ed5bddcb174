"""Two readings that cannot both hold, side by side: each with its passages, why, and which one is preferred."""

from collections.abc import Iterator

from dorsale.graph.explain import Conflict, Reading, detail
from dorsale.html import Element, element
from dorsale.publish.pages.quotation import quotation
from dorsale.publish.pages.volume import Here, Volume


def sides(volume: Volume, here: Here, conflict: Conflict, heading: str) -> Iterator[Element]:
    """Yield why both readings cannot be, the two, and the preference of a curator where there is one."""
    yield element("p", conflict.pattern.reason[volume.language])
    yield element("div", *(side(volume, here, conflict, one, heading) for one in conflict.readings), class_="sides")
    if conflict.preference is not None and conflict.preferred is not None:
        decided = conflict.preference
        said = {"reason": decided.reason, "role": decided.role, "date": decided.date}
        yield element("p", volume.say("preferred", reading=told(volume, conflict, conflict.preferred), **said))


def side(volume: Volume, here: Here, conflict: Conflict, reading: Reading, heading: str) -> Element:
    """Return one reading with its passages."""
    figures = [quotation(volume, here, passage, reading.values) for passage in reading.passages]
    return element("div", element(heading, told(volume, conflict, reading)), *figures)


def told(volume: Volume, conflict: Conflict, reading: Reading) -> str:
    """Return the values of a reading as its passages tell them; what is ours, counted or computed, says so."""
    among = [passage.iri for passage in reading.passages]
    said = [volume.called(one, among, (conflict.thing,)) for one in reading.values]
    figures = [detail(volume.site.dataset, one) for one in reading.values]
    others = [one for other in conflict.readings if other != reading for one in other.values]
    if all(detail(volume.site.dataset, one) for one in others) and not any(figures):
        return volume.say("counted", value=said[0])
    if any(figure and figure.computed for figure in figures):
        return volume.say("computed", value=said[0])
    return said[0] if len(said) == 1 else volume.say("together", all=" + ".join(said))
