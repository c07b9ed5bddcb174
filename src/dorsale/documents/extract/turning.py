"""
A sentence said the plain way round: who acts, what is done, to whom.

French says one thing in many orders: « Filiale d'Orange, X ... », « le réseau que X possède et qu'exploite Y », « c'est
à X que Y a confié ... », « le réseau est exploité par X », « A (55 %) et B (45 %) ». Each is turned into the order that
frames are written in, so that a frame need not know them all.
"""

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

from dorsale.documents.extract.rewriting import NUMBER, Rewritten

THING = "Actor|Council|Name|Network|Contract|Project|Programme|Person|Land"
SUBJECT = rf"<\d+;[^>]*,(?:{THING}),[^>]*> "
ACTOR = r"<\d+;[^>]*,(?:Actor|Council|Name|Land),[^>]*> "
ACTORS = rf"{ACTOR}(?:(?:, |et |, et |ainsi que ){ACTOR})*"
TITLE = r"<\d+;[^>]*,Function,[^>]*> "
WORD = "[^ <,;:.()]+ "
HAVE = "a|ont|avait|avaient|aura|auront|aurait|auraient"
AUXILIARY = f"a été|ont été|{HAVE}|est|sont|était|étaient|sera|seront|doit|doivent|va|vont"
VERB = rf"(?:(?:ne|se|lui|leur|y|en) ){{0,2}}(?:(?:{AUXILIARY}) )?(?:\w+ment )?{WORD}"
CLAUSE = re.compile(r"(?<= )(?:[;:] |\. $)")

# A sentence that begins with what its subject is: a participle, an office, a noun that leans on another.
FRONTED = re.compile(rf"(?P<head>{TITLE}|{WORD})(?:<[^>]*>|[^<;:])*?(?=, )")
FORMED = re.compile(r"(?:groupement|consortium|alliance) (?:constitu|compos|form|associ|réuni)\w+ ")
ONE_OF = "(?:(?:premier|première|second|seconde|nouveau|nouvelle|autre) )?"
BEARER = re.compile(rf", {ONE_OF}(?P<subject>{SUBJECT}(?:(?:, |et ){SUBJECT})*)(?={WORD}|, (?:qui|que|dont) )")
# After a name these go on with it, or with the list that it is in.
GOES_ON = frozenset("et ou de en dans pour par sur avec ainsi comme puis chez".split())  # noqa: SIM905
# « Le préfet de la Creuse, Jean Morel, »: the name first, as elsewhere.
TITLED = re.compile(
    rf"(?:^|(?<=, )|(?<= et )|(?<=[:;] ))(?P<title>{TITLE}(?:{WORD}){{0,4}}(?:<[^>]*> )?)"
    r", (?P<who><\d+;[^>]*,Person,[^>]*> ), (?!<\d+;[^>]*,Function,)"  # who has a title of his own bears no other's
)
BORNE = re.compile(r",Person,[^>]*> , $")

# A relative pronoun, and whom it may stand for: the name before, or what is said of it (« X, société que ... »).
PRONOUN = "(?:avec|a) qui|avec l(?:equel|aquelle|esquels|esquelles)|qui|que|dont|auxquelles|auxquels|auquel|a laquelle"
RELATIVE = re.compile(
    rf"(?:(?P<of>{SUBJECT}de )?(?P<to>{SUBJECT})(?:\( [^()]*\) )?(?:(?:est |, )(?:(?!et ){WORD}){{1,4}}?)?(?:, )?"
    "|(?:et|,) )"
    rf"(?P<which>{PRONOUN}) "
)
# Whose « qui » may be that of the noun before: « une filiale d'Orange qui exploite le réseau ».
LEANING = re.compile(
    r"(?:filiale|société|entreprise|groupe|membre|partenaire|groupement|branche)s? (?:de \w+ |\w+ )?de $"
)
# What stands beside a name: the pronoun after it is still the name's.
BESIDE = re.compile(
    rf"(?P<of>{SUBJECT})(?:\( [^()]*\) )?, (?!mais |puis |depuis |qui )"
    r"(?:\w+(?:é|i|u|is)e?s? |née? |filiale |société |syndicat |coentreprise )"
)
CLOSED = re.compile(r", (?!<)")
PLURAL = re.compile(r"(?:(?:en|y|se|ne) )*[^ <]+nt ")
LISTED = re.compile(rf"{SUBJECT}(?:(?:, |et |, et ){SUBJECT})*$")
ACTS = re.compile(rf"(?P<who>{SUBJECT})(?P<verb>{VERB})")
DONE = re.compile(rf"(?P<verb>{VERB})(?P<who>{ACTORS})")
NOUN = re.compile(rf"(?P<noun>{WORD}(?:{WORD})?)(?=(?:est|sont|était|étaient|sera|seront|revient|appartient) )")

