"""
The sentences that a user reads, in English and in French.

They are data, one file a language, so that anyone can mend a wording and a test can see that none is missing.
"""

import functools
import os
import tomllib
from importlib.resources import files

LANGUAGES = ("en", "fr")


def language() -> str:
    """
    Return the language of the user, ``fr`` or ``en``, from the locale of the environment.

    The order is that of POSIX: ``LC_ALL``, ``LC_MESSAGES``, ``LANG``; the first that is set decides.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


@functools.cache
def catalogue(tongue: str) -> dict[str, str]:
    """Return every sentence of a language by its key."""
    return tomllib.loads((files(__package__) / f"{tongue}.toml").read_text("utf-8"))


@functools.cache
def meanings() -> dict[str, dict[str, str]]:
    """Return what the columns of stored queries hold, by name and language."""
    return tomllib.loads((files(__package__) / "columns.toml").read_text("utf-8"))


def say(key: str, tongue: str | None = None, /, **facts: object) -> str:
    """
    Return the sentence ``key`` with its facts filled in, in the user's language unless told otherwise.

    Raises :class:`KeyError` when there is no such sentence: a mistake of ours, never of the user.
    """
    return catalogue(tongue or language())[key].format(**facts)
