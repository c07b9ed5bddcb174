"""
The stored queries: each with its question, its answer with the passages under it, the same as CSV, and the SPARQL that
gave it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

from dorsale.graph.labels import Term, number
from dorsale.graph.queries import Answer, Page, StoredQuery, run
from dorsale.graph.queries.hypertext import notes, table
from dorsale.html import Element, element
from dorsale.names import fold
from dorsale.publish.folder import File
from dorsale.publish.pages.lists import LEAF
from dorsale.publish.pages.places import way
from dorsale.publish.pages.volume import Here, Volume

FOLDER = "queries"


def files(volumes: Sequence[Volume], query: StoredQuery) -> Iterator[File]:
    """Yield the page of a query that answers with rows in each language, and its answer and text for programs."""
    site = volumes[0].site
    asked = run(site.dataset, query.text, query.place)
    if asked.kind != "rows":
        return
    # An answer can be read once, and is told three times.
    columns, rows = asked.variables, list(asked.rows())
    yield File(f"{FOLDER}/{query.name}.csv", Answer.of(columns, rows, site.dataset.base).serialized("csv"))
    yield File(f"{FOLDER}/{query.name}.rq", query.text.encode())
    for volume in volumes:
        yield page(volume, query, Answer.of(columns, rows, site.dataset.base))


def index(volume: Volume, stored: Sequence[StoredQuery]) -> File:
    """Return the list of the questions, by their first subject."""
    here = Here(FOLDER)
    title = volume.say("page-queries")
    by_tag: dict[str, list[StoredQuery]] = defaultdict(list)
    for query in stored:
        by_tag[query.tags[0]].append(query)
    sections = []
    for tag, some in sorted(by_tag.items(), key=lambda found: fold(volume.say(f"tag-{found[0]}"))):
        lines = (
            element(
                "li",
                element("a", query.question[volume.language], href=volume.path(f"{FOLDER}/{query.name}")),
            )
            for query in sorted(some, key=lambda query: fold(query.question[volume.language]))
        )
        label = volume.say(f"tag-{tag}")
        heading = element("h2", label[:1].upper() + label[1:], id=f"tag-{tag}")
        sections.append(
            element("section", heading, element("ul", *lines, class_="questions"), aria_labelledby=f"tag-{tag}")
        )
    intro = element("p", volume.say("page-queries-intro"), class_="known")
    return volume.page(here, title, element("h1", title), intro, *sections, kind=FOLDER)


def first(volume: Volume, stored: Sequence[StoredQuery]) -> list[tuple[str, str]]:
    """Return the path and the words of one question of each subject."""
    by_tag = {query.tags[0]: query for query in reversed(stored)}
    return [(f"{FOLDER}/{query.name}", query.question[volume.language]) for _, query in sorted(by_tag.items())]


def page(volume: Volume, query: StoredQuery, answer: Answer) -> File:
    """Return the page of a query: its question, its answer, and how it was asked."""
    here = Here(f"{FOLDER}/{query.name}")
    told = Page.of(volume.site.dataset, answer, volume.language, query, limit=LEAF, labels=volume.labels)

    def leading(term: Term | None) -> str | None:
        return volume.place(here, term) if isinstance(term, NamedNode) else None

    body: list[Element | None] = [
        element("p", query.title[volume.language], class_="kind"),
        element("h1", query.question[volume.language], id="title"),
        table(told, leading) if told.rows else None,
        element("p", told.total, class_="total"),
        element("p", volume.say("page-first-rows", n=number(LEAF, volume.language))) if told.count > LEAF else None,
        notes(told, leading),
    ]
    data = f"{FOLDER}/{query.name}"
    reuse = element(
        "section",
        element("h2", volume.say("page-reuse"), id="reuse"),
        element(
            "p",
            element("a", volume.say("page-answer-csv"), href=way(here.stem, f"{data}.csv"), type="text/csv"),
            " · ",
            element(
                "a", volume.say("page-query-file"), href=way(here.stem, f"{data}.rq"), type="application/sparql-query"
            ),
        ),
        element("details", element("summary", "SPARQL"), element("pre", element("code", query.text))),
        element(
            "p", element("code", f"dorsale query {query.nom if volume.language == 'fr' else query.name}"), class_="cite"
        ),
        class_="reuse",
        aria_labelledby="reuse",
    )
    return volume.page(
        here,
        query.title[volume.language],
        *body,
        reuse,
        kind=FOLDER,
        broad=True,
        alternates={"text/csv": f"{data}.csv"},
    )
