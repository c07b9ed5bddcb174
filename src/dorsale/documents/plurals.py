"""
The names that a plural says one by one: « les agglomérations de Bastia et d'Ajaccio » names two agglomérations.

What stands in the text is then not the name of the second, and the name is in the text all the same.
"""

import re
from collections.abc import Iterator

LINK = r"(?:de la |de l[’']|des |de |du |d[’'])"
NAME = r"[A-ZÀ-ÖØ-Þ][\w’'-]*(?: (?:(?:sur|sous|en|le|la|les|lès|et|de|du|des) |d[’'])*[A-ZÀ-ÖØ-Þ][\w’'-]*)*?"
BODY = "agglomération|communauté|commune|ville|métropole|département|région|intercommunalité|syndicat|chambre|office"
# A body in the plural with its adjectives and complements, then names, each with its own « de » or after the first's.
PLURAL = re.compile(
    rf"\b(?P<noun>(?:{BODY})s(?: (?:de |d[’'])?[a-zà-öø-ÿ]{{3,}})*?) "
    rf"(?P<names>{LINK}{NAME}(?:(?:, et |, | et ){LINK}?{NAME})+)(?![\w’'-]| [A-ZÀ-ÖØ-Þ])"
)
ONE = re.compile(rf"(?:^|, et |, | et )(?P<link>{LINK})?(?P<name>{NAME})(?=, | et |$)")
VOWEL = re.compile(r"[AEÉÈIÎOUYH]")


def apart(text: str) -> Iterator[str]:
    """
    Yield the names that the plurals of a text say, each in the singular.

    >>> list(apart("les agglomérations de Bastia et d'Ajaccio"))
    ['agglomération de Bastia', "agglomération d'Ajaccio"]
    >>> list(apart("les syndicats mixtes du Perche, de Brie et Sologne"))
    ['syndicat mixte du Perche', 'syndicat mixte de Brie', 'syndicat mixte de Sologne']
    """
    for found in PLURAL.finditer(text):
        noun = _singular(found["noun"])
        for one in ONE.finditer(found["names"]):
            link = one["link"] or ("d'" if VOWEL.match(one["name"]) else "de ")
            yield f"{noun} {link}{one['name']}"


def _singular(noun: str) -> str:
    """Return a noun with its adjectives in the singular; a complement stays: « communauté de communes »."""
    head, *rest = re.split(r" (?=de |d[’'])", noun, maxsplit=1)
    return " ".join([*(word.removesuffix("s") for word in head.split()), *rest])
