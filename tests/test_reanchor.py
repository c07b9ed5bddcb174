"""A document whose stored text changed gets its quotations back, or a person is told which ones are left."""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from conftest import Run, copy_workspace
from pyoxigraph import Triple

from dorsale import errors
from dorsale.build import build, covered, reanchor
from dorsale.documents.anchors import REPLACES
from dorsale.documents.facts import Facts, Passage
from dorsale.graph.store import VIEW, Shelf
from dorsale.names import dor
from dorsale.statements import read
from dorsale.workspace import Workspace

LOIRE, FICHE, CASTRES = "politiques-numeriques-loire", "fiche-anct-lozere", "castres-mazamet-haut-debit"
ON_TOP = "Édition mise à jour 🛰\n\n"
SENTENCE = "est une filiale du groupe Axione"


@pytest.fixture
def copied(tmp_path: Path) -> Workspace:
    """A copy of the real workspace that was not built: what re-anchoring reads and writes are files."""
    return copy_workspace(tmp_path / "workspace")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def put_on_top(workspace: Workspace, *slugs: str) -> None:
    for slug in slugs:
        path = workspace.documents / f"{slug}.txt"
        path.write_bytes(ON_TOP.encode() + path.read_bytes())


def files(workspace: Workspace) -> dict[str, bytes]:
    data = workspace.root / "data"
    return {str(path.relative_to(data)): path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file()}


def changed(workspace: Workspace, before: dict[str, bytes]) -> set[str]:
    after = files(workspace)
    return {path for path in after.keys() | before.keys() if after.get(path) != before.get(path)}


def stated(workspace: Workspace) -> Counter[Triple]:
    """Return the facts of all files, each as often as passages state it."""
    found: Counter[Triple] = Counter()
    for path in workspace.facts.glob("*.trig"):
        facts = Facts.open(path, path, workspace.base)
        found.update(one.quad.triple for one in facts.statements if facts.of_passage(one))
    return found


def passages(workspace: Workspace, slug: str) -> list[Passage]:
    return list(Facts.open(workspace.facts / f"{slug}.trig", Path("f"), workspace.base).passages.values())


def spans(workspace: Workspace, slug: str) -> list[tuple[int, int, str]]:
    aside = Facts.gather(read(workspace.review / "unstated.ttl"), workspace.base).passages.values()
    own = [one for one in aside if one.document.value.endswith(f"/{slug}")]
    return sorted((one.start, one.end, one.exact) for one in [*passages(workspace, slug), *own])


def known(workspace: Workspace) -> set[Triple]:
    """Return all that the dataset holds, derived facts too, but what is said of passages and of the stored texts."""
    found = Shelf(workspace.dataset, workspace.base).open().facts()
    return {one for one in found if "/evidence/" not in str(one) and one.predicate != dor("sha256Stored")}


def test_a_paragraph_on_top_moves_all_and_the_build_stands_with_the_same_facts(workspace: Workspace) -> None:
    slugs = (LOIRE, FICHE, CASTRES)
    facts, told, before = stated(workspace), known(workspace), {slug: spans(workspace, slug) for slug in slugs}
    put_on_top(workspace, *slugs)
    with pytest.raises(errors.DocumentChanged, match="dorsale reanchor"):
        build(workspace)
    assert {one.document.slug for one in reanchor(workspace, write=True) if one.settled} == set(slugs)
    by = len(ON_TOP)
    for slug in slugs:
        # Sentences that stand twice are among them: each has moved with its own neighbours.
        assert spans(workspace, slug) == [(start + by, end + by, words) for start, end, words in before[slug]]
    assert stated(workspace) == facts
    build(workspace)
    assert known(workspace) == told
    assert covered(workspace)
    replaced = list(Shelf(workspace.dataset, workspace.base).open().store.quads_for_pattern(None, REPLACES, None, VIEW))
    assert len(replaced) == sum(len(passages(workspace, slug)) for slug in slugs)
    assert reanchor(workspace) == ()


def test_what_was_written_by_hand_stays_as_it_was(copied: Workspace) -> None:
    file = copied.facts / f"{CASTRES}.trig"
    edit(file, "passage:187-311 {", "# a comment on passage:187-311\npassage:187-311   {")
    before = file.read_text("utf-8").splitlines()
    put_on_top(copied, CASTRES)
    reanchor(copied, write=True)
    after = [line for line in file.read_text("utf-8").splitlines() if "dcterms:" not in line]
    assert len(after) == len(before)
    for old, new in zip(before, after, strict=True):
        assert old == new or re.sub(r"\d+", "0", old) == re.sub(r"\d+", "0", new)
        assert old == new or "passage:" in old or "oa:start" in old
    assert "# a comment on passage:187-311" in after


