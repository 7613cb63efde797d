"""Processes of a site that can be killed again and again: `python -m tests.support.killable_process`.

It has the site's environment and loads the site once. For each line on standard input it makes a child, says its
number, and "killed" when it has been, or "ended" when it was faster. A line is a JSON array of a command's arguments,
which the child runs; with none it indexes all threads without end, a few in every commit, as the worker itself does.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import NoReturn

from flask import Flask

from app import create_app
from app.config import read_settings
from app.jobs.indexing import apply_pending
from app.kernel.db import write
from app.search import actions

AT_ONCE = 5


def main() -> None:
    """Make a child for each line, until there are no more. Nothing is opened here that a child could inherit."""
    site = create_app(read_settings(dict(os.environ), testing=True))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(site, json.loads(line))
        say(str(child))
        _, status = os.waitpid(child, 0)
        say("killed" if os.waitstatus_to_exitcode(status) == -signal.SIGKILL else "ended")


def say(what: str) -> None:
    """Whoever asked reads one line."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def work(site: Flask, arguments: list[str]) -> NoReturn:
    """Be the child: what it starts in turn, and outlives it, must not keep the lines open."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for line in (sys.stdin, sys.stdout):
        os.dup2(nowhere, line.fileno())
    if arguments:
        site.test_cli_runner().invoke(args=arguments)
    else:
        index_without_end(site)
    os._exit(0)


def index_without_end(site: Flask) -> None:
    """What waits first, and then everything over and over."""
    with site.app_context():
        while True:
            while apply_pending(AT_ONCE):
                pass
            with write():
                actions.mark_all_threads()


if __name__ == "__main__":
    main()
