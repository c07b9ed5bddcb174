"""
A release: a version of the data that others may cite, with what changed since the one before.

Nothing is released that does not stand: each reason against it is told, all at once. Then what says which version this
is changes together, or nothing does: the settings, the ontology's own head, the log of changes, the list of identifiers
that are public from now on. Publishing the folder, and marking the commit, are left to whoever releases.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from dorsale.add import tried, write_all
from dorsale.build import Built, Step, proved, standing
from dorsale.diff import Comparison, Difference, compare
from dorsale.documents.refusals import Refusals
from dorsale.documents.suppressions import Suppressions
from dorsale.documents.withdrawals import withdrawals
from dorsale.edition import Edition, edition
from dorsale.errors import MissingGit, NoDataset, SettingMissing, SettingWrong, UneditableFile, UnknownEdition
from dorsale.graph.explain import detail, told
from dorsale.graph.labels import Labels, number
from dorsale.graph.queries.kept import Verdict, strays
from dorsale.graph.queries.kept import compare as answered
from dorsale.graph.queries.stored import Catalogue
from dorsale.graph.store import VIEW, Dataset, Shelf
from dorsale.journal import Journal
from dorsale.names import BASE, CODE, DOR, ONTOLOGY, public
from dorsale.publish import Publication, publish
from dorsale.publish.checks import MUST, check
from dorsale.settings import changed
from dorsale.words import LANGUAGES, language, say
from dorsale.workspace import Workspace

VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
TABLE = "publication"
REPLACES = public("dcterms:replaces")
# So many things are named in the log; of more it tells how many there are.
NAMED = 20
HEADING = re.compile(r"^## ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason why nothing is released: what kind of reason, and its facts."""

    kind: str
    facts: Mapping[str, Any]

    def sentence(self, tongue: str | None = None) -> str:
        """Return the reason and what to do, in one sentence."""
        return say(f"obstacle-{self.kind}", tongue, **self.facts)


@dataclass(frozen=True, slots=True)
class Released:
    """A release: its version, the files that say so, what changed since the one before, if there was one."""

    version: str
    files: tuple[Path, ...]
    comparison: Comparison | None
    published: int
    built: Built


def before(workspace: Workspace, name: str | None) -> Edition | None:
    """
    Return the edition of the release before: the one of a name, else that of the git tag of its version.

    None before the first release, of which nothing is public yet. Raises what :func:`~dorsale.edition.edition` does.
    """
    version = workspace.publication.get("version")
    if name is not None:
        return edition(name, lambda: workspace)
    if not workspace.published.exists() or not isinstance(version, str):
        return None
    with suppress(UnknownEdition):
        return edition(f"v{version}", lambda: workspace)
    return edition(version, lambda: workspace)


def obstacles(workspace: Workspace, dataset: Dataset, version: str, previous: str | None = None) -> Iterator[Obstacle]:
    """
    Yield each reason why a version is not released: of its number, of what is said of the publication, of the checks.

    ``previous`` is what :func:`before` is asked for.

    Raises what cannot be looked into: a file that does not parse, a withdrawal that does not say why.
    """
    yield from _of_number(workspace, version)
    try:
        before(workspace, previous)
    except (UnknownEdition, MissingGit) as error:
        yield Obstacle("previous", {"reason": error.sentence()})
    try:
        made = Shelf(workspace.dataset, workspace.base).made(dataset)
        if made["fingerprint"] != workspace.fingerprint():
            yield Obstacle("stale", {})
    except (NoDataset, KeyError):
        yield Obstacle("stale", {})
    if refused := standing(workspace, dataset).violations:
        yield Obstacle("invalid", {"count": len(refused)})
    if refusals := proved(workspace).refusals:
        yield Obstacle("unproved", {"count": len(refusals)})
    yield from _of_queries(workspace, dataset)
    yield from _of_portals(workspace, dataset, version)
    if lost := gone(workspace, dataset):
        listed = "".join(f"\n    {iri}" for iri in lost)
        yield Obstacle("lost", {"count": len(lost), "listed": listed, "file": workspace.shown(workspace.retractions)})


