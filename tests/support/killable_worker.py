"""A worker that can be killed again and again: `python -m tests.support.killable_worker`, with a site's environment.

For each line on standard input it makes a child, says its number, and says "gone" when it has ended. The child indexes
all threads without end, a few in every commit, by what the worker itself runs.
"""

from __future__ import annotations

import os
import sys

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
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            index_without_end(site)
        say(str(child))
        os.waitpid(child, 0)
        say("gone")


def say(what: str) -> None:
    """Whoever asked reads one line."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


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