# « C'est à X que Y a confié ... », and « Entre A et B a été conclue, le 3 mai, une convention ... ».
ASIDE = r"(?:, (?:<[^>]*>|[^<,;:])*, )?"
_CLEFT = rf"^(?:[^<\w ]+ )*ce (?:est|sera|fut) (?P<by>(?:a|avec|par|de) )?(?P<whom>{ACTORS}){ASIDE}que "
CLEFTS = (
    re.compile(rf"{_CLEFT}(?P<who>(?:<[^>]*>|[^<;:])*?)(?P<verb>(?:{AUXILIARY}) (?:été )?{WORD})"),
    re.compile(rf"{_CLEFT}(?P<who>{SUBJECT})(?P<verb>{WORD})"),
)
BEING = r"est|sont|était|étaient|fut|furent|a été|ont été|avait été|avaient été|sera|seront|serait|seraient|aura été"
BETWEEN = re.compile(
    rf"^entre (?P<who>{ACTORS})(?P<done>(?:{BEING}) {WORD})(?P<how>(?:[^<;:]|<(?!\d+;[^>]*Contract)[^>]*>)*?)"
    r"(?P<what><\d+;[^>]*,Contract,[^>]*> )"
)

# What a passive says is to come stays so: « sera exploité par X » is « X aura exploité ».
TENSE = {"sera": "aura", "seront": "aura", "serait": "aurait", "seraient": "aurait", "aura été": "aura"}
PASSIVE = re.compile(
    rf"(?P<of>{SUBJECT}de )?(?P<what>{SUBJECT})(?:(?:qui )?(?P<be>{BEING}) |(?:, )?)"
    r"(?:(?:\w+ment|aussi|ainsi|tous|toutes) )?"
    rf"(?P<done>[^ <,;:.()]+(?:é|i|u|is|it|ert)e?s? )"
    rf"(?P<how>(?:(?:[^ <,;:.()]+|<\d+;,(?:Date|Duration|Percent)[^>]*>) ){{0,6}}?)par (?P<who>{ACTORS})"
)

# Members of a list of which each has its own share: « A (55 %) et B (45 %) », « 55 % par A et 45 % par B ».
SHARE = rf"<\d+;[^>]*,Percent,[^>]*> (?:de {WORD})?"
BY = "par |pour |a |entre mains de |revient a |reviennent a "
SHARED = (
    rf"(?:(?:fonds|groupe|société|banque) )?{ACTOR}(?:, )?(?:\( )?(?:a hauteur de |pour |a |avec |détient )?(?:{WORD})?"
    rf"{SHARE}(?:\) )?",
    rf"(?:a hauteur de |pour |a )?{SHARE}(?:(?:{BY})(?:{WORD})?)?{ACTOR}",
)
LISTS = tuple(re.compile(rf"{one}(?:(?:[,;] )?(?:et )?{one})+(?!{ACTOR})") for one in SHARED)
MEMBERS = tuple(re.compile(one) for one in SHARED)
# « Qui exploite le réseau ? », « À qui appartient le réseau ? », and who is named in answer.
ASKED = re.compile(
    rf"^(?:[^<\w ]+ )*(?:(?P<by>a|par) )?qui (?P<rest>(?P<verb>(?:\w+ )?[^ <,;:.?()]+ )(?P<whom>{SUBJECT})?[^?;:]*)\? $"
)
# « Qu'est-ce que X ? », « X, qui est-ce ? », and an answer that says what it is: « Un syndicat mixte créé en 2013 ».
WHAT = re.compile(
    rf"^(?:(?:que est que|que est|qui est) (?P<first>{SUBJECT})"
    rf"|(?P<last>{SUBJECT})(?:[,:] )?(?:qui est|que est|ce est quoi) )\? $"
)
BEING_SAID = re.compile(
    "(?:syndicat|société|établissement|groupement|filiale|réseau|association|structure|régie|entreprise|opérateur) "
)
COUNTED = rf"(?:<\d+;,Count,> (?:{WORD}){{1,3}})?{ACTOR}"
NAMED = re.compile(rf"^(?:[^<\w ]+ )*(?:ce est |a |par )?(?P<who>{COUNTED}(?:(?:, |et ){COUNTED})*)(?:, [^;:]*)?\. $")


