"""What sentences of a known form say, and what near misses must not: each case is a line of ``tests/frames/``."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from dorsale.documents.extract import Extraction, Extractor
from dorsale.documents.frames import LOADER, Frames, Pattern, Verbs, read_yaml, template, variable
from dorsale.documents.text import Document
from dorsale.errors import MalformedFrame, MissingWords
from dorsale.names import dor, fold, public

FOLDER = Path(__file__).parent.parent / "ontology" / "frames"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['text'][:60]}")
    for path in sorted((Path(__file__).parent / "frames").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text("utf-8"))
]
LABEL = public("rdfs:label")
# The statuses of what is not so, or not yet.
ELIDED = re.compile(r"\b([sdnl])e (?=[aeiéêh])")
UNREAL = re.compile(r"status/(?:planned|target)>")
# By which of their values nodes without a name are called.
CALLED = {
    "observation": ("value", "minimumValue"), "funding": ("amount", "minimumAmount", "maximumAmount"),
    "membership": ("member",), "shareholding": ("holder",), "event": ("heldOn",),
}  # fmt: skip


def told(extraction: Extraction, labels: dict[NamedNode, str]) -> set[str]:
    """What is proposed, as lines: « Orange subsidiaryOf X », « observation:1200 indicator fibre-length »."""
    facts = extraction.facts
    triples = [s.quad.triple for s in facts.statements if facts.of_passage(s)] + list(extraction.authority)
    names = labels | {t.subject: t.object.value for t in triples if t.predicate == LABEL}  # type: ignore[union-attr]
    keys: dict[Any, str] = {}

    def local(term: Any) -> str:
        return str(re.split(r"[#/]", term.value)[-1])

    def call(term: Any) -> str:
        if isinstance(term, Literal):
            return str(term.value)
        kind = term.value.rsplit("/", 2)[-2]
        if kind in CALLED:
            return f"{kind}:{keys[term]}" if term in keys else str(kind)
        if kind in ("contract", "network"):
            return str(kind)
        return str(names.get(term) or local(term))

    for triple in triples:
        kind = triple.subject.value.rsplit("/", 2)[-2]  # type: ignore[union-attr]
        if local(triple.predicate) in CALLED.get(kind, ()):
            keys.setdefault(triple.subject, call(triple.object))
    return {f"{call(t.subject)} {local(t.predicate)} {call(t.object)}" for t in triples}


@pytest.mark.parametrize("case", CASES)
def test_a_sentence_states_what_it_says_and_no_more(
    case: dict[str, Any], extractor: Extractor, labels: dict[NamedNode, str]
) -> None:
    said = told(extractor.extract(Document("essai", case["text"])), labels)
    plain = {line.replace("’", "'") for line in said}
    missed = [line for line in case.get("states", ()) if line.replace("’", "'") not in plain]
    wrong = [line for no in case.get("not", ()) for line in plain if re.fullmatch(no.replace("’", "'"), line)]
    assert case.get("states") or case.get("not"), "a case that asks for nothing checks nothing"
    assert not missed, f"missed {missed} of {sorted(plain)}"
    assert not wrong, f"must not be said: {wrong}"


@pytest.fixture(scope="module")
def verbs() -> Verbs:
    return Verbs(read_yaml(FOLDER / "verbs.yaml"), read_yaml(FOLDER / "grammar.yaml"))


@pytest.mark.parametrize(
    ("pattern", "sentence", "fits"),
    [
        ("{a:Company} construire! {b:Network}", "<0;,Company,> construit <1;,Network,> ", True),
        ("{a:Company} construire! {b:Network}", "<0;,Company,> a également construit <1;,Network,> ", True),
        ("{a:Company} construire! {b:Network}", "<0;,Company,> doit construire <1;,Network,> ", True),
        ("{a:Company} construire! {b:Network}", "<0;,Company,> ne construit pas <1;,Network,> ", False),
        ("{b:Network} construit! par {a:Company}", "<1;,Network,> a été construit par <0;,Company,> ", True),
        ("{b:Network} construit! par {a:Company}", "<1;,Network,> construits par <0;,Company,> ", True),
        ("{a:Company} ~2 {b:Network}", "<0;,Company,> un deux <1;,Network,> ", True),
        ("{a:Company} ~1 {b:Network}", "<0;,Company,> un deux <1;,Network,> ", False),
        ("{a:Company} ~3 {b:Network}", "<0;,Company,> un <2;,Person,> <1;,Network,> ", False),
        ("{a:Company} ~~3 {b:Network}", "<0;,Company,> un <2;,Person,> <1;,Network,> ", True),
        ("{a:Company} ~3 {b:Network}", "<0;,Company,> un ; deux <1;,Network,> ", False),
        ("{a:Company} < {b:Network} >", "<0;,Company,> ( <1;,Network,> ) ", True),
        ("le réseau [public] (de|du) {a:Company}", "réseau de <0;,Company,> ", True),
        ("^ {a:Company} $", "et <0;,Company,> ", False),
        ("raccordab* {a:Company}", "raccordables <0;,Company,> ", True),
        ("{a:Actor}", "<0;,Name,> ", True),
        ("{a:Person}", "<0;,Name,> ", False),
    ],
)
def test_the_language_of_patterns(pattern: str, sentence: str, fits: bool, verbs: Verbs) -> None:
    compiled = Pattern.compile(pattern, verbs)
    assert bool(compiled.regex.search(sentence)) is fits
    has = set(fold(re.sub(r"<[^>]*>", "", sentence)).split()) | {
        f"@{cls}" for classes in re.findall(r"<\d+;,([^>]*),>", sentence) for cls in classes.split(",")
    }
    if fits:  # what a pattern is said to need, every sentence that it fits has
        assert not [need for need in compiled.needs if need.isdisjoint(has)]


def test_a_list_gives_all_its_members_and_no_aside(verbs: Verbs) -> None:
    pattern = Pattern.compile("membres : {members:Actor+}", verbs)
    found = pattern.regex.search("membres : <0;,Actor,> ( <1;,Amount,> ) , <2;,Actor,> et de <3;,Actor,> , <4;,Date,> ")
    assert found is not None
    assert pattern.bound(found) == {"members": (0, 2, 3)}


def test_every_frame_of_the_workspace_compiles_and_states_terms_that_exist(extractor: Extractor) -> None:
    frames = Frames.read(FOLDER, Path("ontology/frames"))
    terms = extractor.lexicon.terms
    for frame in frames.all:
        for pattern in (*frame.match, *(one for ones in frame.around.values() for one in ones)):
            assert pattern.regex.pattern
            assert all(pattern.wanted(role) for role in pattern.roles.values())
        for triple in frame.states:
            for term in triple:
                ours = isinstance(term, NamedNode) and "dorsale/" in term.value and variable(term) is None
                known = terms.classes | terms.properties | terms.codes
                assert not ours or term in known, f"{frame.name} states {term}"
    assert len(frames.all) > 100


def test_what_is_not_searched_for_would_not_have_been_found(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only patterns whose needs a sentence has in their order are searched; all others, searched too, find nothing."""
    frames, read = Frames.read(FOLDER, FOLDER), dict[str, Any]()
    matches = Frames.matches

    def kept(self: Frames, text: str, words: Any, *fits: Any) -> Any:
        read[text] = words
        return matches(self, text, words, *fits)

    monkeypatch.setattr(Frames, "matches", kept)
    extractor.extract(Document.open(FOLDER.parents[1] / "data" / "documents", "politiques-numeriques-loire"))
    texts = list(read.items())[:60]
    found = {
        text: {(frame.name, one.span()) for frame, _, one in matches(frames, text, words)} for text, words in texts
    }
    patterns = {pattern for frame in frames.all for pattern in frame.match}
    searched = sum("regex" in vars(pattern) for pattern in patterns)
    assert 0 < searched < len(patterns) / 3
    for text, words in texts:
        every = set()
        for frame in frames.all:
            spans: list[tuple[int, int]] = []
            for pattern in frame.match:
                for one in pattern.regex.finditer(text):
                    if all(one.end() <= start or end <= one.start() for start, end in spans):
                        spans.append(one.span())
                        every.add((frame.name, one.span()))
        assert found[text] == every, words


