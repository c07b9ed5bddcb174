"""A language model proposes by the same door as the rules: a scripted server that lies, and once tells the truth."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from conftest import ROOT

from dorsale.build import extractor
from dorsale.documents.extract import Extraction, Extractor
from dorsale.documents.extract.model import KEY, Model
from dorsale.documents.facts import written
from dorsale.documents.text import Document
from dorsale.errors import ModelAddress
from dorsale.names import BASE, prefixes, shorten
from dorsale.workspace import Workspace

# Written for these tests; no pattern reads the second sentence, a careful reader does.
TEXT = """Le Département de la Loire confie à Lotim Télécom l’exploitation du réseau.

Au terme d’une longue consultation, la délégation de service public du SIEL-Territoire d’énergie Loire est allée,
pour ce territoire et après bien des débats, à la société choisie par tous les élus : Altitude Infra.

THD42 exploitation, une filiale d’Axione, compte 25 agents. Orange et Axione n’y sont pour rien.
"""
QUOTE = (
    "la délégation de service public du SIEL-Territoire d'énergie Loire est allée, pour ce territoire et après bien "
    "des débats, à la société choisie par tous les élus : Altitude Infra."
)
FIRST = "Le Département de la Loire confie à Lotim Télécom l’exploitation du réseau."


def fact(frame: str, quote: str, **roles: str | None) -> dict[str, Any]:
    return {"frame": frame, "roles": roles, "quote": quote}


TRUE = fact("delegatee", QUOTE, contract="délégation de service public", delegatee="Altitude Infra")


@cache
def workshop() -> Extractor:
    return extractor(Workspace.open(ROOT))


Reply = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


def saying(content: object) -> Reply:
    """Reply with what a model says, whatever it is asked."""

    def reply(handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        said = content if isinstance(content, str) else json.dumps(content)
        give(handler, {"choices": [{"message": {"content": said}}]})

    return reply


def give(handler: BaseHTTPRequestHandler, answer: object, status: int = 200) -> None:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


class Server(ThreadingHTTPServer):
    """A server that answers as it is told to, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        self.server.headers.append(dict(self.headers))
        self.server.reply(self, asked)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(reply: Reply) -> Iterator[Server]:
    server = Server(reply)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv(KEY, raising=False)


def heard(reply: Reply, text: str = TEXT, timeout: float = 20) -> Extraction:
    with serving(reply) as server:
        return workshop().extract(Document("essai", text), Model(server.url, timeout=timeout))


def refused(extraction: Extraction) -> dict[str, int]:
    assert extraction.answers is not None
    return dict(+Counter(extraction.answers.refused))


def told(extraction: Extraction) -> set[str]:
    """The facts that only the model told, in short."""
    known = prefixes()
    return {
        " ".join(shorten(getattr(end, "value", ""), known) for end in (one.subject, one.predicate, one.object))
        for (_, one), frame in extraction.frames.items()
        if frame.startswith("llm:")
    }


def test_what_a_model_says_in_the_words_of_the_text_is_proposed_with_its_method() -> None:
    extraction = heard(saying({"facts": [TRUE]}))
    assert refused(extraction) == {}
    assert any(one.endswith("dor:delegatee actor:altitude-infra") for one in told(extraction))
    trig = written(extraction.facts, BASE)
    assert trig.count("dor:method method:rules, method:llm") == 1 == trig.count("dor:method ")
    (passage,) = {graph for (graph, _), frame in extraction.frames.items() if frame == "llm:delegatee"}
    start, end = map(int, passage.value.rsplit("/", 1)[-1].split("-"))
    assert "Altitude Infra" in TEXT[start:end]


def test_a_fact_that_the_rules_propose_is_not_proposed_twice() -> None:
    again = fact("delegation", FIRST, grantor="Département de la Loire", delegatee="Lotim Télécom")
    extraction = heard(saying({"facts": [again]}))
    assert told(extraction) == set()
    assert "method:llm" not in written(extraction.facts, BASE)


