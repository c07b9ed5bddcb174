"""`dorsale diff`: what changed between two editions of the data."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dorsale import markdown
from dorsale.cli.command import command, format_option, output_option, workspace_of
from dorsale.cli.output import as_json, columns, give, lined, number, printed, progress, short, tell
from dorsale.cli.teller import Teller
from dorsale.words import say

if TYPE_CHECKING:
    from dorsale.diff import Comparison, Difference, Loss

SHARE = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s?%?")


class Share(click.ParamType[float]):
    """A share in percent, like ``20%``."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number of a share; what is none, or more than the whole, is refused."""
        found = SHARE.fullmatch(str(value).strip())
        if not found or (share := float(found[1].replace(",", "."))) > 100:
            self.fail(say("value-share", value=value), param, ctx)
        return share


@command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", required=False)
@format_option("text", "markdown", "json")
@click.option("--fail", is_flag=True, help=say("help-fail"))
@click.option("--alarm", type=Share(), metavar="SHARE", help=say("help-alarm"))
@output_option
def diff_command(
    old: str,
    new: str | None,
    format: str,
    fail: bool,
    alarm: float | None,
    output: Path | None,
    folder: Path | None,
) -> None:
    """Tell what changed between two editions of the data."""
    from dorsale.diff import compare
    from dorsale.edition import edition

    def home() -> Any:
        return workspace_of(folder)

    with progress("read"):
        sides = [edition(name, home) for name in (old, new or str(home().root))]
        found = compare(*sides)
        differ = bool(found.differences or found.moved)
        losses = () if alarm is None else found.losses(alarm)
    told: dict[str, type[Words]] = {"text": Text, "markdown": Markdown, "json": Json}
    give(told[format](found, (old, new or ".")).whole(losses), output)
    for side in () if found.sourced else (side for side in sides if not side.sourced):
        tell(say("diff-unsourced", name=side.name))
    if losses or (fail and differ):
        raise SystemExit(1)


class Words(ABC):
    """A comparison in words; what is gone is told as the old side tells it."""

    def __init__(self, found: Comparison, names: tuple[str, str]) -> None:
        self.found, self.names = found, names
        self.old, self.new = Teller(found.old.dataset), Teller(found.new.dataset)

    @abstractmethod
    def whole(self, losses: Iterable[Loss]) -> bytes:
        """Return what differs, how much it is, and the alarms."""

    def summary(self) -> list[str]:
        """Return how much differs, in one line or two."""
        counts = self.found.counts()
        lines = [say("diff-counts", **{name: number(count) for name, count in counts.items()})]
        return lines + ([say("diff-moved", count=number(counts["moved"]))] if counts["moved"] else [])

    def heading(self, thing: Any, state: str) -> tuple[str, str, str]:
        """Return what a thing is called, its prefixed name, and whether it is new or gone."""
        teller = self.old if state == "gone" else self.new
        return teller.term(thing), short(thing, teller.dataset.base), "" if state == "kept" else say(f"diff-{state}")

    def fact(self, one: Difference) -> tuple[str, str]:
        """Return the property and the value of a fact; of one that changed, both values."""
        label = (self.new if one.after else self.old).labels.label(one.fact.predicate)
        before = self.old.term(one.before.object, but=(one.thing,)) if one.before else ""
        after = self.new.term(one.after.object, but=(one.thing,)) if one.after else ""
        if one.kind == "changed":
            return label, say("diff-became", before=before, after=after)
        return label, after or before

    def alarm(self, loss: Loss) -> str:
        """Return what lost more than it may."""
        term = self.old.labels.label(loss.term)
        share = number(Decimal(f"{loss.share:.1f}".removesuffix(".0")))
        return say(f"diff-alarm-{loss.kind}", term=term, lost=number(loss.lost), had=number(loss.had), share=share)


def both(one: Difference, was: str, now: str) -> str:
    """Return who said a fact and who says it now, once where they are the same."""
    if one.kind in ("added", "removed") or was == now:
        return was or now
    return say("diff-became", before=was or "–", after=now or "–")


