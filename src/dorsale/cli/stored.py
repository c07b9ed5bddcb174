"""Each stored query is a command: its parameters are options, and its help says what it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from dorsale.cli.output import number
from dorsale.errors import DorsaleError
from dorsale.words import language, say

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from dorsale.graph.queries import Parameter, StoredQuery
    from dorsale.graph.store import Dataset
    from dorsale.workspace import Workspace

# So many choices are all told; of more there are examples.
CHOICES = 8


class StoredCommand(click.Command):
    """A stored query of a workspace as a command, with the options of every query beside its own."""

    def __init__(
        self,
        workspace: Workspace,
        stored: StoredQuery,
        callback: Callable[..., Any] | None,
        others: Sequence[click.Parameter],
    ) -> None:
        self.workspace, self.stored = workspace, stored
        own = [ParameterOption(self, parameter) for parameter in stored.parameters]
        super().__init__(stored.name, callback=callback, params=[*own, *others], help=stored.question[language()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options; one that there is not raises :class:`QueryParameter` with those that there are."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            self.stored.parameter(error.option_name.removeprefix("--"))
            raise

    def given(self, context: click.Context) -> dict[str, str]:
        """Return the values that are given on the command line, by the name of their parameter."""
        options = [one for one in self.params if isinstance(one, ParameterOption)]
        said = {one.parameter.name: context.params[one.name] for one in options}
        return {name: value for name, value in said.items() if value is not None}

    def dataset(self) -> Dataset | None:
        """Return the dataset, from which help takes choices and labels; where there is none, help has none."""
        from dorsale.graph.store import Shelf

        with suppress(DorsaleError, OSError):
            return Shelf(self.workspace.dataset, self.workspace.base).open()
        return None

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the query answers."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.stored.title[language()])
            formatter.write_text(self.stored.question[language()])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the parameters with their choices, what the columns hold, and the options of every query."""
        dataset = self.dataset()
        own = [one for one in self.params if isinstance(one, ParameterOption)]
        if own:
            with formatter.section(say("parameters").capitalize()):
                formatter.write_dl([one.record(dataset) for one in own])
                formatter.write_paragraph()
                formatter.write_text(say("query-values"))
        with formatter.section(say("query-columns").capitalize()):
            columns = self.stored.columns
            formatter.write_dl([(column, self.stored.meaning(column, language())) for column in columns])
        records = [one.get_help_record(ctx) for one in self.get_params(ctx) if one not in own]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the options that begin like a word, those of parameters in the user's language."""
        foreign = {
            option
            for one in self.params
            if isinstance(one, ParameterOption)
            for option in one.opts
            if option != one.shown
        }
        return [item for item in super().shell_complete(ctx, incomplete) if item.value not in foreign]


class ParameterOption(click.Option):
    """A parameter of a stored query as an option, which goes by its word in either language."""

    def __init__(self, command: StoredCommand, parameter: Parameter) -> None:
        self.command, self.parameter = command, parameter
        self.shown = f"--{parameter.option[language()]}"
        words = dict.fromkeys([self.shown, *(f"--{word}" for word in parameter.option.values()), f"--{parameter.name}"])
        # The name of its value is none of the command's own.
        super().__init__([*words, f"parameter_{parameter.name}"], help=parameter.label[language()], type=str)

    def record(self, dataset: Dataset | None) -> tuple[str, str]:
        """Return how it is given, and what it means: with its default and its choices, or some of them."""
        from dorsale.graph.queries import LITERALS

        parameter = self.parameter
        kind = parameter.type if parameter.type in LITERALS else "thing"
        notes = [] if parameter.default is None else [say("query-default", value=parameter.default)]
        labels = self._labels(dataset)
        if labels:
            some = len(labels) > CHOICES
            choices = ", ".join(labels[: CHOICES // 2 if some else CHOICES])
            notes.append(say("query-examples" if some else "query-choices", choices=choices, count=number(len(labels))))
        note = f" ({' ; '.join(notes)})" if notes else ""
        return f"{self.shown} {say(f'metavar-{kind}')}", f"{parameter.label[language()]}{note}"

    def _labels(self, dataset: Dataset | None) -> list[str]:
        from dorsale.graph.labels import Labels

        if dataset is None:
            return []
        labels = Labels(dataset, language())
        return sorted({labels.label(thing) for thing in self.command.stored.choices(dataset, self.parameter)})

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """
        Return the values that begin like a word; where none does, those whose label says it.

        A thing goes by its slug, or by its prefixed name where two have that slug.
        """
        from click.shell_completion import CompletionItem

        from dorsale.graph.find import shortest
        from dorsale.graph.labels import Labels
        from dorsale.graph.queries.parameters import ANYTHING, members
        from dorsale.names import fold

        dataset = self.command.dataset()
        if dataset is None:
            return []
        labels, parameter = Labels(dataset, language()), self.parameter
        items: dict[str, CompletionItem] = {}
        with suppress(DorsaleError):
            things = self.command.stored.choices(dataset, parameter)
            among = None if parameter.type == ANYTHING or not things else members(dataset, parameter.type)
            for thing, value in shortest(dataset, things, among).items():
                items[value] = CompletionItem(value, help=labels.label(thing))
        begun = [item for value, item in items.items() if value.startswith(incomplete.lower())]
        words = fold(incomplete)
        return begun or [item for item in items.values() if words and words in fold(item.help or "")]
