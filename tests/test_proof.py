"""The gates against facts that their passages do not carry, written from the documents."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT, Run
from pyoxigraph import Literal

from dorsale.build import Sources, known, proved
from dorsale.documents.facts import Facts, block
from dorsale.documents.proof import GATES, Known, Proof, prove
from dorsale.documents.text import Document, locate
from dorsale.errors import MalformedOverruling, NothingToCheck
from dorsale.extract import Desk
from dorsale.names import BASE, prefixes
from dorsale.statements import read
from dorsale.workspace import Workspace

LOIRE, LOZERE, FICHE, JOURNEE = (
    "politiques-numeriques-loire", "amenagement-numerique-lozere", "fiche-anct-lozere", "journee-fibre-lozere",
)  # fmt: skip


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources.read(Workspace.open(ROOT))


def judged(
    sources: Sources, folder: Path, document: Document | str, words: str, facts: str, read_with: str = ""
) -> Proof:
    """Prove facts of one passage, which may be read with a second one."""
    if isinstance(document, str):
        document = Document.open(ROOT / "data" / "documents", document)
    quotation = locate(document, words)
    trig = block(quotation, BASE).replace("{\n\n}", f"{{ {facts} }}", 1)
    if read_with:
        other = locate(document, read_with)
        trig = trig.replace(
            " ;\n        oa:start", f" ; dor:readWith passage:{other.start}-{other.end} ;\n        oa:start", 1
        )
        trig += "\n" + block(other, BASE).split("\n\n}\n", 1)[1]
    head = "".join(
        f"@prefix {name}: <{space}> .\n"
        for name, space in {**prefixes(), "passage": f"{BASE}evidence/{document.slug}/"}.items()
    )
    file = folder / f"{document.slug}.trig"
    file.write_text(head + trig, "utf-8")
    gathered = Facts.gather(read(file), BASE)
    alone = replace(sources, facts=gathered)
    relied = replace(alone.known(), reads=reading().reads)
    return prove(gathered, {**sources.documents, document.iri(BASE): document}, relied, BASE)


@cache
def reading() -> Known:
    """Return what proof relies on with the frames: they take a while to read."""
    return known(Workspace.open(ROOT), Sources.read(Workspace.open(ROOT)))


EIGHTEEN = "pour un coût estimatif entre 18 et 25 millions d'euros"
AMOUNT = "Le montant de la Délégation de Service Public signée avec Altitude Télécom s'élève à 5,4 millions d'euros"
FUNDING = "funding:f a dor:Funding ; dor:currency currency:EUR ;"
FIGURE = "observation:o a dor:Observation ; dor:status status:reported ; dor:unit unit:number ;"

CARRIED = [
    (LOZERE, AMOUNT, f"{FUNDING} dor:amount 5400000 ."),
    (LOZERE, EIGHTEEN, f"{FUNDING} dor:minimumAmount 18000000 ; dor:maximumAmount 25000000 ; dor:fundingStatus funding-status:estimated ."),
    (LOIRE, "187 000 prises commercialisables", f"{FIGURE} dor:indicator indicator:premises-marketable ; dor:value 187000 ."),
    (LOIRE, "une filiale d'Axione", "actor:x dor:subsidiaryOf actor:axione . actor:x dor:unnamed true ."),
    (LOIRE, "a confié pour 15 ans l'exploitation", 'contract:c a dor:Contract ; dor:duration "P15Y"^^xsd:duration .'),
    (FICHE, "0 mis en service dans le département", f"{FIGURE} dor:about departement:48 ; dor:value 0 ."),
    (JOURNEE, "par les trois départements (Lozère, Aveyron, Lot)", "project:p a dor:Project ; dor:decidedBy actor:departement-du-lot ."),
]  # fmt: skip

REFUSED = {
    "a wrong amount under the right quotation": ("value", LOZERE, AMOUNT, f"{FUNDING} dor:amount 5500000 ."),
    "500000 in 5 000 000": (
        "value", "castres-mazamet-haut-debit", "un montant global de 5 millions d'euros", f"{FUNDING} dor:amount 500000 .",
    ),
    "a tenth of a count": (
        "value", LOIRE, "187 000 prises commercialisables",
        f"{FIGURE} dor:indicator indicator:premises-marketable ; dor:value 18700 .",
    ),
    "the end of a number": (
        "value", LOIRE, "13 000 kilomètres de fibre optique",
        "observation:o a dor:Observation ; dor:unit unit:km ; dor:indicator indicator:fibre-length ; dor:value 3000 .",
    ),
    "a neighbour's figure": (
        "value", LOIRE, "274 communes", f"{FIGURE} dor:indicator indicator:municipalities-covered ; dor:value 187000 .",
    ),
    "a year off": (
        "value", LOIRE, "En 2005, sous le contrôle de l'ARCEP",
        'contract:c a dor:Contract ; dor:awardedOn "2006"^^xsd:gYear ; dor:supervisedBy actor:arcep .',
    ),
    "a day that the text does not give": (
        "value", LOIRE, "a achevé en mars 2020 le déploiement",
        'event:e a dor:Milestone ; dor:completedOn "2020-03-01"^^xsd:date .',
    ),
    "another duration": (
        "value", LOIRE, "a confié pour 15 ans l'exploitation", 'contract:c dor:duration "P20Y"^^xsd:duration .',
    ),
    "words that are not there": (
        "value", JOURNEE, "sur la question du e-tourisme", 'contract:c dor:topic "le commerce connecté"@fr .',
    ),
    "a stranger as operator": (
        "names", LOIRE, "L'exploitation du réseau THD42", "network:thd42 dor:operator actor:orange .",
    ),
    "a name inside a longer name": (
        "names", LOZERE, "(Aveyron, Cantal, Hérault, Puy de Dôme, Haute-Loire)", "network:n dor:serves departement:42 . network:n dor:unnamed true .",
    ),
    "a thing that the passage does not name": (
        "names", LOIRE, "274 communes", "network:thd42 a dor:Network .",
    ),
    "a code that no word says": (
        "names", LOIRE, "187 000 prises commercialisables",
        f"{FIGURE} dor:indicator indicator:premises-connected ; dor:value 187000 .",
    ),
    "a class more precise than the passage": (
        "names", LOIRE, "le Département de la Loire confie à Lotim Télécom le projet d'aménagement",
        "contract:c a dor:Affermage ; dor:delegatee actor:lotim-telecom .",
    ),
    "a technology of the next sentence": (
        "names", "castres-mazamet-haut-debit", "C'est la technologie DSL qui a été choisie", "project:p dor:technology technology:wifi .",
    ),
    "an objective as a result": (
        "modality", LOZERE, "de compléter la desserte en fibre optique de l'ensemble des chefs lieux de canton du département d'ici 2014",
        "observation:o a dor:Observation ; dor:indicator indicator:municipalities-covered ; dor:status status:reported .",
    ),
    "a future as a fact": (
        "modality", FICHE, "2 de ces territoires seront accompagnés par l'ANCT.",
        f"{FIGURE} dor:about actor:anct ; dor:value 2 .",
    ),
    "an ambition as something done": (
        "modality", LOIRE, "le Département de la Loire ambitionne de créer une « cyber météo »",
        "project:p a dor:Project ; dor:builder actor:departement-de-la-loire .",
    ),
    "a contract as an operator": (
        "roles", LOIRE, "L'exploitation du réseau THD42", "network:thd42 dor:operator network:thd42 .",
    ),
}  # fmt: skip


DELEGATION = "le Département de la Loire confie à Lotim Télécom le projet d'aménagement"
CONFIDED = (
    "Depuis le 1er janvier 2016, le SIEL-Territoire d'énergie Loire a confié pour 15 ans [...] à THD42 exploitation"
)
SUBSIDIARY = "THD42 exploitation, une filiale d'Axione"
# The words of the passage, what it says, and the same turned round.
TURNED = {
    "who delegates to whom": (
        DELEGATION,
        "contract:c a dor:Contract ; dor:grantor actor:departement-de-la-loire ; dor:delegatee actor:lotim-telecom .",
        "contract:c a dor:Contract ; dor:grantor actor:lotim-telecom ; dor:delegatee actor:departement-de-la-loire .",
    ),
    "only who delegates": (
        DELEGATION,
        "contract:c a dor:Contract ; dor:grantor actor:departement-de-la-loire .",
        "contract:c a dor:Contract ; dor:grantor actor:lotim-telecom .",
    ),
    "only who contracts, in broader words": (
        DELEGATION,
        "contract:c a dor:Contract ; dor:contractingAuthority actor:departement-de-la-loire .",
        "contract:c a dor:Contract ; dor:contractingAuthority actor:lotim-telecom .",
    ),
    "who runs a network for whom": (
        CONFIDED,
        "contract:c a dor:Contract ; dor:grantor actor:siel-territoire-d-energie-loire ; dor:delegatee actor:thd42-exploitation .",
        "contract:c a dor:Contract ; dor:grantor actor:thd42-exploitation ; dor:delegatee actor:siel-territoire-d-energie-loire .",
    ),
    "which company belongs to which group": (
        SUBSIDIARY,
        "actor:thd42-exploitation dor:subsidiaryOf actor:axione .",
        "actor:axione dor:subsidiaryOf actor:thd42-exploitation .",
    ),
    "which company belongs to which group, in broader words": (
        SUBSIDIARY,
        "actor:thd42-exploitation dor:partOfGroup actor:axione .",
        "actor:axione dor:partOfGroup actor:thd42-exploitation .",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TURNED)
def test_a_fact_that_turns_its_passage_round_is_refused(sources: Sources, tmp_path: Path, case: str) -> None:
    words, said, turned = TURNED[case]
    assert not judged(sources, tmp_path, LOIRE, words, said).refusals
    refusals = judged(sources, tmp_path, LOIRE, words, turned).refusals
    assert {refusal.gate for refusal in refusals} == {"roles"}


@pytest.mark.parametrize("slug", [LOIRE, LOZERE, FICHE])
def test_frames_propose_nothing_that_they_read_turned_round(sources: Sources, slug: str) -> None:
    """A proposal is not asked this gate: what frames propose they have read."""
    desk = Desk(Workspace.open(ROOT), sources)
    opened = desk.open(slug)
    facts = desk.propose(opened).facts
    relied = replace(sources.known(facts), reads=desk.extractor.reads)
    proof = prove(facts, {opened.document.iri(BASE): opened.document}, relied, BASE)
    assert proof.checked > 20
    assert not [one for one in proof.refusals if one.gate == "roles"]


# No document says it in one sentence that frames read.
MEMBER = "Le Département de la Loire est membre du SIEL-Territoire d’énergie Loire."
BODY, COUNCIL = "actor:siel-territoire-d-energie-loire", "actor:departement-de-la-loire"


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        (f"{COUNCIL} dor:memberOf {BODY} .", 0),
        (f"{BODY} dor:hasMember {COUNCIL} .", 0),
        (f"{COUNCIL} dor:partnerOf {BODY} . {BODY} dor:partnerOf {COUNCIL} .", 0),
        (f"{BODY} dor:memberOf {COUNCIL} .", 1),
        (f"{COUNCIL} dor:hasMember {BODY} .", 1),
    ],
)
def test_a_member_and_its_body_exchanged_are_refused_from_either_end(
    sources: Sources, tmp_path: Path, facts: str, refused: int
) -> None:
    proof = judged(sources, tmp_path, Document("membre", MEMBER), MEMBER, facts)
    assert [refusal.gate for refusal in proof.refusals] == ["roles"] * refused


@pytest.mark.parametrize(("slug", "words", "facts"), CARRIED)
def test_a_fact_that_its_passage_carries_passes(
    sources: Sources, tmp_path: Path, slug: str, words: str, facts: str
) -> None:
    proof = judged(sources, tmp_path, slug, words, facts)
    assert [refusal.wanted for refusal in proof.refusals] == []
    assert proof.carried == proof.checked > 0


@pytest.mark.parametrize("lie", REFUSED)
def test_a_fact_that_its_passage_does_not_carry_is_refused_at_its_gate(
    sources: Sources, tmp_path: Path, lie: str
) -> None:
    gate, slug, words, facts = REFUSED[lie]
    proof = judged(sources, tmp_path, slug, words, facts)
    assert gate in {refusal.gate for refusal in proof.refusals}
    for refusal in proof.refusals:
        assert refusal.wanted
        assert refusal.statement.place.line


CLAUSES = "Le réseau compte 65000 foyers raccordés ; 120000 le seront avant 2021."
SO_FAR = "À ce jour, 190000 prises sont construites, sur les 216000 prévues. Le syndicat vise 250000 prises."
ANNOUNCED = "Les objectifs sont connus : 300000 prises ; 20000 abonnés."


@pytest.mark.parametrize(
    ("text", "value", "refused"),
    [
        (CLAUSES, 65000, False),
        (CLAUSES, 120000, True),
        (SO_FAR, 190000, False),
        (SO_FAR, 216000, True),
        (SO_FAR, 250000, True),
        (ANNOUNCED, 300000, True),
        (ANNOUNCED, 20000, True),
    ],
)
def test_what_a_passage_puts_ahead_of_one_figure_is_not_said_of_another(
    sources: Sources, tmp_path: Path, text: str, value: int, refused: bool
) -> None:
    proof = judged(sources, tmp_path, Document("chiffres", text), text, f"{FIGURE} dor:value {value} .")
    assert [refusal.gate for refusal in proof.refusals] == ["modality"] * refused


def test_a_number_of_the_heading_is_no_number_of_the_passage(sources: Sources, tmp_path: Path) -> None:
    facts = f"{FIGURE} dor:value 28400 ."
    row, total = "Zone AMII 10 500 (15 %) 6 700 (64 %)", "TOTAL 70 000 28 400 (41 %)"
    proof = judged(sources, tmp_path, FICHE, row, facts, read_with=total)
    assert {refusal.gate for refusal in proof.refusals} == {"value"}


@pytest.mark.parametrize(
    ("day", "carried"),
    [
        ("2021-06-30", True),  # the day before the release
        ("2020-08-30", False),  # no such day in the passage
        ("2020-06-30", False),  # a year and nine days before it
        ("2022-06-30", True),  # within the year after it, as what is to come is
        ("2023-06-30", False),
    ],
)
def test_a_day_without_a_year_is_one_within_a_year_of_the_day_it_is_read_with(
    sources: Sources, tmp_path: Path, day: str, carried: bool
) -> None:
    document = Document("essai", "Toulon, le 9 juillet 2021\n\nLe réseau compte 1 950 km de fibre au 30 juin.\n")
    stated = (
        "observation:essai-fibre a dor:Observation ; dor:indicator indicator:fibre-length ; dor:value 1950 ; "
        f'dor:unit unit:km ; dor:observedOn "{day}"^^xsd:date .'
    )
    words, above = "Le réseau compte 1 950 km de fibre au 30 juin.", "Toulon, le 9 juillet 2021"
    refused = [one.gate for one in judged(sources, tmp_path, document, words, stated, above).refusals]
    assert refused == ([] if carried else ["value"])
    alone = [one.gate for one in judged(sources, tmp_path, document, words, stated).refusals]
    assert alone == ["value"]


def test_a_name_may_stand_in_what_the_passage_is_read_with(sources: Sources, tmp_path: Path) -> None:
    words, facts = "L'exploitation du réseau THD42", "network:thd42 dor:operator actor:thd42-exploitation ."
    alone = judged(sources, tmp_path, LOIRE, words, facts)
    assert {refusal.gate for refusal in alone.refusals} == {"names"}
    assert not judged(sources, tmp_path, LOIRE, words, facts, read_with="THD42 exploitation a pour mission :").refusals


def test_a_page_is_no_passage(sources: Sources, tmp_path: Path) -> None:
    words = (
        "Lutter contre \nla fracture numérique [...] formalités"
        if False
        else "La médiation numérique [...] un garde-fou"
    )
    proof = judged(sources, tmp_path, LOIRE, words, "actor:anct dor:unnamed true .")
    assert "economy" in {refusal.gate for refusal in proof.refusals}


OVERRULING = (
    "graph:evidence {{ passage:{passage} dor:overruled overruling:o . overruling:o a dor:Overruling ; dor:gate gate:{gate} ;"
    " rdf:subject observation:o ; rdf:predicate dor:value ; rdf:object 5 ; {reason} dor:role 'curateur'@fr ;"
    " dcterms:date '2026-11-22'^^xsd:date . }}"
)


@pytest.mark.parametrize(("gate", "let_in"), [("value", True), ("names", False)])
def test_an_overruling_lets_in_one_fact_at_one_gate(sources: Sources, tmp_path: Path, gate: str, let_in: bool) -> None:
    document = Document.open(ROOT / "data" / "documents", LOIRE)
    passage = locate(document, "274 communes")
    over = OVERRULING.format(passage=f"{passage.start}-{passage.end}", gate=gate, reason="dor:reason 'essai'@fr ;")
    facts = f"{FIGURE} dor:value 5, 6 . }}\n{over.removesuffix('}').strip()}\n"
    proof = judged(sources, tmp_path, LOIRE, "274 communes", facts)
    refused = [refusal.statement.quad.object.value for refusal in proof.refusals]  # type: ignore[union-attr]
    assert refused == (["6"] if let_in else ["5", "6"])
    assert proof.overruled == ({"value": 1} if let_in else {})
    assert [(one.gate, one.fact.object) for one in proof.idle] == ([] if let_in else [(gate, Literal(5))])


def test_an_overruling_of_a_fact_that_is_carried_or_gone_lets_nothing_in(sources: Sources, tmp_path: Path) -> None:
    document = Document.open(ROOT / "data" / "documents", LOIRE)
    passage = locate(document, "274 communes")
    over = OVERRULING.format(passage=f"{passage.start}-{passage.end}", gate="value", reason="dor:reason 'essai'@fr ;")
    for value, told in (("274", "274"), ("274", "5")):
        facts = (
            f"{FIGURE} dor:value {value} . }}\n{over.removesuffix('}').strip().replace('object 5', f'object {told}')}\n"
        )
        proof = judged(sources, tmp_path, LOIRE, "274 communes", facts)
        assert proof.overruled == {}
        (idle,) = proof.idle
        assert (idle.gate, idle.fact.object) == ("value", Literal(int(told)))
        assert (
            "dor:overruled" in (tmp_path / f"{LOIRE}.trig").read_text("utf-8").splitlines()[(idle.place.line or 0) - 1]
        )


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ("dor:reason 'essai'@fr ;", "", "reason"),
        ("dor:gate gate:value ;", "", "gate"),
        ("dor:gate gate:value ;", "dor:gate 'value' ;", "gate"),
        ("dor:gate gate:value ;", "dor:gate gate:valeur ;", "gate"),
        ("dor:role 'curateur'@fr ;", "", "role"),
        ("dcterms:date '2026-11-22'^^xsd:date .", ".", "date"),
        ("rdf:object 5 ;", "", "object"),
        ("rdf:subject observation:o ;", "rdf:subject 'o' ;", "subject"),
        ("dor:reason 'essai'@fr ; dor:role 'curateur'@fr ;", "", "reason, role"),
    ],
)
def test_an_overruling_without_one_of_its_parts_is_refused_with_its_place(
    sources: Sources, tmp_path: Path, old: str, new: str, missing: str
) -> None:
    over = OVERRULING.format(passage="2886-2898", gate="value", reason="dor:reason 'essai'@fr ;")
    assert old in over
    facts = f"{FIGURE} dor:value 5 . }}\n{over.removesuffix('}').strip().replace(old, new)}\n"
    with pytest.raises(MalformedOverruling) as refused:
        judged(sources, tmp_path, LOIRE, "274 communes", facts)
    assert refused.value.missing == missing
    assert refused.value.place.file.name == f"{LOIRE}.trig"
    text = (tmp_path / f"{LOIRE}.trig").read_text("utf-8").splitlines()
    assert "dor:overruled" in text[refused.value.place.line - 1]


IDLE = """graph:evidence {{ passage:{passage} dor:overruled overruling:o . overruling:o a dor:Overruling ;
    dor:gate gate:value ; rdf:subject observation:thd42-fibre-length ; rdf:predicate dor:value ; rdf:object 13000 ;
    dor:reason 'essai'@fr ; dor:role 'curateur'@fr ; dcterms:date '2026-11-22'^^xsd:date . }}
