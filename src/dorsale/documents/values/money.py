"""
Sums that do not say their euros: millions where money is spoken of, and bare numbers after a sum in millions.

« La facture s'élève à 98 millions, à la charge du Département (34) et de l'État (20) ; la Région en apporte 12. »
"""

import re

# What speaks of euros though a number has none beside it.
MONEY = re.compile(
    r"(?i)€|\beuros?\b|financ|subvention|coût|budget|part publique|invest|crédit|enveloppe|montant|facture|\bemprunt"
    r"|participation|\bvers(?:é|er|ent?\b)"
)
# A sum in millions, after which payers give bare numbers of them.
MILLIONS = re.compile(r"\d\s?(?:M€|millions?\b)|\bmillions d['’]euros")
_NUMBER = r"(?P<n>\d{1,3}(?:,\d+)?)"
_PAYING = (
    r"(?:appor|vers|pren|prend|paie|pay|financ|prom|accord|donn|fourni|suppor|couvr|mett|ajout|invest|coût|assum"
    r"|consacr|r[éè]gl|acquitt|débours)\w*"
)
_PAYER = (
    r"(?:État|Etat|Europe|Union européenne|Régions?|Départements?|Conseil (?:départemental|régional)|FEDER|FSN|BEI"
    r"|Collectivités?|[Cc]ommun\w+|[Ii]ntercommunalités?|EPCI|collectivités|[Ss]yndicat|[Dd]élégataire|concessionnaire"
    r"|Banque|[Ff]onds|[Aa]gglomérations?|Métropole|opérateur)"
)
_OF = r"(?:de\s|d['’]|la\s|le\s|les\s|l['’]|du\s|des\s)"
_CLOSED = r"(?=\s?(?:[,.;:)]|$)|\s(?:et|au|à|pour|par|sur|via|grâce|de\splus)\b)"
_NAMED = rf"{_PAYER}(?:\s[^,;:.()\d]{{1,40}})?"
_BARE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\ben\s(?:\w+\s){{0,3}}?{_PAYING}\s(?:\w+\s){{0,2}}?{_NUMBER}{_CLOSED}",  # « l'État en apporte 53,4 »
        rf"(?<!\w){_NAMED}\s\({_NUMBER}\)",  # « de l'État (20) »
        # « : 77 pour l'État », « dont 52 à la charge du délégataire »
        rf"(?:[:;,]|\bet|\bdont|\bsoit)\s{_NUMBER}\s(?:(?:pour|à(?:\sla\scharge\sd\w*)?|de|par)\s{_OF}?|{_OF}){_PAYER}",
        rf"[:;]\s{_NUMBER}\s(?:viennent|proviennent|émanent)\s(?:de|du|des|d['’])",  # « : 15,6 viennent de l'État »
        rf"\bdont\s{_NUMBER}\spour\s(?:le|la|les|l['’])",  # « (326,6 M€, dont 115 pour le raccordement) »
        rf"\ben\s(?:a|ont|avait|avaient)\s(?:emprunt|apport|vers|pay|financ|fourni|mobilis|obtenu)\w*\s{_NUMBER}{_CLOSED}",
        rf"[(;]\s?{_NAMED}\s:\s{_NUMBER}(?=\s?[;)])",  # « (État : 28,1 ; Région : 14,6) »
        rf"(?:[,;]|\bet)\s{_OF}?{_NAMED}\s{_NUMBER}(?=\s?(?:[,.;]|$)|\set\b)",  # « , la Région 27 »
        rf"[,:;]\s{_NUMBER}\s(?:sont|étaient|seront)\s(?:publics?|privés?|apport|vers|pris|pay|à\sla\scharge)",
        rf"(?i:\bles)\s{_NUMBER}\s(?:derniers|manquants)\b",
        rf"(?i:\bles)\s{_NUMBER}\s(?:autres|restants)\s(?:viennent|proviennent|sont|seront|incombent|reviennent)\s",
        rf"[,:;]\s{_NUMBER}\s(?:apport|vers|financ|pay|accord|octroy)\w*é[se]{{0,2}}\spar\s",
        rf"hauteur\sde\s{_NUMBER}\set\s\d[\d,]*\s(?:M€|millions?)\b",  # « (à hauteur de 86,5 et 64,6 millions) »
        rf"respectivement\s{_NUMBER}\set\s\d[\d,]*\s(?:M€|millions?)\b",  # « respectivement 6 et 11 millions »
        rf"\ben\s(?:\w+\s){{1,4}}respectivement\s{_NUMBER}\set\s\d[\d,]*{_CLOSED}",
        rf"\ben\s(?:\w+\s){{1,4}}respectivement\s\d[\d,]*\set\s{_NUMBER}{_CLOSED}",
    )
)


def unsaid(text: str) -> frozenset[tuple[int, int]]:
    """
    Return where numbers of a sentence stand that are millions, where a sum in millions goes before.

    >>> [*unsaid("L’État en apporte 53,4.")]
    [(18, 22)]
    """
    return frozenset(found.span("n") for pattern in _BARE for found in pattern.finditer(text))
