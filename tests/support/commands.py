"""The site's commands, one after another in one process: `python -m tests.support.commands`, with a site's environment.

Each line on standard input is a JSON object {"arguments", "typed"}; each is answered by a line {"code", "out", "err"}.
So a command costs its own work alone, and not a start of Python with all that the site loads.
"""

from __future__ import annotations

import json
import os
import sys
import traceback

from app import create_app


def main() -> None:
    """Run what each line asks for, until there are no more."""
    # What the site logs goes elsewhere than the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    runner = create_app().test_cli_runner()
    for line in sys.stdin:
        asked = json.loads(line)
        ran = runner.invoke(args=asked["arguments"], input=asked["typed"])
        failed = ""
        if ran.exc_info and not isinstance(ran.exception, SystemExit):
            failed = "".join(traceback.format_exception(*ran.exc_info))
        answers.write(json.dumps({"code": ran.exit_code, "out": ran.stdout, "err": ran.stderr + failed}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