def turned(read: Rewritten, verbs: Set[str], participles: Set[str], leaning: Set[str]) -> list[Rewritten]:
    """
    Return what a sentence says in other orders, each as a sentence in the plain one.

    ``verbs`` and ``participles`` are the forms of the verbs that frames know, ``leaning`` the nouns that begin a
    sentence and are said of its subject.
    """
    said = _said(read.text, read.has, tuple(read.asides(verbs)), participles, leaning)
    return [Rewritten(read.sentence, text, read.settled, ()) for text in said]


@lru_cache(maxsize=1 << 12)
def _said(
    text: str, has: Set[str], asides: Sequence[tuple[int, int]], participles: Set[str], leaning: Set[str]
) -> tuple[str, ...]:
    said = [*_fronted(text, participles, leaning)]
    if "@Function" in has and "@Person" in has and (named := TITLED.sub(_titled, text)) != text:
        said.append(named)
    if not has.isdisjoint(("qui", "que", "dont", "auquel", "auxquels", "auxquelles", "laquelle")):
        said += _related(text, asides)
    if not has.isdisjoint(("ce", "entre")):
        said += _first(text)
    if "par" in has:
        said += _passive(text, participles)
    if "@Percent" in has:
        said += [one for each in (text, *said) for one in _shared(each)]
    return tuple(dict.fromkeys(said))


def _titled(found: "re.Match[str]") -> str:
    """Return a name before its title; what follows who bears a title already is the next name."""
    borne = BORNE.search(found.string[: found.start()])
    return found[0] if borne else f"{found['who']}, {found['title']}, "


def answered(question: Rewritten, answer: Rewritten) -> Rewritten | None:
    """
    Return what a question says with its answer in its place, where that only names somebody; else None.

    « Qui exploite le réseau ? Orange. » is « Orange exploite le réseau », « À qui appartient le réseau ? Au syndicat. »
    is « Le réseau appartient au syndicat », « Qu'est-ce que X ? Un syndicat mixte. » is « X, un syndicat mixte ».
    """
    what = WHAT.match(question.text)
    if what is not None and BEING_SAID.match(answer.text):
        who = NUMBER.sub(lambda found: f"<{int(found[1]) + len(answer.settled)};", what["first"] or what["last"])
        text = f"{who}, {answer.text}"
        return Rewritten(answer.sentence, text, (*answer.settled, *question.settled), ())
    asked, named = ASKED.match(question.text), NAMED.match(answer.text)
    if asked is None or named is None:
        return None
    who = NUMBER.sub(lambda found: f"<{int(found[1]) + len(question.settled)};", named["who"])
    if not asked["by"]:
        text = f"{who}{asked['rest']}. "
    elif turned := ACTS.match(f"{asked['whom']}{asked['verb']}") if asked["whom"] else None:
        text = f"{turned[0]}{asked['by']} {who}. "
    else:
        return None
    settled = (*question.settled, *answer.settled)
    return Rewritten(answer.sentence, text, settled, ())


def _fronted(text: str, participles: Set[str], leaning: Set[str]) -> Iterator[str]:
    """Yield « X, filiale d'Orange » for « Filiale d'Orange, X ... »."""
    front = FRONTED.match(text)
    if FORMED.match(text):  # « Le groupement constitué d'A, B et C a remporté ... »
        return
    if front is None or (front["head"][0] != "<" and front["head"].strip() not in participles | leaning):
        return
    for bearer in BEARER.finditer(text, front.end()):
        after = text[bearer.end() :].split(" ", 1)[0]
        if after not in GOES_ON and not CLAUSE.search(text, 0, bearer.start()):
            yield f"{bearer['subject']}, {text[: bearer.start()]}. "
            yield text[bearer.start("subject") :]
            return