def test_a_second_run_has_nothing_to_do(copied: Workspace) -> None:
    put_on_top(copied, LOIRE)
    reanchor(copied, write=True)
    before = files(copied)
    assert reanchor(copied, write=True) == ()
    (named,) = reanchor(copied, [LOIRE], write=True)
    assert (named.changed, named.anchors) == (False, ())
    assert changed(copied, before) == set()


def test_only_the_named_documents_are_re_anchored(copied: Workspace) -> None:
    put_on_top(copied, LOIRE, FICHE)
    before = files(copied)
    reanchor(copied, [FICHE], write=True)
    assert changed(copied, before) == {f"documents/{FICHE}.ttl", f"facts/{FICHE}.trig", "review/unstated.ttl"}
    assert [one.document.slug for one in reanchor(copied)] == [LOIRE]


def test_a_text_that_changed_without_moving_a_quotation_is_described_anew(copied: Workspace) -> None:
    path = copied.documents / f"{LOIRE}.txt"
    path.write_bytes(path.read_bytes() + b"\nFin.")
    before = files(copied)
    (found,) = reanchor(copied, write=True)
    assert (found.changed, found.anchors) == (True, ())
    assert changed(copied, before) == {f"documents/{LOIRE}.ttl"}
    assert reanchor(copied) == ()


def test_a_quotation_with_wrong_offsets_is_mended_in_a_text_that_did_not_change(copied: Workspace) -> None:
    file = copied.facts / f"{CASTRES}.trig"
    before = file.read_text("utf-8")
    text = before.replace("passage:690-757", "passage:691-758").replace(
        "oa:start 690 ; oa:end 757", "oa:start 691 ; oa:end 758"
    )
    file.write_text(text, "utf-8")
    with pytest.raises(errors.QuotationsMoved, match="dorsale reanchor"):
        build(copied)
    reanchor(copied, write=True)
    assert "oa:start 690 ; oa:end 757" in file.read_text("utf-8")


def test_a_reworded_sentence_is_lost_and_the_build_still_refuses_until_its_facts_are_out(copied: Workspace) -> None:
    edit(copied.documents / f"{LOIRE}.txt", SENTENCE, "appartient au groupe Axione")
    described = (copied.documents / f"{LOIRE}.ttl").read_bytes()
    for _ in range(2):
        (found,) = reanchor(copied, write=True)
        assert not found.settled
        assert (copied.documents / f"{LOIRE}.ttl").read_bytes() == described
        with pytest.raises(errors.DocumentChanged):
            build(copied)
    (left,) = found.anchors
    assert (left.outcome, left.passage.start) == ("lost", 1773)
    assert "Axione" in left.nearest
    file = copied.facts / f"{LOIRE}.trig"
    blocks = [block for block in file.read_text("utf-8").split("\n\n") if "passage:1773-1820 {" not in block]
    file.write_text("\n\n".join(blocks), "utf-8")
    (found,) = reanchor(copied, write=True)
    assert found.settled
    assert reanchor(copied) == ()


def test_words_that_stand_only_out_of_order_are_not_taken_for_those_that_are_gone(copied: Workspace) -> None:
    """« La maintenance du réseau » is in the lists of two contracts: the other one must not carry these facts."""
    edit(copied.documents / f"{LOIRE}.txt", "La maintenance du réseau", "La maintenance")
    for write in (False, True, True):
        (found,) = reanchor(copied, write=write)
        (left,) = [anchor for anchor in found.anchors if anchor.now is None]
        assert (left.outcome, left.passage.start, len(left.candidates)) == ("ambiguous", 2368, 1)


def test_other_typography_is_quoted_as_it_stands(copied: Workspace) -> None:
    path = copied.documents / f"{CASTRES}.txt"
    text = path.read_bytes().decode().replace("'", "’").replace("33 000", "33\u00a0000").replace("\n", "\r\n")
    path.write_bytes(text.encode())
    (found,) = reanchor(copied, write=True)
    assert {anchor.outcome for anchor in found.anchors} == {"moved", "typography"}
    for start, end, words in spans(copied, CASTRES):
        assert text[start:end] == words
    assert reanchor(copied) == ()


def test_decisions_that_name_a_passage_follow_it(copied: Workspace) -> None:
    copied.preferences.write_text(
        f"@prefix dor: <https://w3id.org/dorsale/ontology#> .\n"
        f"<{copied.base}x> a dor:Preference ; dor:prefers <{copied.base}evidence/{LOIRE}/1773-1820> . # kept\n"
    )
    put_on_top(copied, LOIRE)
    reanchor(copied, write=True)
    start, end = 1773 + len(ON_TOP), 1820 + len(ON_TOP)
    text = copied.preferences.read_text("utf-8")
    assert text.endswith(f"dor:prefers <{copied.base}evidence/{LOIRE}/{start}-{end}> . # kept\n")