class Text(Words):
    """For a terminal: a table for each thing, with the quoted words under all."""

    def whole(self, losses: Iterable[Loss]) -> bytes:
        """Return what differs, the quotations, how much it is, and the alarms."""
        from rich import text

        notes: dict[Any, list[Any]] = {}
        shown: list[Any] = []
        for thing, state, found in self.found.things():
            called, name, said = self.heading(thing, state)
            made = columns(4)
            for one in found:
                made.add_row(f"  {say(f'diff-{one.kind}')}", *self.fact(one), self.sides(one, notes))
            shown += [text.Text(f"{called} ({name})" + (f" – {said}" if said else ""), "bold"), made, ""]
        for at, (teller, passage, *values) in enumerate(notes.values(), 1):
            shown.append(text.Text(f"[{at}] ").append_text(teller.quotation(passage, values)))
        return printed(*shown, *([""] if notes else []), *self.summary(), *map(self.alarm, losses))

    def sides(self, one: Difference, notes: dict[Any, list[Any]]) -> str:
        """Return who said a fact and who says it now, by the numbers of their notes."""
        was = self.noted(self.old, one.was, one.before, notes)
        return both(one, was, self.noted(self.new, one.now, one.after, notes))

    def noted(self, teller: Teller, sources: Iterable[Any], fact: Any, notes: dict[Any, list[Any]]) -> str:
        """Return sources in short: a passage by the number of its note."""
        said = []
        for source in sources:
            if source.passage is None:
                said.append(say(f"source-{source.kind}"))
                continue
            key = (source.passage.iri, source.passage.exact)
            notes.setdefault(key, [teller, source.passage]).append(fact.object)
            said.append(f"[{list(notes).index(key) + 1}]")
        return " ".join(said)


class Markdown(Words):
    """For a page or a log of changes: a heading for each thing, its differences in a list, with the quoted words."""

    def whole(self, losses: Iterable[Loss]) -> bytes:
        """Return what differs, how much it is and the alarms first."""
        old, new = map(markdown.plain, self.names)
        lines = [f"# {say('diff-title', old=old, new=new)}", "", *self.summary()]
        lines += ["", *(f"- **{markdown.plain(self.alarm(loss))}**" for loss in losses)] if losses else []
        for thing, state, found in self.found.things():
            called, name, said = self.heading(thing, state)
            lines += ["", f"## {markdown.plain(called)} (`{name}`)" + (f" – {said}" if said else ""), ""]
            lines += map(self.line, found)
        return lined(lines)

    def line(self, one: Difference) -> str:
        """Return a difference as a line of a list."""
        label, value = map(markdown.plain, self.fact(one))
        was, now = (
            " ; ".join(self.quoted(teller, source) for source in sources)
            for teller, sources in ((self.old, one.was), (self.new, one.now))
        )
        said = both(one, was, now)
        return f"- {say(f'diff-{one.kind}')} – {say('told', what=label, quantity=value)}" + (
            f" – {said}" if said else ""
        )

    def quoted(self, teller: Teller, source: Any) -> str:
        """Return a source with its words."""
        if source.passage is None:
            return say(f"source-{source.kind}")
        return markdown.plain(teller.quotation(source.passage).plain)


class Json(Words):
    """For programs: each difference with the fact and who says it on both sides."""

    def whole(self, losses: Iterable[Loss]) -> bytes:
        """Return the comparison as JSON."""
        old, new = self.names
        return as_json(
            {
                "old": old,
                "new": new,
                "whole": self.found.whole,
                "sourced": self.found.sourced,
                "counts": self.found.counts(),
                "things": list(self.things()),
                "alarms": [
                    {
                        "kind": loss.kind,
                        "term": self.old.written.term(loss.term),
                        "had": loss.had,
                        "lost": loss.lost,
                        "share": round(loss.share, 1),
                    }
                    for loss in losses
                ],
            }
        )

    def things(self) -> Iterator[dict[str, Any]]:
        """Yield each thing with its differences."""
        for thing, state, found in self.found.things():
            teller = self.old if state == "gone" else self.new
            yield {
                "thing": teller.written.term(thing),
                "state": state,
                "differences": [
                    {
                        "kind": one.kind,
                        "property": (self.new if one.after else self.old).written.term(one.fact.predicate),
                        "old": self.side(self.old, one.before, one.was),
                        "new": self.side(self.new, one.after, one.now),
                    }
                    for one in found
                ],
            }

    def side(self, teller: Teller, fact: Any, sources: Iterable[Any]) -> dict[str, Any] | None:
        """Return a value as one side has it, and who says so."""
        if fact is None:
            return None
        return {"value": teller.written.term(fact.object), "sources": teller.written.sources(sources, fact.object)}
