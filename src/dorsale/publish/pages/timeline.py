"""
Contracts over time: a picture made here, and the same as a table beside it.

A bar begins and ends with the dates that are stated, as precise as they are; an end that was computed is hatched, and
where no document says when a contract ends, its bar is open.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pyoxigraph import Literal, NamedNode

from dorsale.html import Element, element
from dorsale.names import dor
from dorsale.publish.pages.volume import Here, Volume

BEGINS = ("startsOn", "awardedOn", "signedOn", "decidedOn")
ENDS = ("terminatedOn", "endsOn", "computedEndsOn")
DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
WIDTH, ROW, TOP, LABEL = 720, 46, 34, 15


@dataclass(frozen=True, slots=True)
class Span:
    """When a contract ran: its dates as they are stated, each with its property, where there is one."""

    contract: NamedNode
    begins: tuple[NamedNode, str] | None
    ends: tuple[NamedNode, str] | None

    @property
    def computed(self) -> bool:
        """Whether no document states the end, and it follows from others."""
        return self.ends is not None and self.ends[0] == dor("computedEndsOn")


def contracts(volume: Volume, here: Here, things: Mapping[str, list[NamedNode]]) -> Iterator[Element]:
    """Yield the contracts that have a date as a picture, and all of them as a table."""
    spans = sorted(
        (span(volume, thing) for thing in things["contracts"]),
        key=lambda one: (when(one.begins) or 9999, one.contract.value),
    )
    dated = [one for one in spans if when(one.begins) is not None]
    if dated:
        yield element(
            "section",
            element("h2", volume.say("page-timeline"), id="timeline"),
            element(
                "div",
                picture(volume, dated),
                class_="wide",
                role="region",
                aria_labelledby="timeline-title",
                tabindex=0,
            ),
            element("p", volume.say("page-timeline-legend"), class_="known"),
            table(volume, here, spans),
            aria_labelledby="timeline",
        )


def span(volume: Volume, contract: NamedNode) -> Span:
    """Return when a contract ran."""
    found = []
    for names in (BEGINS, ENDS):
        dates = (
            (dor(name), date.value)
            for name in names
            for date in volume.site.objects(contract, dor(name))
            if isinstance(date, Literal)
        )
        found.append(next(dates, None))
    return Span(contract, found[0], found[1])


def when(date: tuple[NamedNode, str] | None, last: bool = False) -> float | None:
    """Return a date as a number of years; of one that is not precise, its first day or its ``last``."""
    if date is None or (found := DATE.match(date[1])) is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if month is None:
        return year + (1 if last else 0)
    if day is None:
        return float(year + Fraction(month - (0 if last else 1), 12))
    return float(year + Fraction(month - 1, 12) + Fraction(day - 1, 372))


def picture(volume: Volume, spans: list[Span]) -> Element:
    """Return the picture of some contracts over time."""
    begins = [when(one.begins) or 0 for one in spans]
    ends = [when(one.ends, last=True) or begin for one, begin in zip(spans, begins, strict=True)]
    first, last = int(min(begins)), int(max(max(ends), max(begins) + 1)) + 1
    scale = (WIDTH - 40) / (last - first)

    def x(year: float) -> str:
        return f"{20 + (year - first) * scale:.1f}"

    step = next(one for one in (1, 2, 5, 10, 20, 50) if (last - first) / one <= 12)
    height = TOP + ROW * len(spans) + 6
    parts: list[Element] = []
    for year in range(first - first % -step, last + 1, step):
        parts.append(element("line", x1=x(year), x2=x(year), y1=TOP - 8, y2=height, class_="axis"))
        parts.append(element("text", str(year), x=x(year), y=TOP - 14, class_="year"))
    for row, (one, begin) in enumerate(zip(spans, begins, strict=True)):
        y = TOP + row * ROW
        end = when(one.ends, last=True)
        width = f"{((end if end is not None else last) - begin) * scale:.1f}"
        kind = "open" if end is None else "computed" if one.computed else "stated"
        parts.append(element("rect", x=x(begin), y=y + 22, width=width, height=12, rx=3, class_=f"bar {kind}"))
        late = begin - first > (last - first) * 0.6
        at = {"x": WIDTH - 20, "text_anchor": "end"} if late else {"x": x(begin)}
        parts.append(element("text", volume.called(one.contract), y=y + LABEL, **at))
    return element(
        "svg",
        element("title", volume.say("page-timeline-title", first=first, last=last), id="timeline-title"),
        _hatching(),
        *parts,
        viewBox=f"0 0 {WIDTH} {height}",
        role="img",
        aria_labelledby="timeline-title",
        class_="timeline",
    )


def _hatching() -> Element:
    line = element("line", x1=0, y1=0, x2=0, y2=6, class_="hatch")
    pattern = element(
        "pattern", line, id="hatch", width=6, height=6, patternUnits="userSpaceOnUse", patternTransform="rotate(45)"
    )
    return element("defs", pattern)


def table(volume: Volume, here: Here, spans: list[Span]) -> Element:
    """Return when contracts ran and between whom as a table."""
    heads = [volume.labels.heading(one) for one in ("contract", "startsOn", "endsOn", "grantor", "delegatee")]
    rows = []
    for one in spans:
        cells: list[Element] = [volume.link(here, one.contract)]
        cells += [_date(volume, date) for date in (one.begins, one.ends)]
        for role in ("grantor", "delegatee"):
            others = [volume.link(here, other) for other in volume.site.objects(one.contract, dor(role))]
            cells.append(element("span", *(others or (volume.say("not-stated"),)), class_=None if others else "unsaid"))
        row = [
            element(
                "td" if at else "th",
                cell,
                data_label=head,
                scope=None if at else "row",
                role="cell" if at else "rowheader",
            )
            for at, (head, cell) in enumerate(zip(heads, cells, strict=True))
        ]
        rows.append(element("tr", *row, role="row"))
    head = element("tr", *(element("th", one, scope="col", role="columnheader") for one in heads), role="row")
    made = element(
        "table",
        element("caption", volume.say("page-timeline-table")),
        element("thead", head, role="rowgroup"),
        element("tbody", *rows, role="rowgroup"),
        role="table",
    )
    return element(
        "div", made, class_="wide quiet", role="region", aria_label=volume.say("page-timeline-table"), tabindex=0
    )


def _date(volume: Volume, date: tuple[NamedNode, str] | None) -> Element:
    if date is None:
        return element("span", volume.say("not-stated"), class_="unsaid")
    return element("span", element("span", date[1], class_="day"), " ", element("small", volume.named(date[0])))
