"""
What an assistant may ask of a workspace, and the answer.

The stored queries are asked by name, by one tool: one for each would fill the memory of an assistant before it has
read the first question, and many clients take no more than a few dozen. What is asked never enters the text of a query.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from dorsale.api import OpenWorkspace, open_workspace
from dorsale.errors import DorsaleError, QueryParameter, ToolArgument
from dorsale.graph.index import KINDS
from dorsale.graph.queries import ANYTHING, LITERALS, Parameter, StoredQuery
from dorsale.mcp.told import Told, counted, limited, unsaid
from dorsale.names import dor, prefixes, shorten
from dorsale.words import language, say

Answer = dict[str, Any]
# So many rows, facts or finds are told unless an assistant asks for others, and so many at most.
ROWS, LINES, FOUND, MOST = 20, 60, 10, 200
# So many things that a parameter may be are named.
FEW = 50
# No name is longer; of what the check of arguments says, whose end tells what is wrong, so much is told.
LONGEST, REASON = 500, 200
TEXT = {"type": "string", "maxLength": LONGEST}
VALUES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "year": {"type": "string", "pattern": "^[0-9]{4}$"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "duration": {"type": "string", "format": "duration"},
}


@dataclass(frozen=True, slots=True)
class Tool:
    """What may be asked: its arguments as JSON Schema has them, those that it needs, and what answers them."""

    name: str
    description: str
    arguments: Mapping[str, Any]
    needed: tuple[str, ...]
    answer: Callable[..., Answer]

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its arguments."""
        return {
            "type": "object",
            "properties": dict(self.arguments),
            "required": list(self.needed),
            "additionalProperties": False,
        }


class Tools:
    """The tools of a workspace; each is answered from the dataset that is in use by then."""

    def __init__(self, folder: Path | None) -> None:
        self.workspace = open_workspace(folder)
        self.names = frozenset(tool.name for tool in _tools())

    def listed(self) -> list[Tool]:
        """Return the tools, described in the user's language; those that take a question name all there are."""
        known: list[StoredQuery] = []
        with suppress(DorsaleError):  # a header that is wrong is told to who lists the questions
            known = [*self.workspace.queries.values()]
        return list(_tools([stored.name for stored in known], _subjects(known)))

    def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        """
        Return the answer of a tool, with ``notes`` on what an assistant would get wrong.

        Arguments that its schema refuses raise :class:`ToolArgument`, what cannot be answered the
        :class:`DorsaleError` of the Python API.
        """
        tool = next(tool for tool in _tools() if tool.name == name)
        if fault := best_match(Draft202012Validator(tool.schema).iter_errors(arguments)):
            where = "".join(f"{part}: " for part in fault.absolute_path)
            said = fault.message if len(fault.message) <= REASON else f"…{fault.message[-REASON:]}"
            raise ToolArgument(tool=name, reason=f"{where}{said}")
        notes: list[str] = []
        latest = self.workspace.latest()
        if latest is not self.workspace:
            self.workspace = latest
            notes.append(say("mcp-rebuilt"))
        if not self.workspace.fresh:
            notes.append(say("stale"))
        answer = tool.answer(self.workspace, **arguments)
        if said := [*answer.pop("notes", ()), *notes]:
            answer["notes"] = said
        return answer


def _subjects(known: Iterable[StoredQuery]) -> list[str]:
    return sorted({tag for stored in known for tag in stored.tags})


def _tools(names: Sequence[str] = (), subjects: Sequence[str] = ()) -> Iterator[Tool]:
    """Yield the tools; names and subjects are told, and not asked for: a question goes by its French name, too."""
    question = TEXT | {"description": say("mcp-question")} | ({"enum": names} if names else {})
    subject = TEXT | {"description": say("mcp-subject")} | ({"enum": subjects} if subjects else {})
    thing = TEXT | {"description": say("mcp-thing")}

    def limit(usual: int) -> dict[str, Any]:
        about = {"description": say("mcp-limit")}
        return {"type": "integer", "minimum": 1, "maximum": MOST, "default": usual} | about

    yield Tool(
        "list_questions",
        say("mcp-list-questions"),
        {"subject": subject},
        (),
        list_questions,
    )
    yield Tool(
        "describe_question", say("mcp-describe-question"), {"question": question}, ("question",), describe_question
    )
    values = {"type": ["string", "number"], "maxLength": LONGEST}
    yield Tool(
        "ask",
        say("mcp-ask"),
        {
            "question": question,
            "parameters": {
                "type": "object",
                "additionalProperties": values,
                "description": say("mcp-ask-parameters"),
            },
            "limit": limit(ROWS),
        },
        ("question",),
        ask,
    )
    yield Tool(
        "find",
        say("mcp-find"),
        {
            "words": TEXT | {"description": say("mcp-words")},
            "kinds": {
                "type": "array",
                "items": {"enum": list(KINDS)},
                "uniqueItems": True,
                "description": say("mcp-kinds"),
            },
            "limit": limit(FOUND),
        },
        ("words",),
        find,
    )
    yield Tool("explain", say("mcp-explain"), {"thing": thing, "limit": limit(LINES)}, ("thing",), explain)
    yield Tool(
        "why",
        say("mcp-why"),
        {
            "thing": thing,
            "property": TEXT | {"description": say("mcp-property")},
            "value": TEXT | {"description": say("mcp-value")},
            "limit": limit(ROWS),
        },
        ("thing", "property"),
        why,
    )