def _of_number(workspace: Workspace, version: str) -> Iterator[Obstacle]:
    """Yield what is wrong with the number of a version: it comes after the one that is public."""
    asked, there = VERSION.fullmatch(version), VERSION.fullmatch(str(workspace.publication.get("version")))
    if asked is None:
        yield Obstacle("number", {"version": version})
    elif workspace.published.exists() and there and _numbers(asked) <= _numbers(there):
        yield Obstacle("earlier", {"version": version, "known": there[0]})


def _numbers(version: re.Match[str]) -> tuple[int, ...]:
    return tuple(map(int, version.groups()))


def _of_queries(workspace: Workspace, dataset: Dataset) -> Iterator[Obstacle]:
    """Yield that answers are not as they are kept; a workspace need not keep any."""
    kept = workspace.answers
    if not kept.is_dir():
        return
    catalogue = Catalogue.of(workspace.queries, workspace.shown(workspace.queries))
    wrong = [
        query.name
        for query in catalogue
        if answered(dataset, query, kept, workspace.shown(kept)).verdict is not Verdict.SAME
    ]
    if names := [*wrong, *strays(catalogue.names, kept)]:
        yield Obstacle("answers", {"count": len(names), "names": ", ".join(names)})


def _of_portals(workspace: Workspace, dataset: Dataset, version: str) -> Iterator[Obstacle]:
    """Yield what is missing in the settings, or what portals would refuse of the publication as it would be."""
    today = date.today()
    said = {**workspace.publication, "version": version, "released": today}
    settings = replace(workspace, publication={"issued": today, **said})
    try:
        publication = Publication.of(settings)
    except (SettingMissing, SettingWrong) as error:
        yield Obstacle("metadata", {"reason": error.sentence()})
        return
    with tempfile.TemporaryDirectory() as aside:
        publish(settings, dataset, folder := Path(aside) / "published", publication)
        found = [one for one in check(publication, folder) if one.weight == MUST]
    if found:
        # What a setting says stands in many places; it is mended in one.
        first = {one.name: one for one in reversed(found)}.values()
        listed = "".join(f"\n    {one.title[language()]} ({one.place}): {one.remedy[language()]}" for one in first)
        yield Obstacle("portals", {"count": len(found), "listed": listed})


def public_now(dataset: Dataset) -> set[str]:
    """
    Return the identifiers of ours that a publication of a dataset describes: things, passages, terms, codes.

    What lets a fact in goes with the fact: nobody cites it.
    """
    ours, aside = (dataset.base, DOR, CODE), tuple(f"{dataset.base}{kind}/" for kind in ("graph", "overruling"))
    subjects = {fact.subject.value for fact in dataset.facts() if isinstance(fact.subject, NamedNode)}
    return {iri for iri in subjects if iri.startswith(ours) and not iri.startswith(aside)}


def gone(workspace: Workspace, dataset: Dataset) -> list[str]:
    """Return the identifiers that were published, name nothing any more, and of which nobody says what became."""
    if not workspace.published.exists():
        return []
    lost = _published(workspace) - public_now(dataset)
    replaced = (quad.object for quad in dataset.store.quads_for_pattern(None, REPLACES, None, VIEW))
    # Of a passage whose facts were retracted the errata tell.
    retracted = (one.passage.iri for one in Refusals.read(workspace).retracted.all)
    declared = {*withdrawals(workspace), *replaced, *retracted}
    return sorted(lost - {iri.value for iri in declared if isinstance(iri, NamedNode)})


def _published(workspace: Workspace) -> set[str]:
    """Return the identifiers that were published, but those of whom must not be named: there are none left of them."""
    listed = workspace.published.read_text("utf-8").split() if workspace.published.exists() else []
    suppressions = Suppressions.read(workspace)
    return {iri for iri in listed if not suppressions.hides(NamedNode(iri))}