def _related(text: str, asides: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield the clauses of relative pronouns with whom these stand for in their place."""
    found = list(RELATIVE.finditer(text))
    to = ""
    for number, one in enumerate(found):
        if one["to"]:
            to = _antecedent(text, one)
        if not to:
            continue
        closing = CLAUSE.search(text, one.end())
        after = [found[number + 1].start("which")] if number + 1 < len(found) and not found[number + 1]["to"] else []
        aside = [end - 2 for start, end in asides if start <= one.end() < end - 2]
        stop = min([closing.start() if closing else len(text), *after, *aside])
        clause = text[one.end() : stop].removesuffix("et ").removesuffix(", ")
        yield from (f"{said}. " for said in _plain(one["which"], to, clause))


def _antecedent(text: str, one: "re.Match[str]") -> str:
    """Return whom a relative pronoun stands for, or nothing where several may be meant."""
    before = text[: one.start("to")]
    if LEANING.search(before) or (one["which"] == "que" and before.startswith("ce est ")):
        return ""
    if one["of"] and ",Territory," in one["to"]:  # « le réseau de Pau, que ... »
        return str(one["of"] + one["to"])
    clause = max(before.rfind(f" {sign} ") for sign in ";:.")
    for aside in BESIDE.finditer(before, max(clause, 0)):  # « X, détenue par Y et Z, qui ... »
        if not CLOSED.search(before, aside.end()):
            return str(aside["of"])
    if before.endswith("et "):
        listed = LISTED.search(text[: one.end("to")])
        return listed[0] if listed and one["which"] == "qui" and PLURAL.match(text, one.end()) else ""
    if (
        one["which"] == "qui"
        and ",Group," not in one["to"]
        and " et <" in before[max(clause, 0) :]
        and PLURAL.match(text, one.end())
    ):
        return ""  # « A pour le Cher et B pour l'Indre, qui en ont gardé ... »
    return str(one["to"])


def _plain(which: str, to: str, clause: str) -> Iterator[str]:
    if which == "qui":
        yield to + clause
    elif which == "que":
        if one := ACTS.match(clause) or DONE.match(clause):
            yield f"{one['who']}{one['verb']}{to}{clause[one.end() :]}"
    elif which == "dont" and (one := NOUN.match(clause)):
        yield f"{one['noun']}de {to}{clause[one.end() :]}"
    elif clause.startswith("<"):
        listed = re.match(rf"{ACTOR}, {ACTOR}", clause)
        head, comma, rest = (clause, "", "") if listed else clause.partition(", ")
        by = "de" if which == "dont" else which.split()[0] if which.startswith("avec") else "a"
        yield f"{head}{by} {to}{comma}{rest}"


def _first(text: str) -> Iterator[str]:
    """Yield « Y a confié à X ... » for « c'est à X que Y a confié ... », the subject first where it comes last."""
    for one in [found for cleft in CLEFTS if (found := cleft.match(text))][:1]:
        yield f"{one['who']}{one['verb']}{one['by'] or ''}{one['whom']}{text[one.end() :]}"
    if between := BETWEEN.match(text):
        yield f"{between['what']}{between['done']}entre {between['who']}{between['how']}{text[between.end() :]}"


def _passive(text: str, participles: Set[str]) -> Iterator[str]:
    """Yield « X a construit le réseau » for « le réseau est construit par X »."""
    fronted = text.split(" ", 1)[0] in participles
    for one in PASSIVE.finditer(text):
        if fronted and text.endswith("par ", 0, one.start()):
            continue  # « construit par A, exploité par B, il ... »: B has not run A
        if one["done"].strip() in participles:
            have = TENSE.get(one["be"] or "", "a")
            closing = CLAUSE.search(text, one.end())
            rest = text[one.end() : closing.start() if closing else len(text)]
            if rest.startswith("( <") and ",Percent," in rest.split(">", 1)[0]:
                continue  # « détenu par A (45 %), B (22 %) »: each with its share
            of = one["of"] or "" if ",Territory," in one["what"] else ""  # « le réseau public du Lot, voulu par ... »
            yield f"{one['who']}{have} {one['done']}{of}{one['what']}{one['how']}{rest}. "


def _shared(text: str) -> Iterator[str]:
    """Yield a sentence for each member of a list whose members have shares."""
    for whole, each in zip(LISTS, MEMBERS, strict=True):
        for one in whole.finditer(text):
            for member in each.finditer(text, one.start(), one.end()):
                yield f"{text[: one.start()]}{member[0].strip()} {text[one.end() :]}"
