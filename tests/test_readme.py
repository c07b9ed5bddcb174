"""What the README shows is what happens."""

import os
import re
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

from dorsale.workspace import Workspace

README = (ROOT / "README.md").read_text("utf-8")


def transcript() -> list[tuple[str, list[str]]]:
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    steps: list[tuple[str, list[str]]] = []
    for line in "".join(blocks).splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        elif line.startswith("> "):
            command, expected = steps[-1]
            steps[-1] = (f"{command}\n{line[2:]}", expected)
        else:
            steps[-1][1].append(line)
    return steps


def test_the_transcript_is_what_the_commands_print(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "dorsale"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dorsale "$@"\n')
    script.chmod(0o755)
    (workspace.root / "tests").symlink_to(ROOT / "tests")
    environment = {**os.environ, "LC_ALL": "en_GB.UTF-8", "PATH": f"{script.parent}:{os.environ['PATH']}"}
    steps = transcript()
    assert len(steps) >= 9
    for command, expected in steps:
        run = subprocess.run(
            command, shell=True, cwd=workspace.root, env=environment, capture_output=True, text=True, check=False
        )
        pattern = r"(?s)" + r"\n".join(r".*" if line == "..." else re.escape(line) for line in expected) + r"\n?"
        assert re.fullmatch(pattern, run.stdout), f"$ {command}\n{run.stdout}{run.stderr}"


def test_every_command_has_its_paragraph_and_every_query_its_folder(built: Workspace) -> None:
    from dorsale.cli import VERBS

    assert re.findall(r"^- \*\*`dorsale (\w+)", README, re.M) == list(VERBS)


def test_ci_runs_the_commands_of_the_readme() -> None:
    for mark in ("run", "test"):
        (command,) = re.findall(rf"<!-- {mark} -->\n```sh\n(.*?)\n```", README)
        assert ".venv/bin/" in command
    assert ".venv/bin/pytest" in command
    assert 'eval "$(command_of test)"' in (ROOT / ".ci" / "run").read_text()


def test_no_link_of_the_readme_is_dead() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