def test_things_that_no_text_names_keep_their_names(copied: Workspace) -> None:
    put_on_top(copied, CASTRES)
    before = (copied.facts / f"{CASTRES}.trig").read_text("utf-8").count(f"actor:{CASTRES}-256")
    reanchor(copied, write=True)
    assert (copied.facts / f"{CASTRES}.trig").read_text("utf-8").count(f"actor:{CASTRES}-256") == before > 0


@pytest.mark.parametrize("fails", range(1, 4))
def test_nothing_is_written_when_a_file_cannot_be_replaced(
    copied: Workspace, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    put_on_top(copied, LOIRE)
    before, calls, put = files(copied), [], os.replace

    def full(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == fails:
            raise OSError(28, "No space left on device")
        put(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(errors.UnwritableFile, match="No space"):
        reanchor(copied, write=True)
    assert len(calls) >= fails
    assert files(copied) == before
    monkeypatch.undo()
    (found,) = reanchor(copied, write=True)
    assert found.settled


def test_nothing_is_written_when_a_file_cannot_be_edited(copied: Workspace) -> None:
    put_on_top(copied, LOIRE, CASTRES)
    file = copied.facts / f"{LOIRE}.trig"
    text = file.read_text("utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("@prefix passage:")]
    file.write_text(text.replace(line, line.replace("@prefix", "PREFIX").removesuffix(" .")), "utf-8")
    before = files(copied)
    with pytest.raises(errors.UneditableFile, match=rf"data/facts/{LOIRE}\.trig"):
        reanchor(copied, write=True)
    assert files(copied) == before


# --- the command ----------------------------------------------------------------------------------------------


def test_the_command_proposes_then_writes_and_says_so_in_both_languages(copied: Workspace, dorsale: Run) -> None:
    nothing = dorsale("reanchor", cwd=copied.root, language="fr_FR")
    assert (nothing.returncode, nothing.stderr) == (0, "")
    assert "Rien à replacer" in nothing.stdout
    put_on_top(copied, CASTRES)
    before = files(copied)
    proposed = dorsale("reanchor", cwd=copied.root)
    assert proposed.returncode == 0
    assert changed(copied, before) == set()
    (row,) = [line for line in proposed.stdout.splitlines() if " 690-757 " in line]
    assert row.split()[:3] == [CASTRES, "690-757", f"{690 + len(ON_TOP)}-{757 + len(ON_TOP)}"]
    assert "la Sem Intermédiasud, maître d'ouvrage" in row
    assert "dorsale reanchor --write" in proposed.stderr
    written = dorsale("reanchor", CASTRES, "--write", cwd=copied.root, language="fr_FR")
    assert written.returncode == 0
    assert "15 sont ailleurs, 0 à régler" in written.stdout
    assert "ont été écrites" in written.stderr
    assert "Nothing to re-anchor" in dorsale("reanchor", cwd=copied.root).stdout


def test_the_command_ends_with_one_while_a_person_has_something_to_settle(copied: Workspace, dorsale: Run) -> None:
    edit(copied.documents / f"{LOIRE}.txt", SENTENCE, "appartient au groupe Axione")
    for words in ((), ("--write",), (LOIRE,)):
        run = dorsale("reanchor", *words, cwd=copied.root)
        assert run.returncode == 1
        assert "lost: data/facts/politiques-numeriques-loire.trig:" in run.stdout
        assert "dorsale quote" in run.stderr
    french = dorsale("reanchor", cwd=copied.root, language="fr_FR")
    assert "perdue" in french.stdout
    assert "retirez leurs faits" in french.stderr
    refused = dorsale("build", cwd=copied.root)
    assert refused.returncode == 2
    assert f"dorsale reanchor {LOIRE}" in refused.stderr


def test_a_program_gets_what_a_person_sees(copied: Workspace, dorsale: Run) -> None:
    path = copied.documents / f"{LOIRE}.txt"
    edit(path, SENTENCE, "appartient au groupe Axione")
    run = dorsale("reanchor", "--format", "json", cwd=copied.root)
    assert run.returncode == 1
    (one,) = json.loads(run.stdout)
    assert (one["document"], one["changed"], one["settled"], one["written"]) == (LOIRE, True, False, False)
    assert one["standing"] + len(one["quotations"]) == 88
    text = path.read_bytes().decode()
    for quotation in one["quotations"]:
        if now := quotation["now"]:
            assert text[now["start"] : now["end"]] == now["exact"] == quotation["exact"]
            assert now["passage"].endswith(f"/{now['start']}-{now['end']}")
        else:
            assert quotation["outcome"] == "lost"
            assert quotation["nearest"]


def test_a_document_that_is_not_there_ends_with_two(copied: Workspace, dorsale: Run) -> None:
    run = dorsale("reanchor", "loire", cwd=copied.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert LOIRE in run.stderr