def test_a_template_is_turtle_with_variables() -> None:
    (triple,) = template("?network dor:owner ?owner .")
    assert isinstance(triple, Triple)
    assert (variable(triple.subject), triple.predicate, variable(triple.object)) == ("network", dor("owner"), "owner")


@pytest.mark.parametrize(
    ("fault", "line", "says"),
    [
        ('ok:\n  match: ["a"]\n  states: ""\nbad:\n  match: ["{a:Company"]\n  states: ""\n', 4, "⟦{a:Company⟧"),
        ('bad:\n  match: ["{a:Company} [lui] exploite"]\n  states: ""\n', 1, "« lui »: grammar.yaml, dropped"),
        ('bad:\n  match: ["(a|b"]\n  states: ""\n', 1, "⟦"),
        ('bad:\n  match: ["a"]\n  states: "?x dor:owner"\n', 1, ""),
        ('bad:\n  match: ["a"]\n', 1, "states"),
        ('bad:\n  match: ["a"]\n  with: {"<<": {b: ["c"]}}\n  states: ""\n', 1, "list"),
        ("bad: [1\n", 2, ""),
        ("- a list\n", 1, "mapping"),
        ('a:\n  match: ["b"]\n  states: ""\na:\n  match: ["c"]\n  states: ""\n', 4, "« a » twice"),
    ],
)
def test_a_frame_that_cannot_be_read_is_told_with_its_place(
    fault: str, line: int, says: str, tmp_path: Path, copied: Callable[[Path], None]
) -> None:
    copied(tmp_path)
    (tmp_path / "zz.yaml").write_text(fault, "utf-8")
    with pytest.raises(MalformedFrame) as caught:
        Frames.read(tmp_path, Path("frames"))
    assert caught.value.place.file == Path("frames/zz.yaml")
    assert caught.value.place.line == line
    assert says in caught.value.reason
    assert "zz.yaml" in caught.value.sentence("fr")