def release(
    workspace: Workspace, dataset: Dataset, version: str, previous: Edition | None, step: Step = lambda _: None
) -> Released:
    """
    Write down that the data are now a version, and what changed since the ``previous`` one; all or nothing.

    The dataset is made anew, since the ontology says its version in it. Call it where there are no :func:`obstacles`.
    Raises :class:`UneditableFile` for settings or an ontology whose text cannot be changed, and what a build does.
    """
    today, shown = date.today(), workspace.shown
    comparison = compare(previous, edition(str(workspace.root), lambda: workspace)) if previous else None
    notes = {tongue: _counted(dataset, comparison, tongue) for tongue in reversed(LANGUAGES)}
    said = workspace.publication
    values: dict[str, Any] = {"version": version, "issued": said.get("issued", today), "released": today}
    if comparison and (old := said.get("version")):
        values["previous"] = f"{Publication.of(workspace).url}{old}/"
    values["notes"] = notes
    mark, log, list_ = workspace.mark, workspace.changelog, workspace.published
    identifiers = public_now(dataset) | _published(workspace)
    lines = map(Suppressions.read(workspace).masked, _told(comparison, notes))
    files = {
        mark: changed(mark.read_text("utf-8"), TABLE, values, shown(mark)).encode(),
        log: logged(log.read_text("utf-8") if log.exists() else "", version, today, lines).encode(),
        list_: "".join(f"{iri}\n" for iri in sorted(identifiers)).encode(),
    }
    # The terms are ours: the ontology of a workspace with a base of its own is a copy, whose version is not its to say.
    if workspace.base == BASE:
        for path in sorted(workspace.ontology.glob("*.ttl")):
            content = path.read_bytes()
            if (versioned_now := versioned(content, version, today, shown(path))) != content:
                files[path] = versioned_now
    shelf = Shelf(workspace.dataset, workspace.base)
    with shelf.lock("dorsale release"):
        journal = Journal(workspace.journal, workspace.root)
        journal.settle()
        with shelf.next() as folder:
            built, how, _ = tried(workspace, files, shelf, folder, step)
            write_all(journal, shelf, folder, files, how)
    return Released(version, tuple(files), comparison, len(identifiers), built)


def versioned(content: bytes, version: str, day: date, shown: Path) -> bytes:
    """
    Return a file of the ontology whose head says another version, and which one it had; other files stay as they are.

    Raises :class:`UneditableFile` with ``shown`` where the text cannot be made to say so and nothing else.
    """
    about = NamedNode(ONTOLOGY)
    iri, prior, info, modified = (
        public(name) for name in ("owl:versionIRI", "owl:priorVersion", "owl:versionInfo", "dcterms:modified")
    )
    said = list(parse(content, RdfFormat.TURTLE))
    head: dict[NamedNode, Any] = {quad.predicate: quad.object for quad in said if quad.subject == about}
    if iri not in head or info not in head:
        return content
    old, now = head[iri], NamedNode(f"{ONTOLOGY}/{version}")
    before, text = head[info].value, content.decode()
    text = text.replace(f"<{old.value}>", f"<{now.value}>", 1)
    if old != now:
        text = re.sub(rf"\n *owl:priorVersion <{re.escape(ONTOLOGY)}/[^>]*> ;", "", text)
        text = text.replace(f"<{now.value}> ;", f"<{now.value}> ;\n    owl:priorVersion <{old.value}> ;", 1)
    text = text.replace(f'owl:versionInfo "{before}"', f'owl:versionInfo "{version}"', 1)
    text = re.sub(r'(dcterms:modified )"[\d-]*"', rf'\g<1>"{day.isoformat()}"', text, count=1)
    # How it is to be cited names its version and its address.
    text = text.replace(f"version {before}, {old.value}", f"version {version}, {now.value}")
    wanted = {iri: now, info: Literal(version), prior: old if old != now else head.get(prior)}
    try:
        after = {
            quad.predicate: quad.object for quad in parse(text.encode(), RdfFormat.TURTLE) if quad.subject == about
        }
    except SyntaxError as error:
        raise UneditableFile(file=shown) from error
    rest = after.keys() - {*wanted, modified, public("dcterms:bibliographicCitation")}
    if any(after.get(name) != value for name, value in wanted.items()) or any(
        after[name] != head.get(name) for name in rest
    ):
        raise UneditableFile(file=shown)
    return text.encode()