"""


def test_an_overruling_that_lets_nothing_in_is_told_with_its_place_and_fails_nothing(
    workspace: Workspace, dorsale: Run
) -> None:
    assert proved(workspace).idle == ()
    file = workspace.facts / f"{LOIRE}.trig"
    text = file.read_text("utf-8")
    (passage,) = re.findall(r"passage:(\d+-\d+) \{\s+observation:thd42-fibre-length a", text)
    line = len(text.splitlines()) + 1
    file.write_text(text + IDLE.format(passage=passage), "utf-8")
    place, fact = f"data/facts/{LOIRE}.trig:{line}", "observation:thd42-fibre-length dor:value « 13000 »"
    for language, said in (("en_GB", f"{place}: this overruling"), ("fr_FR", f"{place} : cette décision")):
        run = dorsale("prove", cwd=workspace.root, language=language)
        assert run.returncode == 0
        (told,) = [line for line in run.stdout.splitlines() if line.startswith(said)]
        assert fact in told
    (idle,) = json.loads(dorsale("prove", "--format", "json", cwd=workspace.root).stdout)["idle"]
    assert (idle["place"], idle["gate"], idle["fact"]) == (place, "value", fact)
    run = dorsale("build", cwd=workspace.root)
    assert run.returncode == 0
    assert f"{place}: this overruling" in run.stderr


def test_every_fact_of_the_five_documents_is_carried_or_overruled(built: Workspace) -> None:
    proof = proved(built)
    assert not proof.refusals
    assert proof.checked > 1200
    assert sum(proof.overruled.values()) < proof.checked * 0.05
    assert set(proof.overruled) <= set(GATES)


def test_proving_nothing_is_no_success(built: Workspace, tmp_path: Path) -> None:
    (tmp_path / "empty.trig").write_text("")
    with pytest.raises(NothingToCheck):
        proved(built, [tmp_path / "empty.trig"])
