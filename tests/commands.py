"""
Commands in processes that end when a test says so.

A process that has imported everything, and opened no dataset, makes a copy of itself for each command: a command takes
milliseconds, and can be killed hundreds of times. This file is both ends: the process, and the test's side of it.
"""

import errno
import fcntl
import importlib
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

# What changes the disk. Python tells of each before it does it, but for fsync.
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "fcntl.flock", "os.fsync"}
TAKES_ROOM = {"open", "os.mkdir", "os.fsync"}
WRITING = os.O_WRONLY | os.O_RDWR


class Ended(NamedTuple):
    """How a command ended: its exit code, negative for a signal, what it said, and how long it took."""

    status: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def killed(self) -> bool:
        return self.status == -signal.SIGKILL


class Commands:
    """The test's side: runs commands one after the other."""

    def __init__(self) -> None:
        environment = {**os.environ, "LC_ALL": "en_GB.UTF-8", "PYTHONUTF8": "1", "PATH": ""}  # no Java: it is slow
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def run(
        self,
        *words: str | Path,
        cwd: Path,
        at: int | None = None,
        after: float | None = None,
        full: int | None = None,
        room: int | None = None,
    ) -> Ended:
        """
        Run a command.

        It is killed just before its change ``at`` of the disk, or ``after`` seconds. From its change ``full`` on, the
        disk is. No file has more than ``room`` bytes.
        """
        when = {"at": at, "after": after, "full": full, "room": room}
        asked = {"words": [*map(str, words)], "cwd": str(cwd), **when}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return Ended(*json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        self.process.communicate()


def main() -> None:
    """Answer each line of standard input, a command, with a line, how it ended."""
    before = set(sys.modules)
    for line in sys.stdin:
        asked = json.loads(line)
        begun, pipes = time.monotonic(), [os.pipe(), os.pipe(), os.pipe()]
        for _, end in pipes:
            fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 1 << 20)  # all that a command says fits: nobody reads while it runs
        if (child := os.fork()) == 0:
            command(asked, *(end for _, end in pipes))
        for _, end in pipes:
            os.close(end)
        if asked["after"] is not None:
            time.sleep(asked["after"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        seconds = time.monotonic() - begun
        stdout, stderr, imported = (os.fdopen(end, encoding="utf-8").read() for end, _ in pipes)
        for name in {*imported.split()} - before:  # the next command finds it imported
            importlib.import_module(name)
        print(json.dumps([os.waitstatus_to_exitcode(status), stdout, stderr, seconds]), flush=True)


def command(asked: Any, stdout: int, stderr: int, imported: int) -> None:
    """Run a command in this process, and end it."""
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    os.chdir(asked["cwd"])
    if asked["room"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["room"], asked["room"]))
    watch(asked["at"], asked["full"])
    sys.argv = ["dorsale", *asked["words"]]
    from dorsale.cli import main as dorsale

    status = 0
    try:
        dorsale()
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 70
    sys.stdout.flush()
    sys.stderr.flush()
    names = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None)]
    # A command that works in a child of its own comes here twice.
    os.write(imported, "".join(f"{name}\n" for name in names if name.split(".")[0] in LIBRARIES).encode())
    os._exit(status)


LIBRARIES = ("dorsale", "click", "rich", "rdflib", "pyshacl", "owlready2", "yaml", "pyoxigraph")


def watch(kill: int | None, full: int | None) -> None:
    """Kill this process just before it changes the disk for the n-th time, or let the disk be full from then on."""
    changes, synced = 0, os.fsync

    def changing(event: str, args: tuple[Any, ...]) -> None:
        nonlocal changes
        if event in CHANGES or (event == "open" and isinstance(args[2], int) and args[2] & WRITING):
            changes += 1
            if changes == kill:
                os.kill(os.getpid(), signal.SIGKILL)
            if full is not None and changes >= full and event in TAKES_ROOM:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fsync(handle: Any) -> None:
        # The names of a folder take no room: they were there when the file was made.
        changing("os.fsync" if stat.S_ISREG(os.fstat(handle).st_mode) else "os.rename", ())
        synced(handle)

    os.fsync = fsync  # type: ignore[assignment]
    sys.addaudithook(changing)


if __name__ == "__main__":
    main()
