"""The workspace for assistants, asked over standard input and output by the client of the SDK."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from conftest import ROOT, Run, copy_workspace
from jsonschema import Draft202012Validator
from mcp import Client, ClientSession, MCPError, StdioServerParameters, stdio_client

from dorsale import open_workspace
from dorsale.api import OpenWorkspace
from dorsale.graph.queries import LITERALS
from dorsale.mcp.tools import Tools
from dorsale.names import BASE
from dorsale.workspace import Workspace

HOSTILE = [
    "",
    " ",
    "'; DROP ALL; --",
    '") } INSERT DATA { <a:b> <a:c> <a:d> } #',
    "../../dorsale.toml",
    "<http://example.org/a> <b>",
    "http://example.org/ a\n}",
    "\x00\x1b[31m\u202e",
    "NEAR(a b) OR *",
    "{words}%s{0}",
    "🛰" * 250,
    "--xyzzy",
]


def command(root: Path, language: str = "en") -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "dorsale", "mcp", "-w", str(root)],
        env={"LC_ALL": f"{language}.UTF-8", "PYTHONUTF8": "1"},
    )


class Asked:
    """A client whose calls wait, so that tests read as a conversation."""

    def __init__(self, portal: Any, client: Client) -> None:
        self._portal, self.client = portal, client

    def raw(self, tool: str, **arguments: Any) -> Any:
        return self._portal.call(self.client.call_tool, tool, arguments)

    def __call__(self, tool: str, **arguments: Any) -> Any:
        result = self.raw(tool, **arguments)
        assert not result.is_error, result.content[0].text
        assert json.loads(result.content[0].text) == result.structured_content
        return result.structured_content

    def refused(self, tool: str, **arguments: Any) -> str:
        result = self.raw(tool, **arguments)
        assert result.is_error
        text = str(result.content[0].text)
        assert "Traceback" not in text
        return text

    def tools(self) -> dict[str, Any]:
        return {tool.name: tool for tool in self._portal.call(self.client.list_tools).tools}


@contextmanager
def talking(root: Path) -> Iterator[Asked]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(stdio_client(command(root)))) as client,
    ):
        yield Asked(portal, client)


@pytest.fixture(scope="module")
def ask(built: Workspace) -> Iterator[Asked]:
    with talking(built.root) as asked:
        yield asked


@pytest.fixture(scope="module")
def opened(built: Workspace) -> OpenWorkspace:
    return open_workspace(built.root, "en")


def cited(answer: Any, built: Workspace) -> dict[int, Any]:
    """Return the passages of an answer by number, each read again in its document."""
    for passage in answer["passages"]:
        file = built.documents / f"{passage['document'].rsplit('/', 1)[-1]}.txt"
        assert file.read_text("utf-8")[passage["start"] : passage["end"]] == passage["exact"]
        assert passage["title"]
    numbers = {passage["number"]: passage for passage in answer["passages"]}
    assert list(numbers) == list(range(1, len(numbers) + 1))
    assert all(other in numbers for passage in numbers.values() for other in passage.get("readWith", ()))
    return numbers


def test_the_tools_only_read_and_say_what_they_take(ask: Asked, opened: OpenWorkspace) -> None:
    tools = ask.tools()
    assert set(tools) == {"list_questions", "describe_question", "ask", "find", "explain", "why"}
    for tool in tools.values():
        Draft202012Validator.check_schema(tool.input_schema)
        assert tool.description
        assert (tool.annotations.read_only_hint, tool.annotations.open_world_hint) == (True, False)
        assert all(one.get("description") for one in tool.input_schema["properties"].values())
    assert tools["ask"].input_schema["properties"]["question"]["enum"] == list(opened.queries)
    assert "passages" in (ask.client.instructions or "")


def test_every_question_is_listed_with_its_parameters(ask: Asked, opened: OpenWorkspace) -> None:
    answer = ask("list_questions")
    listed = {one["question"]: one for one in answer["questions"]}
    assert listed.keys() == opened.queries.keys()
    assert answer["count"] == len(listed)
    assert listed["delegations"]["parameters"] == ["grantor", "delegatee", "territory", "active-on"]
    about_money = {one["question"] for one in ask("list_questions", subject="money")["questions"]}
    assert about_money == {name for name, one in listed.items() if "money" in one["subjects"]} != set()
    assert "money" in ask.refused("list_questions", subject="moeny")


def test_the_schema_of_parameters_comes_from_the_header_and_its_choices_are_taken(ask: Asked) -> None:
    described = ask("describe_question", question="delegations")
    schema = described["parameters"]
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["active-on"] == {"type": "string", "format": "date", "description": "in force on"}
    assert "granting authority" in schema["properties"]["grantor"]["description"]
    assert described["columns"]["contract"] == "the contract"
    choices = schema["properties"]["delegatee"]["anyOf"][0]["enum"]
    assert "THD42 exploitation" in choices
    for choice in choices:
        assert ask("ask", question="delegations", parameters={"delegatee": choice})["count"] > 0
    assert ask("describe_question", question="largest-sums")["parameters"]["properties"]["minimum"]["type"] == "number"
    many = ask("describe_question", question="passages")["parameters"]["properties"]["thing"]
    assert "anyOf" not in many
    assert "by label" in many["description"]


@pytest.mark.parametrize("question", ["network-owners", "group-networks", "rates-checked", "other-funders", "passages"])
def test_rows_and_their_passages_are_those_of_the_api(
    ask: Asked, opened: OpenWorkspace, built: Workspace, question: str
) -> None:
    answer = ask("ask", question=question, limit=5)
    expected = opened.answer(question, limit=5)
    numbers = cited(answer, built)
    assert answer["count"] == expected["count"] > 0
    assert len(answer["rows"]) == min(5, answer["count"])
    for row, told in zip(answer["rows"], expected["rows"], strict=True):
        assert row.keys() - {"evidenceCount"} == told.keys()
        assert [numbers[one]["iri"] for one in row["evidence"]] == [one["passage"] for one in told["evidence"]][:8]
        assert [row[name] is None for name in row if name != "evidenceCount"] == [told[name] is None for name in told]


def test_values_that_hold_jointly_are_one_row(ask: Asked) -> None:
    (row,) = ask("ask", question="other-funders", parameters={"funder": "Europe"})["rows"]
    assert [one["words"] for one in row["funder"]] == ["État", "Europe", "Région Languedoc-Roussillon"]
    assert row["computed"] == 950_000


def test_a_question_and_its_parameters_go_by_either_name(ask: Asked) -> None:
    english = ask("ask", question="network-owners", parameters={"network": "THD42"})
    french = ask("ask", question="proprietaires-des-reseaux", parameters={"reseau": f"{BASE}network/thd42"})
    assert english == french
    assert {row["network"]["words"] for row in english["rows"]} == {"Réseau THD42"}
    assert ask("ask", question="largest-sums", parameters={"minimum": 20_000_000.5})["count"] > 0


def test_what_no_document_says_is_null_and_the_documents_are_named(ask: Asked, opened: OpenWorkspace) -> None:
    answer = ask("ask", question="network-owners", parameters={"network": "THD42"})
    assert answer["rows"][0]["owner"] is None
    assert "no document says so" in answer["notes"][0]
    nothing = ask("ask", question="disagreements")
    assert (nothing["rows"], nothing["count"]) == ([], 0)
    unsaid = ask("why", thing="THD42", property="owner")
    assert (unsaid["facts"], unsaid["count"]) == ([], 0)
    for said in (answer, nothing, unsaid):
        assert all(title in said["notes"][0] for title in opened.documents.values())


def test_a_long_answer_is_cut_and_says_how_many_rows_there_are(ask: Asked, built: Workspace) -> None:
    answer = ask("ask", question="passages", limit=3)
    assert len(answer["rows"]) == 3
    assert any(f"3 of {answer['count']:,}" in note for note in answer["notes"])
    sources = ask("ask", question="sources")
    row = max(sources["rows"], key=lambda row: row.get("evidenceCount", 0))
    assert len(row["evidence"]) == 8 < row["evidenceCount"] == row["passages"]
    cited(sources, built)
    known = ask("explain", thing="Loire", limit=2)
    assert sum(len(group["facts"]) for group in known["groups"]) == 2 < known["count"]
    assert any("2 of" in note for note in known["notes"])


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", {"question": "network-owner"}, "network-owners"),
        ("ask", {"question": "who owns the networks"}, "Who owns each network"),
        ("ask", {"question": "network-owners", "parameters": {"netwrok": "THD42"}}, "--network"),
        ("ask", {"question": "network-owners", "parameters": {"network": "THD43"}}, "THD42"),
        ("ask", {"question": "delegations", "parameters": {"active-on": "yesterday"}}, "describe_question"),
        ("ask", {"question": "delegations", "parameters": {"active-on": "2025-02-30"}}, "2025-02-30"),
        ("ask", {"question": "groups", "parameters": {"limit": 3, "self": "a", "name": "b"}}, "--group"),
        ("ask", {"question": "groups", "parameters": {"group": ["Axione"]}}, "not of type"),
        ("ask", {"question": "groups", "parameters": "Axione"}, "not of type 'object'"),
        ("ask", {"question": "groups", "limit": 0}, "minimum"),
        ("ask", {"question": "groups", "limit": 10_000}, "maximum"),
        ("ask", {"question": "groups", "sparql": "DROP ALL"}, "sparql"),
        ("ask", {"question": 5}, "not of type 'string'"),
        ("ask", {"question": "a" * 100_000}, "too long"),
        ("ask", {}, "required"),
        ("describe_question", {"question": "nothing-of-ours"}, "actors"),
        ("find", {"words": "fibre", "kinds": ["network"]}, "passage"),
        ("explain", {"thing": "réseau THD43"}, "THD42"),
        ("explain", {"thing": "Mende"}, "actor:commune-de-mende"),
        ("why", {"thing": "THD42", "property": "oparator"}, "operator"),
    ],
)
def test_what_cannot_be_answered_says_what_to_do(ask: Asked, tool: str, arguments: dict[str, Any], told: str) -> None:
    text = ask.refused(tool, **arguments)
    assert told in text
    assert len(text) < 2_000


def test_an_unknown_tool_is_an_error_of_the_protocol(ask: Asked) -> None:
    with pytest.raises(MCPError, match="drop_all"):
        ask.raw("drop_all")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_change_nothing_and_find_nothing(ask: Asked, words: str) -> None:
    before = ask("ask", question="groups")
    calls: list[tuple[str, dict[str, Any]]] = [
        ("ask", {"question": words}),
        ("ask", {"question": "groups", "parameters": {"group": words}}),
        ("ask", {"question": "groups", "parameters": {words: "Axione"}}),
        ("explain", {"thing": words}),
        ("why", {"thing": "THD42", "property": words}),
        ("why", {"thing": "THD42", "property": "operator", "value": words}),
        ("find", {"words": words}),
    ]
    for tool, arguments in calls:
        result = ask.raw(tool, **arguments)
        assert "Traceback" not in result.content[0].text
        assert result.is_error or not (result.structured_content.get("facts") or result.structured_content.get("found"))
    assert ask("ask", question="groups") == before


def test_find_finds_what_the_api_finds_and_cites_passages(ask: Asked, opened: OpenWorkspace, built: Workspace) -> None:
    answer = ask("find", words="fibre optique", limit=10)
    expected = opened.find("fibre optique", limit=10)
    numbers = cited(answer, built)
    assert [numbers[one["passage"]]["iri"] if "passage" in one else one["iri"] for one in answer["found"]] == [
        one.iri for one in expected
    ]
    passages = ask("find", words="fibre", kinds=["passage"], limit=2)
    assert [one["kind"] for one in passages["found"]] == ["passage", "passage"]
    numbers = cited(passages, built)
    assert all("fibr" in numbers[one["passage"]]["exact"].lower() for one in passages["found"])
    assert "more" in passages["notes"][0]
    assert ask("find", words="xyzzyxyzzy")["found"] == []


def test_explain_and_why_lead_to_the_sentences(ask: Asked, opened: OpenWorkspace, built: Workspace) -> None:
    known = ask("explain", thing="THD42")
    expected = opened.explain("THD42")
    assert known["thing"] == expected["thing"]
    assert [group["group"] for group in known["groups"]] == [group["group"] for group in expected["groups"]]
    assert known["count"] == sum(len(group["lines"]) for group in expected["groups"])
    assert cited(known, built)
    why = ask("why", thing="THD42", property="operator")
    numbers = cited(why, built)
    stated = [numbers[one["passage"]]["exact"] for one in why["facts"][0]["stated"]]
    assert "L’exploitation du réseau THD42" in stated
    derived = ask("why", thing="Contrat SIEL-TE – THD42 exploitation (2016)", property="computedEndsOn")
    assert derived["facts"][0]["rule"]["name"] == "computed-ends-on"
    assert derived["facts"][0]["premises"]
    assert cited(derived, built)


def test_a_fact_that_does_not_hold_is_answered_with_what_they_say_instead(ask: Asked) -> None:
    answer = ask("why", thing="THD42", property="operator", value="Axione")
    assert (answer["facts"], answer["count"], answer["insteadCount"]) == ([], 0, 1)
    assert answer["instead"][0]["fact"]["object"]["words"] == "THD42 exploitation"


def test_calls_at_once_are_all_answered(built: Workspace) -> None:
    async def at_once() -> list[Any]:
        async with Client(stdio_client(command(built.root))) as client:
            calls = [client.call_tool("find", {"words": words}) for words in ("fibre", "Loire", "Axione")]
            calls.append(client.call_tool("ask", {"question": "groups"}))
            return await asyncio.gather(*calls)

    results = asyncio.run(at_once())
    assert [bool(result.structured_content.get("found") or result.structured_content.get("rows")) for result in results]
    assert not any(result.is_error for result in results)


def test_a_client_of_an_earlier_protocol_is_answered_in_french(built: Workspace) -> None:
    async def talk() -> tuple[Any, Any]:
        async with (
            stdio_client(command(built.root, "fr")) as (reading, writing),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            return await session.list_tools(), await session.call_tool("ask", {"question": "groupes"})

    tools, answer = asyncio.run(talk())
    assert "question enregistrée" in next(tool for tool in tools.tools if tool.name == "ask").description
    assert answer.structured_content["columns"]["group"] == "le groupe"


def test_a_new_dataset_is_noticed_and_changed_files_are_said(workspace: Workspace) -> None:
    with talking(workspace.root) as ask:
        assert "notes" not in ask("ask", question="groups")
        current = workspace.dataset / "current"
        old = workspace.dataset / current.read_text().strip()
        shutil.copytree(old, workspace.dataset / "build-next")
        current.write_text("build-next\n")
        shutil.rmtree(old)
        assert any("made anew" in note for note in ask("ask", question="groups")["notes"])
        assert "notes" not in ask("find", words="Axione", kinds=["thing"])
        facts = next(workspace.facts.glob("*.trig"))
        facts.write_text(facts.read_text("utf-8") + "\n# more\n", "utf-8")
        answer = ask("ask", question="groups")
        assert answer["count"] == 2
        assert any("dorsale build" in note for note in answer["notes"])
        shutil.rmtree(workspace.dataset)
        assert "dorsale build" in ask.refused("ask", question="groups")


def test_a_wrong_header_is_told_with_its_line_and_the_others_answer(workspace: Workspace) -> None:
    (workspace.queries / "broken.rq").write_text("#+ nom: casse\n#+ title: x\nSELECT * { ?s ?p ?o }\n")
    with talking(workspace.root) as ask:
        assert "enum" not in ask.tools()["ask"].input_schema["properties"]["question"]
        assert "broken.rq" in ask.refused("list_questions")
        assert ask("ask", question="groups")["count"] == 2


WORDS = {"date": "31 January 2020", "duration": "15 years"}


@pytest.mark.parametrize("kind", sorted(LITERALS))
def test_a_value_of_every_type_is_described_with_its_default_and_taken(workspace: Workspace, kind: str) -> None:
    value = {"integer": 3, "decimal": 2.5, "date": "2020-01-31", "year": "2005", "duration": "P15Y"}.get(kind, "any")
    default = f"default: {json.dumps(str(value))}"
    parameters = f"given: {{type: {kind}, fr: donné, en: given, {default}}}"
    header = (
        f"#+ nom: donne\n#+ title: {{fr: a, en: a}}\n#+ question: {{fr: a, en: a}}\n#+ parameters: {{{parameters}}}\n"
    )
    text = f"{header}#+ columns: [given]\n#+ tags: [actor]\nSELECT ?given WHERE {{ VALUES (?given) {{ (UNDEF) }} }}\n"
    (workspace.queries / "given.rq").write_text(text, "utf-8")
    tools = Tools(workspace.root)
    schema = tools.call("describe_question", {"question": "given"})["parameters"]["properties"]["given"]
    Draft202012Validator(schema).validate(schema["default"])
    assert schema["default"] == value
    for given in ({}, {"given": value}):
        (row,) = tools.call("ask", {"question": "given", "parameters": given})["rows"]
        assert row["given"] in (value, {"value": value, "words": WORDS.get(kind)})


def server(root: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "dorsale", "mcp", "-w", str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "en.UTF-8", "PYTHONUTF8": "1"},
    )


def message(number: int, method: str, **parameters: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}).encode() + b"\n"


HELLO = message(
    1, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "a test", "version": "1"}
)
READY = b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n'


def test_nothing_but_the_protocol_is_on_standard_output(workspace: Workspace) -> None:
    (workspace.facts / "stale.trig").write_text("# makes the dataset stale, which commands tell\n")
    noise = [b"not json\n", b'{"jsonrpc": "2.0", "id": 3, "method": "tools/call"}\n', b"\xff\xfe\x00\n"]
    surrogate = (
        b'{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"find","arguments":{"words":"\\ud800"}}}\n'
    )
    with server(workspace.root) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(HELLO + READY + b"".join(noise) + surrogate)
        process.stdin.write(message(5, "tools/call", name="ask", arguments={"question": "groups"}))
        process.stdin.flush()
        answers: dict[Any, Any] = {}
        while 5 not in answers:
            answer = json.loads(process.stdout.readline())
            assert answer["jsonrpc"] == "2.0"
            answers[answer.get("id")] = answer
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait(10) == 0
    assert answers[5]["result"]["structuredContent"]["count"] == 2
    assert "error" in answers[3]


def test_a_client_that_goes_away_ends_the_server_quietly(built: Workspace) -> None:
    with server(built.root) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(HELLO + READY)
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(message(2, "tools/call", name="ask", arguments={"question": "passages", "limit": 200}))
        process.stdin.close()
        assert process.wait(10) == 0
        assert b"Traceback" not in process.stderr.read()


def test_without_a_client_it_ends_at_once(built: Workspace) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "dorsale", "mcp", "-w", str(built.root)], input=b"", capture_output=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, b"")


def test_without_a_dataset_or_a_workspace_it_does_not_begin(dorsale: Run, tmp_path: Path) -> None:
    copy_workspace(tmp_path / "new")
    run = dorsale("mcp", "-w", tmp_path / "new")
    assert (run.returncode, run.stdout) == (2, "")
    assert "dorsale build" in run.stderr
    run = dorsale("mcp", "-w", tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert "Traceback" not in run.stderr


def test_without_the_extra_it_says_what_to_install(built: Workspace) -> None:
    script = (
        "import sys; sys.modules['mcp'] = None; sys.argv = ['dorsale', 'mcp']; from dorsale.cli import main; main()"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=built.root, check=False)
    assert (run.returncode, run.stdout) == (2, "")
    assert "pip install 'dorsale[mcp]'" in run.stderr


def test_the_answer_of_the_page_is_what_is_answered(ask: Asked) -> None:
    page = (ROOT / "docs" / "mcp.md").read_text("utf-8")
    asked = json.loads(page.split("`ask` with `")[1].split("` is answered")[0])
    assert ask("ask", **asked) == json.loads(page.split("<!-- answer -->\n```json\n")[1].split("```")[0])
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == set(ask.tools())
