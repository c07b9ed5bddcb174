"""
Which language a text is in, by its little words.

Articles, prepositions and auxiliaries make up a third of any prose and are hardly shared between languages, so that
counting them decides as well as a trained model does, and needs none.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

# Fewer little words than this decide nothing; in a list of names or a table of figures they are rare.
FEWEST, SHARE = 5, 0.15
# Sisters share many: the first has to be ahead of the second.
LEAD = 1.15


@cache
def _little_words() -> dict[str, frozenset[str]]:
    table = tomllib.loads((files(__package__) / "languages.toml").read_text("utf-8"))
    return {code: frozenset(words.split()) for code, words in table.items()}


def language(text: str) -> str | None:
    """
    Return the language of a text as its code of ISO 639-1, or ``None`` when its words do not tell.

    ``None`` is both a text too short or too bare (a heading, a table of figures) and a language that has no line in
    ``languages.toml``.

    >>> language("Le Département a confié à cette société l’exploitation du réseau pour quinze ans.")
    'fr'
    >>> language("The county has entrusted the company with the operation of its network for fifteen years.")
    'en'
    >>> language("Lotim Télécom, 2005")
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = sorted((sum(word in little for word in words), code) for code, little in _little_words().items())
    (second, _), (first, code) = counts[-2:]
    if first < max(FEWEST, SHARE * len(words)) or first < LEAD * second:
        return None
    return code
