"""
Documents that are tests: what their consoles show is what happens.

A block ``console`` is what a terminal shows: a line that begins with ``$`` is a command, ``>`` its next line, and what
follows is what it prints, on both outputs; ``…`` stands for what is left out, of a line or, alone, of all lines. A
command that prints nothing has to succeed, and none may end with 2, which « … » would hide. A block of another
language, below a line that ends in the path of a file and a colon, is what is put at the end of that file.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from conftest import ROOT

BLOCK = re.compile(
    r"(?P<before>[^\n]*)\n\n?(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)
FILE = re.compile(r"`(?P<path>[\w./-]*\w)`\s?:$")
NARROW = str.maketrans("\u00a0\u202f", "  ")  # nobody sees which space it is
# What commands of documents may call: no Java, which is slow, nor anything that another machine may lack.
TOOLS = ("cat", "cp", "ls", "mkdir", "rm", "sh")


class Command(NamedTuple):
    """A command, and the lines that it is said to print."""

    words: str
    printed: list[str]


class File(NamedTuple):
    """What is written at the end of a file."""

    path: str
    text: str


def steps(document: str) -> Iterator[Command | File]:
    """Yield what a document does, in order."""
    for block in BLOCK.finditer(document):
        text = dedent(block["text"])
        if block["language"] == "console":
            commands: list[Command] = []
            for line in text.splitlines():
                if line.startswith("$ "):
                    commands.append(Command(line[2:], []))
                elif line.startswith("> "):
                    words, printed = commands.pop()
                    commands.append(Command(f"{words}\n{line[2:]}", printed))
                else:
                    commands[-1].printed.append(line)
            yield from commands
        elif named := FILE.search(block["before"]):
            yield File(named["path"], text)


def pattern(printed: list[str]) -> str:
    """Return what fits what a document says that a command prints."""
    lines = (".*" if line == "…" else re.escape(line.translate(NARROW)).replace("…", r"[^\n]*") for line in printed)
    return "(?s)" + r"\n".join(lines) + r"\n?"


def replay(path: Path, folder: Path, home: Path, language: str) -> None:
    """
    Do what a document does in a folder.

    ``home`` is what ``~`` stands for, with the repository as ``~/dorsale``. A command that prints something else than
    the document says is an AssertionError that shows both.
    """
    tools = home / "bin"
    tools.mkdir(parents=True)
    (home / "dorsale").symlink_to(ROOT)
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    (tools / "dorsale").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dorsale "$@"\n')
    (tools / "dorsale").chmod(0o755)
    said = {"HOME": str(home), "PATH": str(tools), "LC_ALL": f"{language}.UTF-8", "PYTHONUTF8": "1"}
    environment = {**os.environ, **said, "PYTHONUNBUFFERED": "1"}  # both outputs in the order of a terminal
    folder.mkdir(exist_ok=True)
    text = path.read_text("utf-8")
    whole = list(steps(text))
    # None is left out because its block is not read.
    assert sum(isinstance(step, Command) for step in whole) == len(re.findall(r"^ *\$ ", text, re.MULTILINE)) > 0
    for step in whole:
        if isinstance(step, File):
            file = folder / step.path
            file.parent.mkdir(exist_ok=True)
            before = f"{file.read_text('utf-8')}\n" if file.exists() else ""
            file.write_text(before + step.text, "utf-8")
            continue
        if step.words.startswith("cd "):
            folder = folder / step.words.removeprefix("cd ")
            continue
        run = subprocess.run(
            step.words,
            shell=True,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        told = f"{path.name}: $ {step.words}\n{run.stdout}"
        assert re.fullmatch(pattern(step.printed), run.stdout.translate(NARROW)), told
        assert run.returncode <= bool(step.printed), told
