"""
The reference of the commands, from their own help, in the language of the environment.

    LC_ALL=en_GB.UTF-8 .venv/bin/python docs/commands.py > docs/commands.md
    LC_ALL=fr_FR.UTF-8 .venv/bin/python docs/commands.py > docs/commandes.md
"""

import sys
from collections.abc import Iterator

import click

from dorsale.cli import VERBS, dorsale
from dorsale.cli.kept import test_command
from dorsale.words import language

WORDS = {
    "en": """# Commands

What each command does, takes and returns, as its own `--help` says it. Written by `docs/commands.py`;
[en français](commandes.md).

Results go to standard output, all else to standard error. Exit codes: **0** yes or done, **1** the answer is no, **2**
could not, with what to do. The language is that of `LC_ALL`, `LC_MESSAGES` or `LANG`. Every command has `-h, --help`;
those that work on a workspace have `-w, --workspace PATH`, else it is the nearest folder upwards with a `dorsale.toml`.
""",
    "fr": """# Commandes

Ce que chaque commande fait, prend et rend, comme le dit son `--help`. Écrit par `docs/commands.py` ;
[in English](commands.md).

Les résultats vont sur la sortie standard, tout le reste sur la sortie d'erreur. Codes de sortie : **0** oui ou fait,
**1** la réponse est non, **2** impossible, avec ce qu'il faut faire. La langue est celle de `LC_ALL`, `LC_MESSAGES` ou
`LANG`. Chaque commande a `-h, --help` ; celles qui travaillent sur un espace de travail ont `-w, --workspace CHEMIN`,
sinon c'est le dossier le plus proche vers le haut qui a un `dorsale.toml`.
""",
}
# Told once, above.
SHARED = {"--help", "--workspace"}


def page() -> Iterator[str]:
    """Yield the lines of the reference."""
    yield WORDS[language()]
    top = click.Context(dorsale, info_name="dorsale")
    commands = [(verb, command) for verb in VERBS if (command := dorsale.get_command(top, verb))]
    commands.insert(VERBS.index("query") + 1, ("query test", test_command))
    yield " · ".join(f"[{verb}](#dorsale-{verb.replace(' ', '-')})" for verb, _ in commands)
    for verb, command in commands:
        context = click.Context(command, info_name=verb, parent=top)
        yield from ("", f"## dorsale {verb}", "", "```text")
        yield f"dorsale {verb} {' '.join(command.collect_usage_pieces(context))}"
        yield from ("```", "", command.help or "")
        options = [
            one for one in command.get_params(context) if one.param_type_name == "option" and not SHARED & {*one.opts}
        ]
        for at, option in enumerate(options):
            names, said = option.get_help_record(context) or ("", "")
            yield from ([] if at else [""])
            yield f"- `{names}`: {' '.join(said.split())}"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print("\n".join(page()))
