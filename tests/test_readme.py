"""What the README shows is what happens."""

import re
from pathlib import Path

from conftest import ROOT
from transcripts import replay

from dorsale.workspace import Workspace

README = (ROOT / "README.md").read_text("utf-8")


def test_the_transcript_is_what_the_commands_print(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.root / "tests").symlink_to(ROOT / "tests")
    replay(ROOT / "README.md", workspace.root, tmp_path / "home", "en_GB")


def test_the_path_of_a_fact_is_what_the_commands_print(built: Workspace, tmp_path: Path) -> None:
    replay(ROOT / "docs" / "architecture.md", built.root, tmp_path / "home", "en_GB")


def test_every_command_has_its_paragraph_and_every_query_its_folder(built: Workspace) -> None:
    from dorsale.cli import VERBS

    assert re.findall(r"^- \*\*`dorsale (\w+)", README, re.M) == list(VERBS)


def test_ci_runs_the_commands_of_the_readme() -> None:
    for mark in ("run", "test"):
        (command,) = re.findall(rf"<!-- {mark} -->\n```sh\n(.*?)\n```", README)
        assert ".venv/bin/" in command
    assert ".venv/bin/pytest" in command
    assert 'eval "$(command_of test)"' in (ROOT / ".ci" / "run").read_text()
