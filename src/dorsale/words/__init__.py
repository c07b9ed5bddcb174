"""
The sentences that a user reads, in English and in French.

They are data, one file a language, so that anyone can mend a wording and a test can see that none is missing.
"""

import functools
import json
import os
from pathlib import Path

LANGUAGES = ("en", "fr")
FOLDER = Path(__file__).parent


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
    # A file has a sentence a line, whose quotes are those of JSON, too: which is read twenty times faster than TOML.
    text = FOLDER.joinpath(f"{tongue}.toml").read_text("utf-8")
    lines = (line.partition(" = ") for line in text.splitlines() if not line.startswith("#"))
    pairs = (f"{key if key.startswith(chr(34)) else json.dumps(key)}:{said}" for key, _, said in lines if said)
    sentences: dict[str, str] = json.loads(f"{{{','.join(pairs)}}}")
    return sentences


@functools.cache
def meanings() -> dict[str, dict[str, str]]:
    """Return what the columns of stored queries hold, by name and language."""
    import tomllib

    return tomllib.loads(FOLDER.joinpath("columns.toml").read_text("utf-8"))


def say(key: str, tongue: str | None = None, /, **facts: object) -> str:
    """
    Return the sentence ``key`` with its facts filled in, in the user's language unless told otherwise.

    Raises :class:`KeyError` when there is no such sentence: a mistake of ours, never of the user.
    """
    return catalogue(tongue or language())[key].format(**facts)