LIES = {
    "a paraphrase": ("quote", TRUE | {"quote": "la délégation du SIEL-TE est allée à Altitude Infra"}),
    "an invented passage": ("quote", TRUE | {"quote": "Altitude Infra a remporté la délégation de service public."}),
    "words left out": (
        "quote",
        TRUE | {"quote": "la délégation de service public [...] choisie par tous les élus : Altitude Infra"},
    ),
    "one letter": ("quote", TRUE | {"quote": QUOTE.replace("choisie", "choisi")}),
    "nothing quoted": ("quote", TRUE | {"quote": " "}),
    "a quotation over two sentences": (
        "quote",
        fact("subsidiary", "compte 25 agents. Orange et Axione", company="Orange", parent="Axione"),
    ),
    "a role that is not in the passage": (
        "role", fact("delegatee", QUOTE, contract="délégation de service public", delegatee="Orange"),
    ),
    "a role outside the quotation": (
        "role",
        fact("delegatee", "à la société choisie par tous les élus : Altitude Infra", delegatee="Altitude Infra",
             contract="délégation de service public"),
    ),
    "the end of a name": (
        "role", fact("delegatee", QUOTE, contract="délégation de service public", delegatee="Infra"),
    ),
    "a wrong number": ("role", fact("agents", "compte 25 agents", value="250", of="THD42 exploitation")),
    "the end of a number": ("role", fact("agents", "compte 25 agents", value="5", of="THD42 exploitation")),
    "a class that does not fit": (
        "class", fact("delegation", FIRST, grantor="Lotim Télécom", delegatee="Département de la Loire"),
    ),
    "half of a fact": ("incomplete", fact("delegatee", QUOTE, contract="délégation de service public")),
    "what no word says": (
        "unsaid", fact("subsidiary", "Orange et Axione n’y sont pour rien.", company="Orange", parent="Axione"),
    ),
    "the passage turned round": (
        "proof-roles",
        fact("subsidiary", "THD42 exploitation, une filiale d’Axione", company="Axione", parent="THD42 exploitation"),
    ),
    "an unknown frame": ("frame", fact("conquest", QUOTE, winner="Altitude Infra")),
    "an unknown role": ("schema", fact("delegatee", QUOTE, winner="Altitude Infra")),
    "a number for a text": ("schema", TRUE | {"quote": 12}),
    "a list for a role": ("schema", TRUE | {"roles": {"delegatee": ["Altitude Infra"]}}),
    "more than was asked": ("schema", TRUE | {"sure": True}),
    "no fact at all": ("schema", "Altitude Infra"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused_and_counted_by_its_reason(lie: str) -> None:
    reason, said = LIES[lie]
    extraction = heard(saying({"facts": [said]}))
    assert reason in refused(extraction)
    assert told(extraction) == set()


def test_lies_take_nothing_from_what_the_rules_propose_and_a_truth_among_them_stands() -> None:
    alone = workshop().extract(Document("essai", TEXT))
    lies = [said for _, said in LIES.values()]
    among = heard(saying({"facts": lies}))
    assert written(among.facts, BASE) == written(alone.facts, BASE)
    assert among.authority == alone.authority
    assert sum(refused(among).values()) >= len(lies)
    both = heard(saying({"facts": [*lies, TRUE]}))
    assert told(both) == told(heard(saying({"facts": [TRUE]})))


def test_typography_is_all_in_which_a_quotation_may_differ() -> None:
    typed = TRUE | {"quote": QUOTE.replace("'", "’").replace(" : ", "\u00a0:\u202f").replace("débats, ", "débats,\n  ")}
    assert told(heard(saying({"facts": [typed]}))) == told(heard(saying({"facts": [TRUE]})))


def trickling(handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
    """A byte now and then: the connection never falls silent, and the answer never comes."""
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


def elsewhere(handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


SILENCES: dict[str, tuple[str, Reply]] = {
    "broken JSON": ("json", saying('{"facts": [')),
    "JSON of another form": ("json", saying(["facts"])),
    "an answer of brackets": ("json", saying("[" * 100_000)),
    "no choices": ("json", lambda handler, _: give(handler, {"choices": []})),
    "nothing said": ("json", lambda handler, _: give(handler, {"choices": [{"message": {"content": None}}]})),
    "a page for people": ("json", lambda handler, _: give(handler, b"<html>")),
    "an error of the server": ("http", lambda handler, _: give(handler, {"error": "no"}, 500)),
    "too many requests": ("http", lambda handler, _: give(handler, {"error": "later"}, 429)),
    "another address": ("http", elsewhere),
    "no answer": ("timeout", lambda handler, _: time.sleep(1.5)),
    "an answer that never ends": ("timeout", trickling),
}


@pytest.mark.parametrize("silence", SILENCES)
def test_a_model_that_gives_no_answer_is_counted_and_asked_once(silence: str) -> None:
    reason, reply = SILENCES[silence]
    with serving(reply) as server:
        extraction = workshop().extract(Document("essai", TEXT), Model(server.url, timeout=0.5))
        assert len(server.asked) == 1
    assert refused(extraction) == {reason: 1}
    assert written(extraction.facts, BASE) == written(workshop().extract(Document("essai", TEXT)).facts, BASE)


def test_after_three_silences_nobody_is_asked_any_more() -> None:
    text = "\n\n".join(
        f"Le réseau de la commune numéro {n} a été décrit. " + "Il fait beau ici. " * 160 for n in range(6)
    )
    with serving(lambda handler, _: give(handler, {}, 500)) as server:
        extraction = workshop().extract(Document("essai", text), Model(server.url))
        assert len(server.asked) == 3
    assert refused(extraction) == {"http": 3, "given-up": 3}


def test_nobody_at_the_address_is_told() -> None:
    with serving(saying({})) as server:
        url = server.url
    assert refused(workshop().extract(Document("essai", TEXT), Model(url, timeout=2))) == {"unreachable": 1}


def test_an_address_that_is_none_is_refused() -> None:
    for url in ("localhost:8080", "file:///etc/passwd", ""):
        with pytest.raises(ModelAddress):
            Model(url)


def test_the_model_is_asked_with_the_text_the_frames_as_a_schema_and_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "secret")
    with serving(saying({"facts": []})) as server:
        workshop().extract(Document("essai", TEXT), Model(server.url, "petit"))
        (asked,), (headers,) = server.asked, server.headers
    assert headers["Authorization"] == "Bearer secret"
    assert (asked["model"], asked["temperature"]) == ("petit", 0)
    system, user = asked["messages"]
    assert "choisie par tous les élus : Altitude Infra." in user["content"]
    assert "subsidiary (company, " in system["content"]
    assert "secret" not in json.dumps(asked)
    items = asked["response_format"]["json_schema"]["schema"]["properties"]["facts"]["items"]["anyOf"]
    by_frame = {item["properties"]["frame"]["const"]: item for item in items}
    assert set(by_frame["delegation"]["properties"]["roles"]["properties"]) >= {"grantor", "delegatee", "duration"}
    assert {item["additionalProperties"] for item in items} == {False}