@pytest.fixture
def copied() -> Callable[[Path], None]:
    def copy(folder: Path) -> None:
        for name in ("verbs.yaml", "grammar.yaml"):
            (folder / name).write_text((FOLDER / name).read_text("utf-8"), "utf-8")

    return copy


def test_a_list_that_an_older_workspace_lacks_is_told_with_its_file_and_what_to_do(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    names = tmp_path / "names.yaml"
    names.write_text(re.sub(r"(?m)^tasks:.*\n", "", names.read_text("utf-8")), "utf-8")
    with pytest.raises(MissingWords) as caught:
        read_yaml(names)["tasks"]
    assert str(names) in str(caught.value)
    assert "tasks" in str(caught.value)
    assert "dorsale init" in str(caught.value)
    assert read_yaml(names)["branching"]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_frames_are_read_the_same_without_libyaml(path: Path) -> None:
    text = path.read_text("utf-8")
    assert yaml.load(text, Loader=yaml.BaseLoader) == yaml.load(text, Loader=LOADER)


def test_proof_finds_each_word_that_says_what_is_to_come_or_aimed_at() -> None:
    """Where only ``grammar.yaml`` knows a word, proof would take the status away that the word gave."""
    codes = FOLDER.parent / "codes" / "status.ttl"
    labels = [one for one in parse(codes.read_bytes(), RdfFormat.TURTLE) if one.predicate == public("skos:hiddenLabel")]
    said = {" " + fold(one.object.value.replace("'", " ")) + " " for one in labels if UNREAL.search(str(one.subject))}
    words = read_yaml(FOLDER / "grammar.yaml")
    plain = [word for key in ("future", "aim") for word in words[key] if not re.search(r"[\\()\[\]|?*+:]", word)]
    elided = {word: " " + fold(ELIDED.sub(r"\1 ", word)) + " " for word in plain}
    assert len(plain) > 100
    assert [word for word, form in elided.items() if not any(one in form for one in said)] == []


def test_a_first_contract_told_of_after_another_is_another(extractor: Extractor) -> None:
    text = "Axione s'est vu confier une délégation de service public. Une première DSP a été signée fin 2015."
    triples = [one.quad.triple for one in extractor.extract(Document("essai", text)).facts.statements]
    held = {one.subject for one in triples if one.predicate == dor("delegatee")}
    signed = {one.subject for one in triples if one.predicate == dor("signedOn")}
    assert len(held) == len(signed) == 1
    assert held != signed
