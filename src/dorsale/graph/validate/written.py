"""
A report as programs and pages read it, with its words: JSON, Markdown, SARIF.

SARIF 2.1.0 (OASIS) is what forges and editors show beside the lines of a file: each shape is a rule, each result points
at its line, and what is waived is suppressed with its reason.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from pyoxigraph import NamedNode

from dorsale import markdown
from dorsale.graph.validate.report import Report, Result, Severity
from dorsale.graph.validate.shapebook import Rule
from dorsale.graph.validate.wording import Group, Told, Wording
from dorsale.names import prefixes, shorten

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def to_json(report: Report, wording: Wording) -> dict[str, Any]:
    """Return the report as plain values, each result with its words in the language of the wording."""
    results = [
        {**plain, "words": wording.told(result).to_json()}
        for result in report.results
        for plain in Report((result.masked(),)).to_json()["results"]
    ]
    return {**report.to_json(), "results": results, "language": wording.tongue}


def to_markdown(report: Report, wording: Wording, summary: Iterable[str]) -> str:
    """Return the report as Markdown: a heading for each rule, a table of what does not keep to it."""
    lines = [f"# {wording.say('report-title')}", "", *(f"{line}  " for line in summary), ""]
    for group in wording.groups(report):
        lines += [f"## {_plain(title(group, wording))}", ""]
        lines += [f"- {name}{wording.say('colon')}{_plain(words)}" for name, words in headed(group, wording)]
        head, rows = tabled(group, wording)
        lines += ["", *markdown.table(map(_plain, head), (map(_plain, row) for row in rows)), ""]
        lines += [line for echo in echoed(group, wording) for line in (_plain(echo), "")]
    return "\n".join(lines).rstrip() + "\n"


def title(group: Group, wording: Wording) -> str:
    """Return what is wrong in a group, and how much it weighs."""
    result, told = group.cases[0].result, group.cases[0].told
    weight = wording.say("severity-waived" if result.waiver else f"severity-{result.severity.value}")
    return f"{weight}{wording.say('colon')}{told.what}"


def headed(group: Group, wording: Wording) -> list[tuple[str, str]]:
    """Return what the results of a group have in common, each with its name: rule, what was expected, what to do."""
    told = group.cases[0].told
    rule = named(group.rule, wording)
    said = (
        ("rule", rule if group.rule.iri in wording.book.said else ""),
        ("expected", told.expected),
        ("do", told.do),
        ("waiver", told.waiver),
    )
    return [(wording.say(f"report-{name}"), words) for name, words in said if words]


def tabled(
    group: Group, wording: Wording, numbers: Mapping[str, str] | None = None
) -> tuple[list[str], list[list[str]]]:
    """
    Return the head and the rows of a group: where, what thing, which property, what is there, the words quoted.

    Passages that have ``numbers`` are named by them.
    """
    rows = []
    for case in group.cases:
        told, passage = case.told, (numbers or {}).get(case.told.passage, case.told.passage)
        rows.append((str(case.result.place or ""), told.thing, told.property, told.found, passage))
    names = ("place", "thing", "property", "report-found", "report-passage")
    kept = [at for at in range(len(names)) if any(row[at] for row in rows)]
    return [wording.say(names[at]) for at in kept], [[row[at] for at in kept] for row in rows]


def echoed(group: Group, wording: Wording) -> list[str]:
    """Return which other rules the values of a group break once more, through what is derived from them."""
    known = prefixes(wording.before.base)
    rules = sorted({shorten(echo.shape.value, known) for case in group.cases for echo in case.echoes})
    return [wording.say("report-echoes", rules=", ".join(rules))] if rules else []


def named(rule: Rule, wording: Wording) -> str:
    """Return the name by which a rule is asked for."""
    if not isinstance(rule.iri, NamedNode):
        return rule.names.get(wording.tongue) or ""
    return shorten(rule.iri.value, prefixes(wording.before.base)).strip("<>")


def to_sarif(report: Report, wording: Wording, version: str) -> dict[str, Any]:
    """Return the report as a SARIF log of one run; ``version`` is the program's."""
    rules: dict[str, dict[str, Any]] = {}
    results = []
    for result in report.results:
        rule = wording.book.rule(result.shape)
        name = named(rule, wording) or result.component.value
        rules.setdefault(name, _rule(name, rule, wording))
        results.append(_result(result, wording.told(result), name, list(rules).index(name), wording.say("colon")))
    driver = {"name": "Dorsale", "version": version, "rules": list(rules.values())}
    run = {"tool": {"driver": {**driver, "language": wording.tongue}}, "columnKind": "unicodeCodePoints"}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{**run, "results": results}]}


def _rule(name: str, rule: Rule, wording: Wording) -> dict[str, Any]:
    texts: Mapping[str, Mapping[str, str]] = {
        "shortDescription": rule.names,
        "fullDescription": rule.messages,
        "help": rule.reasons,
    }
    said = {key: {"text": text} for key, texts in texts.items() if (text := wording.one(texts))}
    level = LEVELS[rule.severity]
    return {"id": name, **said, "defaultConfiguration": {"level": level}}


def _result(result: Result, told: Told, rule: str, at: int, colon: str) -> dict[str, Any]:
    place = result.place
    said: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": at,
        "level": LEVELS[result.severity],
        "message": {"text": f"{told.thing}{colon}{told.what}"},
        "properties": told.to_json(),
    }
    if place is not None:
        region = {"startLine": place.line, "startColumn": place.column}
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file.as_posix())}}
        if place.line is not None:
            physical["region"] = {key: number for key, number in region.items() if number is not None}
        said["locations"] = [{"physicalLocation": physical}]
    if result.waiver is not None:
        said["suppressions"] = [{"kind": "external", "status": "accepted", "justification": told.waiver}]
    return said


def _uri(path: str) -> str:
    return f"file://{quote(path)}" if path.startswith("/") else quote(path)


def _plain(words: str) -> str:
    """Return words of which Markdown makes no mark."""
    return words.replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;")
