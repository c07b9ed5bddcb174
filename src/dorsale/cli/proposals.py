"""What the rules or a model propose for a document, shown to people and to programs."""

from __future__ import annotations

from typing import Any

from dorsale.cli.output import columns, number, printed, short, table
from dorsale.cli.refusals import refusal_json, refusals_table
from dorsale.cli.teller import Teller
from dorsale.words import say


def proposed(format: str, refused: bool, desk: Any, proposals: Any) -> tuple[Any, str | None, dict[str, Any] | None]:
    """Return proposals as they are printed, the language if it is another, what came of a model: all of it plain."""
    if format == "json":
        shown: Any = proposals_json(desk, proposals, refused)
    elif format == "trig":
        shown = proposals.trig(desk.workspace.base).encode() if proposals.stated else b""
    else:
        shown = proposals_page(desk, proposals, refused)
    answers = answers_json(proposals)
    if answers is not None:
        listed = ", ".join(f"{reason} {count}" for reason, count in answers["refused"].items()) or "0"
        answers = {**answers, "refused": listed}
    return shown, proposals.language if proposals.foreign else None, answers


def answers_json(proposals: Any) -> dict[str, Any] | None:
    """Return what came of the model that was asked: its calls, what it told, what stands, what was refused and why."""
    from dorsale.documents.extract.answers import TOLD

    if proposals.answers is None:
        return None
    stated = [(passage.iri, fact) for passage, facts in proposals.stated.items() for fact in facts]
    kept = sum(proposals.frames.get(one, "").startswith(TOLD) for one in stated)
    reasons = {reason: count for reason, count in sorted(proposals.answers.refused.items()) if count}
    return {"asked": proposals.answers.asked, "told": proposals.answers.told, "facts": kept, "refused": reasons}


def teller_of(desk: Any, proposals: Any) -> Teller:
    """Return what tells proposals in words, beside what the workspace knows."""
    opened = proposals.opened
    iri = opened.document.iri(desk.workspace.base)
    return Teller(desk.shown(proposals.facts, opened.title, iri))


def proposals_page(desk: Any, proposals: Any, refused: bool) -> bytes:
    """Return proposals for people: under each passage what it states, the words that carry it in bold."""
    from rich.text import Text

    opened = proposals.opened
    teller = teller_of(desk, proposals)
    counts = {
        "facts": number(sum(map(len, proposals.stated.values()))),
        "passages": number(len(proposals.stated)),
        "names": number(len(proposals.names)),
        "refused": number(len(proposals.refused)),
        "remembered": number(proposals.remembered),
    }
    shown: list[Any] = [Text(opened.title, "bold"), say("extract-summary", **counts), ""]
    for passage in proposals.stated:
        shown += [*passage_page(teller, proposals, passage), ""]
    if proposals.names:
        made = table(say("extract-name"), say("status-class"), say("thing"))
        for thing, (label, classes) in proposals.names.items():
            made.add_row(label, ", ".join(map(teller.term, classes)), short(thing, desk.workspace.base))
        shown += [Text(say("extract-names"), "bold"), made, ""]
    if refused and proposals.refused:
        made = refusals_table(proposals.refused, desk.workspace.base)
        shown += [Text(say("extract-refused"), "bold"), made, ""]
    return printed(*shown[:-1])


def passage_page(teller: Teller, proposals: Any, passage: Any) -> list[Any]:
    """Return a passage with the facts that it is proposed to state."""
    from dorsale.graph.explain import detail
    from dorsale.graph.explain.sources import Passage

    facts = proposals.stated[passage]
    words = Passage(passage.iri, passage.document, proposals.opened.title, passage.start, passage.end, passage.exact)
    quoted = teller.quotation(words, [end for fact in facts for end in (fact.subject, fact.object)])
    if page := proposals.opened.page(passage.start):
        quoted.append(say("extract-page", page=page))
    made = columns(3)
    for subject in dict.fromkeys(fact.subject for fact in facts):
        found = detail(teller.dataset, subject)
        own = [fact for fact in facts if fact.subject == subject]
        # What tells a figure, a sum or an office is in its name here: a row is for what is not, or says what it is.
        told = [one for one in own if not found or (one.predicate not in found.values and one.object != found.kind)]
        for fact in told or [one for one in own if found and one.object == found.kind]:
            made.add_row(
                f"  {called(teller, subject)}", teller.labels.label(fact.predicate), called(teller, fact.object)
            )
    return [quoted, made]


def called(teller: Teller, term: Any) -> str:
    """Return a term in words; a thing that nobody named yet by what it is, and the last part of its identifier."""
    label, name = teller.term(term), getattr(term, "value", "")
    if label != short(term, teller.dataset.base) or not name.startswith(teller.dataset.base):
        return label
    from dorsale.names import public

    kinds = (quad.object for quad in teller.dataset.store.quads_for_pattern(term, public("rdf:type"), None, None))
    kind = next((teller.term(kind) for kind in kinds), "")
    return f"{kind} ({name.rsplit('/', 1)[-1]})" if kind else label


def proposals_json(desk: Any, proposals: Any, refused: bool) -> dict[str, Any]:
    """Return proposals for programs."""
    from pyoxigraph import Literal

    from dorsale.documents.extract.answers import TOLD

    base, opened = desk.workspace.base, proposals.opened
    teller = teller_of(desk, proposals)

    def told(term: Any) -> dict[str, Any]:
        if isinstance(term, Literal):
            kind = {"language": term.language} if term.language else {"datatype": short(term.datatype, base)}
            return {"value": term.value, **kind, "label": teller.labels.said(term)}
        return {"name": short(term, base), "label": called(teller, term)}

    passages = [
        {
            "passage": passage.iri.value,
            "start": passage.start,
            "end": passage.end,
            "exact": passage.exact,
            "page": opened.page(passage.start),
            "readWith": [other.value for other in proposals.facts.read_with(passage.iri)],
            "facts": [
                {
                    "subject": told(fact.subject),
                    "predicate": told(fact.predicate),
                    "object": told(fact.object),
                    "frame": frame.removeprefix(TOLD) if frame else None,
                    "method": "llm" if frame and frame.startswith(TOLD) else "rules",
                }
                for fact in facts
                for frame in (proposals.frames.get((passage.iri, fact)),)
            ],
        }
        for passage, facts in proposals.stated.items()
    ]
    names = [
        {"name": short(thing, base), "label": label, "classes": [told(one) for one in classes]}
        for thing, (label, classes) in proposals.names.items()
    ]
    refusals = [refusal_json(one, base) for one in proposals.refused]
    return {
        "document": opened.document.slug,
        "title": opened.title,
        "known": opened.known,
        "language": proposals.language,
        "passages": passages,
        "names": names,
        "remembered": proposals.remembered,
        **({"model": model} if (model := answers_json(proposals)) is not None else {}),
        "refused": refusals if refused else len(refusals),
    }
