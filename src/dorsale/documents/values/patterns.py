"""
How French prose writes numbers, units, dates, and what only looks like them: regular expressions and tables.

Every pattern is read without regard to case; ``(?-i:...)`` stands where case tells.
"""

# Spaces as typography has them (U+0020, U+00A0, U+2009, U+202F) and at most one line end: a blank line parts.
SPACE = r"(?:[^\S\n]{1,3}\n?[^\S\n]{0,3}|\n[^\S\n]{0,3})"
GAP = f"{SPACE}?"
# Not inside a word ("THD42", "Covid-19"), nor inside a longer number ("1.2.3", "24h/24").
START = r"(?<![\w+])(?<!\w[-‑/])(?<!\d[.,])"
END = r"(?![\w²³])(?![-‑/][^\W_])(?![.,]\d)"

UNDER_17 = {"zéro": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8}
UNDER_17 |= {"neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16}
WORDS = UNDER_17 | {"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
LINK = rf"(?:[-‑]|{SPACE})"
SMALL = rf"(?:dix{LINK}(?:sept|huit|neuf)|{'|'.join(UNDER_17)})\b"
TENS = rf"(?:quatre{LINK}vingts?|vingt|trente|quarante|cinquante|soixante)\b"
TENS += rf"(?:{LINK}(?:et{LINK}(?:une?|onze)\b|{SMALL}))?"
HUNDREDS = rf"(?:(?:{SMALL}{LINK})?cents?\b(?:{LINK}(?:{TENS}|{SMALL}))?|{TENS}|{SMALL})"
GREAT = r"mil{1,3}(?:ion|iard)s?"
THOUSANDS = rf"(?:(?:{HUNDREDS}{LINK})?mille\b(?:{LINK}{HUNDREDS})?|{HUNDREDS})"
SPELLED = rf"(?:(?:{HUNDREDS}{LINK}{GREAT}{LINK})?{THOUSANDS})"
# One sort of separator in a number, since the columns of a table stand side by side: "10 500 6 700".
# A dot before three digits parts thousands ("442.200 euros"); a comma never does.
GROUPS = "|".join(
    rf"(?:{mark}\d{{3}}){{1,5}}(?!\d)" for mark in (*(f"{s}\n?" for s in " \u00a0\u2009\u202f"), r"\.", r"\n")
)
# Atomic: 500000 is never a backed-off piece of 5000000.
NUMBER = rf"(?>[1-9]\d{{0,2}}(?:{GROUPS})(?:,\d+)?|(?:0|[1-9]\d*)(?:[.,]\d+)?|{SPELLED})"

# The documents write "milllions" and "milions"; a collective is a round number ("une vingtaine").
COLLECTIVES = {"dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40}
COLLECTIVES |= {"cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000}
POWERS = {r"mil{1,3}ions?": 10**6, r"mil{1,3}iards?": 10**9, "mille": 1000, "k": 1000, "m": 10**6, r"mr?ds?": 10**9}
OF = rf"(?:d['’]|de{SPACE})"
HALF = rf"(?:{SPACE}et{SPACE}demie?\b)?"
FACTOR = (
    rf"(?:(?:(?:{'|'.join(COLLECTIVES)})s?\b(?:{SPACE}de{SPACE}(?:milliers|{GREAT})\b)?|(?:{GREAT}|mille)\b){HALF}"
    rf"|(?:mr?ds?|m|k)(?={GAP}{OF}?(?:€|eur)))"
)
LATELY = rf"(?:(?:prochaine?s|derni[eè]re?s|premi[eè]re?s|longue?s|bonnes){SPACE})?"
PER_SECOND = rf"(?:/s(?:ec)?\b|ps\b|{SPACE}par{SPACE}seconde\b)"
BITS = rf"(?:bits?{PER_SECOND}|b{PER_SECOND}|bits?\b)"
# Code name, kind, and how the unit is written after the number.
UNITS = (
    ("EUR", "amount", r"(?:€|euros?\b|eur\b)"),
    ("percent", "percent", rf"(?:%|pour{GAP}cents?\b)"),
    ("gigabit-per-second", "speed", rf"(?:g{BITS}|gigabits?(?:{PER_SECOND}|\b)|gigas?\b)"),
    ("megabit-per-second", "speed", rf"(?:m{BITS}|m[ée]gabits?(?:{PER_SECOND}|\b)|m[ée]gas?\b)"),
    ("kilobit-per-second", "speed", rf"(?:k{BITS}|kilobits?(?:{PER_SECOND}|\b))"),
    ("km", "length", rf"(?:kms?|kilom[èe]tres?)\b(?!²|{SPACE}carrés|/)"),
    ("metre", "length", rf"(?:(?-i:ml?)|m[èe]tres?)\b(?![²³'’/]|{SPACE}(?:carrés|cubes))"),
    ("year", "duration", rf"{LATELY}(?:ans?|années?)\b"),
    ("month", "duration", rf"{LATELY}mois\b"),
    ("week", "duration", rf"{LATELY}semaines?\b"),
    ("day", "duration", rf"{LATELY}jours?\b"),
)
UNIT = rf"(?:{'|'.join(pattern for _, _, pattern in UNITS)})"
DURATIONS = {"year": ("M", 12), "month": ("M", 1), "week": ("D", 7), "day": ("D", 1)}
# What would make a count of a thing that is none: other units and currencies, fractions, hours, "4 G".
OTHER = (
    rf"{GAP}(?:(?:{OF})?(?:[kh]?m[²³23]|dollars?\b|francs?\b|[$£]|ha\b|hectares?\b|tonnes?\b)|kms?\b|kilom[èe]tres?\b"
    r"|m[èe]tres?\b|(?-i:m)\b|[kmgt]?(?:wh?|hz|o|octets?)\b|watts?\b|°|degrés?\b|h\b|(?-i:G)\b|[:h]\d"
    r"|heures?\b(?!\s(?:de\stravail\s)?(?:d['’]|à\sl['’])insertion)"
    r"|tiers\b(?!-|\slieux)|quarts?\b|cinquièmes?\b|dixièmes?\b)"
)
SINGLE = rf"(?P<high>{NUMBER})(?:{GAP}(?P<factor>{FACTOR}))?"
SINGLE += rf"(?:{GAP}{OF}?(?P<unit>{UNIT})(?P<half>{HALF})|{END}(?!{OTHER}))"
JOINT = rf"(?P<joint>{SPACE}(?:et|à|ou){SPACE}|[-–])"
# « la 150 000e prise »: so many there are; nothing below a thousand is counted so.
ORDINAL = rf"(?P<rank>[1-9]\d{{0,2}}(?:{GROUPS}))(?:e|è|[eè]me|i[eè]me)(?!\w)"
# Shares in words: « neuf foyers sur dix » is 90 %, « deux sur trois » no whole number of them, where nothing follows
# that makes « dix » a count of its own.
TENTHS = rf"(?P<part>{NUMBER})(?={SPACE}(?:[^\W\d]{{2,}}{SPACE}){{1,4}}sur{SPACE}"
TENTHS += r"(?P<of>deux|trois|quatre|cinq|dix|10|cent|100)\b"
TENTHS += rf"(?!{SPACE}(?:\d|mille\b|[^\W\d]+(?:ée?s|us)\b|{HUNDREDS})))"
PARTS = {"moitié": 50, "quart": 25, "quarts": 75, "cinquième": 20, "dixième": 10}
# « La moitié des communes », « payé pour moitié par le Département ».
FRACTION = rf"(?:trois{SPACE}(?=quarts))?(?P<share>{'|'.join(PARTS)})"
FRACTION += rf"(?={SPACE}(?:des?\b|du\b|d['’](?!heure)|par{SPACE}|au{SPACE}|à{SPACE}la{SPACE}charge\b"
FRACTION += r"|(?:pay|financ|apport|vers|support|assum)ée?\b|prise\b|est\b|sera\b|était\b)|[,;])"
RANGE = rf"(?P<low>{NUMBER})(?:{GAP}(?P<low_factor>{FACTOR}))?(?:{GAP}{OF}?(?P<low_unit>{UNIT}))?{JOINT}{SINGLE}"

# What the words before a value, and after it, say of it; the first that fits on each side.
# "\s" stands for the spaces and the one line end that SPACE allows.
BEFORE = (
    ("nearly-all", r"quasi.?totalité\sdes|presque\stou(?:te)?s\sles"),
    ("all", r"(?:totalité|ensemble)\sdes|tou(?:te)?s\sles"),
    ("at-most", r"n['’e]\s?(?:dépass|excèd)\w+\spas|au\s(?:plus|maximum)|maximum(?:\sde)?|jusqu['’]à"),
    ("at-most", r"(?:plafonn|limit)é?e?s?\sà|(?:dans\sla\s)?limite\sde|plafond\sde"),
    ("more-than", r"plus\sd(?:e|es|['’])|au[- ]delà\sd(?:e|['’])|(?:dépass|excèd)\w+"),
    ("at-least", r"pas\smoins\sd(?:e|es|['’])"),
    ("less-than", r"moins\sd(?:e|es|['’])"),
    ("at-least", r"(?:au|du)\smoins|(?:au\s)?minimum(?:\sde)?|à\spartir\sde"),
    ("approximate", r"près\sd(?:e|es|['’])|environ|quelque|autour\sd(?:e|['’])|à\speu\sprès|presque|approximativement"),
    ("approximate", r"avoisin\w+|de\sl['’]ordre\sd(?:e|['’])|approch\w+(?:\sde)?"),
)
AFTER = (
    ("at-least", r"(?:(?:au|à)\s)?(?:moins|minimum|minima)\b|(?:et|ou)\splus\b"),
    ("at-most", r"au\splus\b|(?:au\s)?maximum\b"),
    ("approximate", r"environ\b(?!\s\d)"),
)

MONTHS = r"janvier\b|janv\. f[ée]vrier\b|f[ée]vr\. mars\b avril\b|avr\. mai\b juin\b juillet\b|juil\. ao[uû]t\b "
MONTHS += r"septembre\b|sept\. octobre\b|oct\. novembre\b|nov\. d[ée]cembre\b|d[ée]c\."
MONTH = rf"(?:{MONTHS.replace(' ', '|')})"
SEASONS = {"printemps": "21", "été": "22", "automne": "23", "hiver": "24"}  # as EDTF numbers them
YEAR = r"(?:1[5-9]|20)[0-9]{2}"
YEAR_END = rf"(?!\d|[.,]\d|[-‑/]\w|{GAP}{UNIT})"
DAY = r"(?:1er|1ᵉʳ|premier|[12][0-9]|3[01]|0?[1-9])"
WEEKDAY = rf"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche){SPACE})?"
EDGE = "fin|d[ée]but|courant"
WITHIN = rf"(?:(?:{EDGE}){SPACE}|mi[-‑\s])?"
LISTED = rf"(?:,{GAP}|{SPACE}(?:et|ou|à|au|&){SPACE}(?:le{SPACE})?|{GAP}[-–/]{GAP})"
RANKS = {"premier": 1, "deuxième": 2, "second": 2, "troisième": 3, "quatrième": 4, "dernier": 0}
FIGURES = rf"(?:(?P<y>{YEAR})-(?P<m>\d\d)-(?P<d>\d\d)"
FIGURES += rf"|(?P<d_last>\d{{1,2}})(?P<mark>[/.])(?P<m_last>\d{{1,2}})(?P=mark)(?P<y_last>{YEAR})){END}"
THE_YEAR = rf"{SPACE}(?:de{SPACE}(?:l['’]année{SPACE})?)?(?P<year>{YEAR}){YEAR_END}"
DAYS = rf"(?P<list>{DAY}(?:{LISTED}{WEEKDAY}{DAY}){{0,5}}){SPACE}(?P<month>{MONTH})(?:{THE_YEAR})?"
MONTHLY = rf"{WITHIN}(?P<list>{MONTH}(?:{LISTED}{MONTH}){{0,5}})(?:{THE_YEAR})?"
SEASON = rf"{WITHIN}(?P<season>{'|'.join(SEASONS)}){THE_YEAR}"
QUARTER = rf"(?P<rank>[1-4](?:er|e|nd|[èe]me)|{'|'.join(RANKS)}){SPACE}(?P<part>trimestre|semestre){THE_YEAR}"
SHORT_QUARTER = rf"(?P<part>(?-i:[TS]))(?P<rank>[1-4]){THE_YEAR}"
YEARLY = rf"{WITHIN}(?P<list>{YEAR}(?:{LISTED}{YEAR}){{0,5}}){YEAR_END}"
# A year, or so many things? A word of time before it, or no plural after it, tells.
TIMED = r"(?:\b(?:en|dès|depuis|ici|fin|début|courant|années?|après|avant|horizon)|\bmi[- ]|l['’]an)\s*$"
PLURAL = (
    rf"{SPACE}(?!(?:dans|sans|sous|depuis|dès|très|mais|plus|moins|après|[cdlmst]es|nos|vos|leurs|vers|puis|alors|pas|aux)\b)"
    r"(?:[^\W\d_]{2,}[sx]\b|(?-i:[A-Z]{2,6}\b))"
)
TARGET = (
    r"(?:d['’]ici|\bhorizons?|\b[ée]chéance)(?:[\s:]|\b(?:à|au|la|le|fin|de|du|année|mois|annoncée)\b|l['’]|d['’])*$"
)
# And after it: « le 10 décembre 2019 au plus tard ».
LATEST = r"[\s,]{0,2}au\s+plus\s+tard\b"
# Where a sentence ends: a year does not reach over it.
BREAK = r"[.!?;…]\s|\n\s*\n|\n\s*[-•–]"
# Numbers that name, rank or dial: no value.
NO_VALUE = (
    r"(?:\+33\s?(?:\(0\)\s?)?[1-9]|0[1-9])(?:[\s.-]?\d\d){4}(?!\d)",  # telephone
    r"(?:https?://|www\.)\S+",
    rf"\d{{5}}{SPACE}(?-i:(?!Ftt)(?:[A-ZÀ-Ý][a-zà-ÿ'’-]|[A-ZÀ-Ý]{{4,}}))",  # 81115 Castres
    r"(?:siren|siret)\W{0,4}\d(?:[\d\s]*\d)?",
    r"(?:n[°º]|num[ée]ros?|articles?|art\.|pages?|p\.|figures?|tableau|annexe|chapitre|lots?|phases?|tranche|tome|version"
    r"|cedex|bp|cs|rcs|arrondissement)\s?\d[\d./-]*\w*(?:\s\d{3}(?!\d)){0,4}",
    r"0\s?8\d\d(?:\s\d{2,3}){1,4}(?!\d)",
    r"(?:(?-i:RN|RD|D|N)|(?<=l['’])A)\s\d{1,4}\b",  # roads
    r"\d+(?:ers?|[èe]?res?|nde?s?|[èe]mes?|es?|°|º|ᵉʳ?)(?!\w)",  # ranks
    r"^\d{1,2}(?:\s?[/)°](?!\d)|[.]\s)",  # "1/Les opportunités"
    r"\d{1,4}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|allée|impasse|chemin|quai)(?!\w)",
    r"années\s(?:19|20)?\d0\b(?!\s?(?:et|à|,|[-/])\s?\d)",  # a decade
    r"\d{1,2}\s?h(?:\s?\d\d)?\b",
    r"\d+\s?/\s?\d+",
    rf"\d[\d,.]*{SPACE}{GREAT}{SPACE}\d[\d\s]*\b",  # "2 millions 300 000": in two pieces it would be two sums
    r"\d\.0(?!\d)",  # "industrie 4.0"
)
# What any of these begins with: a digit, a word of numbers or of dates, a word that a digit follows, an address.
# It saves the readings the other words, which are nearly all; a test holds it to them.
BEGINNING = rf"[+\d]|(?:{'|'.join([*WORDS, 'cents?', 'mille', *SEASONS, *RANKS, *PARTS])}|{EDGE}|mi)\b|{MONTH}"
BEGINNING += r"|[^\W\d]{1,15}+\W{0,4}+\d|https?:|www\."