def logged(text: str, version: str, day: date, lines: Iterable[str]) -> str:
    """
    Return a log of changes with those of a version on top; what was written there of it before it was released stays.

    >>> print(logged("# Log\\n\\n## 1.1.0, unreleased\\n\\n- By hand.\\n", "1.1.0", date(2026, 1, 2), ["- More."]))
    # Log
    <BLANKLINE>
    ## 1.1.0, 2026-01-02
    <BLANKLINE>
    - More.
    - By hand.
    <BLANKLINE>
    """
    heading, body = f"## {version}, {day.isoformat()}", "\n".join(lines)
    text = text or f"# {say('log')}\n"
    ahead = re.compile(rf"^## {re.escape(version)}, .*$", re.MULTILINE)
    if found := ahead.search(text):
        rest = text[found.end() :].lstrip("\n")
        return f"{text[: found.start()]}{heading}\n\n{body}\n{rest}"
    at = found.start() if (found := HEADING.search(text)) else len(text)
    return f"{text[:at].rstrip()}\n\n{heading}\n\n{body}\n" + (f"\n{text[at:]}" if text[at:] else "")


def _counted(dataset: Dataset, comparison: Comparison | None, tongue: str) -> str:
    """Return how much changed, in one sentence; before the first release, how much there is."""
    if comparison is None:
        passages = NamedNode(f"{dataset.base}graph/evidence")
        graphs = [graph for graph in dataset.store.named_graphs() if "/evidence/" in str(graph) and graph != passages]
        facts = {quad.triple for graph in graphs for quad in dataset.store.quads_for_pattern(None, None, None, graph)}
        return say("release-first", tongue, facts=number(len(facts), tongue), passages=number(len(graphs), tongue))
    counts = {name: number(count, tongue) for name, count in comparison.counts().items()}
    return say("release-notes", tongue, **counts)


def _told(comparison: Comparison | None, notes: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of the log: how much, the things that came and went, the values that changed."""
    yield f"- {notes[language()]}"
    if comparison is None:
        return
    old, new = (Labels(side.dataset, language()) for side in (comparison.old, comparison.new))
    states: dict[str, list[str]] = {"new": [], "gone": []}
    for thing, state, _ in comparison.things():
        if state in states:
            states[state].append(_called(old if state == "gone" else new, thing))
    for kind, names in states.items():
        if names:
            yield f"- {say(f'release-{kind}', names=_some(names))}"
    values = [_became(one, old, new) for one in comparison.differences if one.kind == "changed"]
    if values:
        yield f"- {say('release-changed', names=_some(values, ' ; '))}"


def _called(labels: Labels, thing: NamedNode) -> str:
    """Return what a thing is called; a sum or a figure by what tells it from others."""
    found = detail(labels.dataset, thing)
    return told(labels, found) if found else labels.label(thing)


def _became(one: Difference, old: Labels, new: Labels) -> str:
    assert one.before is not None
    assert one.after is not None
    property = new.label(one.fact.predicate)
    return f"{_called(new, one.thing)} – {property} : {old.said(one.before.object)} → {new.said(one.after.object)}"


def _some(names: Iterable[str], between: str = ", ") -> str:
    """Return names, each once and with how often where it is several things'; of very many the first ones."""
    counted = Counter(names)
    said = [name if count == 1 else f"{name} (× {count})" for name, count in list(counted.items())[:NAMED]]
    more = len(counted) - len(said)
    return between.join(said) + (f" {say('release-more', count=number(more, language()))}" if more > 0 else "")
