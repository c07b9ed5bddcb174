"""
From words to one call, and back to words.

One verb is one module, imported when it is asked for, and it imports its room when it is called, so that help and
stored queries start fast. Results go to standard output, all else to standard error. Exit codes: 0 yes or done, 1 the
answer is no, 2 could not.
"""

from __future__ import annotations

import gc
import os
import sys

import click

from dorsale.cli.command import VERBS, dorsale
from dorsale.cli.output import tell
from dorsale.errors import DorsaleError, InvalidGraph, UnwritableFile

__all__ = ["VERBS", "dorsale", "main"]


def main() -> None:
    """Run the command line: the one place where what went wrong becomes an exit code."""
    # What a command makes it keeps until its end: looked through for rubbish now and then, not all the time.
    gc.set_threshold(50_000)
    try:
        dorsale.main(standalone_mode=False)
    except click.exceptions.Exit as asked:
        raise SystemExit(asked.exit_code) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(2) from None
    except click.Abort:
        raise SystemExit(2) from None
    except BrokenPipeError:
        # Who reads has had enough; what Python would still write goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except OSError as error:
        tell(f"dorsale: {UnwritableFile(file=error.filename or '–', reason=error.strerror or error).sentence()}")
        raise SystemExit(2) from None
    except DorsaleError as error:
        if isinstance(error, InvalidGraph):
            from dorsale.cli.report import refused_graph

            tell(refused_graph(error).decode())
        tell(f"dorsale: {error.sentence()}")
        raise SystemExit(2) from None
