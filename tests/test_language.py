from pathlib import Path

import pytest
from conftest import ROOT

from dorsale.documents.language import language

DOCUMENTS = ROOT / "data" / "documents"
SENTENCES = {
    "de": "Der Landkreis hat die Gesellschaft mit dem Betrieb des Netzes beauftragt, und die Region finanziert es.",
    "es": "El departamento ha confiado la red a una sociedad, y las obras se hacen con los fondos del Estado.",
    "it": "Il dipartimento ha affidato la gestione della rete a una società privata, e lo Stato la finanzia con fondi.",
    "pt": "O departamento confiou a exploração da rede a uma sociedade privada e as obras são financiadas pela região.",
    "nl": "Het departement heeft de exploitatie van het netwerk voor vijftien jaar aan een bedrijf toevertrouwd.",
    "en": "The department has entrusted a company with the operation of the network for fifteen years.",
    "ca": "El departament ha confiat l'explotació de la xarxa a una societat privada, i les obres són de l'Estat.",
    "oc": "Lo departament a fisat l'espleitacion de la ret a una societat per quinze ans, amb los fonses de l'Estat.",
}


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_each_document_is_in_french(path: Path) -> None:
    assert language(path.read_text("utf-8")) == "fr"


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items())
def test_a_sentence_of_another_language_is_told_from_french(code: str, sentence: str) -> None:
    assert language(sentence) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Zone AMII\t10 500\t6 700",
        "Lotim Télécom, Axione, SIEL-TE, THD42 exploitation",
        "Województwo powierzyło spółce eksploatację sieci na piętnaście lat; prace są finansowane przez państwo.",
    ],
)
def test_a_text_without_little_words_that_are_known_is_in_no_language(text: str) -> None:
    assert language(text) is None


def test_names_in_english_do_not_make_a_french_text_english() -> None:
    assert language("Le groupe Open Fiber for the Future exploite le réseau dans les communes de la Loire.") == "fr"