def list_questions(workspace: OpenWorkspace, subject: str | None = None) -> Answer:
    """Return the questions, or those of a subject, with what they may be narrowed down by."""
    tongue = language()
    known = [*workspace.queries.values()]
    if subject is not None and subject not in (subjects := _subjects(known)):
        raise ToolArgument(tool="list_questions", reason=f"subject: « {subject} »: {', '.join(subjects)}")
    listed = [
        {
            "question": stored.name,
            "asks": stored.question[tongue],
            "subjects": list(stored.tags),
            "parameters": [one.option[tongue] for one in stored.parameters],
        }
        for stored in known
        if subject is None or subject in stored.tags
    ]
    return {"questions": listed, "count": len(listed)}


def describe_question(workspace: OpenWorkspace, question: str) -> Answer:
    """Return what a question asks, its parameters as a JSON Schema, and what the columns of its answer hold."""
    tongue = language()
    stored = workspace.stored(question)
    return {
        "question": stored.name,
        "title": stored.title[tongue],
        "asks": stored.question[tongue],
        "parameters": {
            "type": "object",
            "properties": {one.option[tongue]: _schema(workspace, stored, one) for one in stored.parameters},
            "additionalProperties": False,
        },
        "columns": {column: stored.meaning(column, tongue) for column in stored.columns if column != "evidence"},
    }


def _schema(workspace: OpenWorkspace, stored: StoredQuery, parameter: Parameter) -> dict[str, Any]:
    """Return what a parameter may be; the things that it may be are named where they are few."""
    about = parameter.label[language()]
    default = {} if parameter.default is None else {"default": parameter.default}
    if parameter.type in LITERALS:
        schema = VALUES[parameter.type]
        if default and schema["type"] != "string":
            default = {"default": json.loads(default["default"])}
        return schema | {"description": about} | default
    if parameter.type[:1].isupper() and parameter.type != ANYTHING:
        about = say("mcp-of-class", label=about, kind=workspace.label(dor(parameter.type).value))
    choices = stored.choices(workspace.dataset, parameter)
    if not choices or len(choices) > FEW:
        return {"type": "string", "description": say("mcp-choices", label=about, count=counted(len(choices)))} | default
    words = [workspace.label(one.value) for one in choices]
    known = prefixes(workspace.dataset.base)
    # A name that two of them bear would mean neither.
    names = [
        word if words.count(word) == 1 else shorten(one.value, known) for word, one in zip(words, choices, strict=True)
    ]
    return {"anyOf": [{"enum": names}, {"type": "string", "format": "iri"}], "description": about} | default


def ask(
    workspace: OpenWorkspace, question: str, parameters: Mapping[str, object] | None = None, limit: int = ROWS
) -> Answer:
    """Return the rows that answer a question, each with the numbers of the passages that support it."""
    try:
        answer = workspace.answer(question, parameters, limit=limit)
    except QueryParameter as error:
        reason = say("mcp-parameter", reason=error.reason, question=question)
        raise QueryParameter(query=error.query, parameter=error.parameter, reason=reason) from error
    told, notes = Told(), []
    rows = [told.row(row) for row in answer["rows"]]
    if documents := answer["documents"]:
        notes.append(unsaid("mcp-null" if rows else "mcp-no-row", documents))
    if answer["count"] > limit:
        notes.append(limited(limit, answer["count"]))
    return {
        "question": answer["query"],
        "asks": answer["question"],
        "columns": answer["columns"],
        "rows": rows,
        "count": answer["count"],
        "passages": told.passages,
        "notes": notes,
    }


def find(workspace: OpenWorkspace, words: str, kinds: list[Any] | None = None, limit: int = FOUND) -> Answer:
    """Return what says some words, the best first."""
    # One more than is told, to know whether there are more.
    found = workspace.find(words, kinds=kinds or KINDS, limit=limit + 1)
    told = Told()
    listed = [
        {"kind": one.kind, "passage": told(workspace.passage(one.iri))}
        if one.kind == "passage"
        else {"kind": one.kind, "iri": one.iri, "label": one.label, "property": workspace.label(one.property)}
        | ({} if one.text == one.label else {"text": one.text})
        for one in found[:limit]
    ]
    notes = [say("mcp-more", limit=counted(limit))] if len(found) > limit else []
    notes = notes if found else [say("find-nothing", words=words)]
    return {"found": listed, "passages": told.passages, "notes": notes}


def explain(workspace: OpenWorkspace, thing: str, limit: int = LINES) -> Answer:
    """Return all that is known of a thing, each fact with who says so."""
    known, told, left = workspace.explain(thing), Told(), limit
    groups = []
    for group in known["groups"]:
        if lines := group["lines"][:left]:
            left -= len(lines)
            groups.append({"group": group["group"], "facts": told(lines)})
    count = sum(len(group["lines"]) for group in known["groups"])
    notes = [limited(limit, count)] if count > limit else []
    return {"thing": known["thing"], "groups": groups, "count": count, "passages": told.passages, "notes": notes}


def why(workspace: OpenWorkspace, thing: str, property: str, value: str | None = None, limit: int = ROWS) -> Answer:
    """Return why facts hold, down to the sentences; where no document says so, what they say instead."""
    proofs, told = workspace.why(thing, property, value), Told()
    instead = workspace.why(thing, property) if value is not None and not proofs else []
    notes = [] if proofs else [unsaid("mcp-no-fact", [*workspace.documents.values()])]
    answer: Answer = {"facts": told(proofs[:limit]), "count": len(proofs)}
    if instead:
        answer |= {"instead": told(instead[:limit]), "insteadCount": len(instead)}
    if (count := max(len(proofs), len(instead))) > limit:
        notes.append(limited(limit, count))
    return answer | {"passages": told.passages, "notes": notes}
