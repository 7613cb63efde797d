"""flask recount: proves, or repairs, every number that is kept."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask

from app.affinity import proof
from app.desk.counters import COUNTERS as DESK_COUNTERS
from app.jobs import rebuilding
from app.kernel import counters
from app.kernel.db import write
from app.marks.counters import COUNTERS as MARK_COUNTERS
from app.meetings.counters import COUNTERS as MEETING_COUNTERS
from app.posts.counters import COUNTERS as POST_COUNTERS
from app.questions.counters import COUNTERS as QUESTION_COUNTERS
from app.reputation import actions as reputation
from app.reputation import proof as reputation_proof

COUNTERS = (*POST_COUNTERS, *QUESTION_COUNTERS, *MARK_COUNTERS, *DESK_COUNTERS, *MEETING_COUNTERS)


def register(app: Flask) -> None:
    app.cli.add_command(recount)


@click.command("recount")
@click.option("--repair", is_flag=True, help="Write the right numbers instead of only naming the wrong ones.")
def recount(repair: bool) -> None:
    """Compare every kept counter, total and event with what it stands for; exit 1 on a difference."""
    wrong = list(find_differences())
    for difference in wrong:
        click.echo(difference)
    if not wrong:
        click.echo("Every kept number is what it counts.")
    elif repair:
        repair_differences()
        click.echo(f"Repaired {len(wrong):,}.")
    else:
        raise SystemExit(1)


def find_differences() -> Iterator[str]:
    """One sentence for every kept number that is wrong."""
    yield from map(str, counters.find_differences(COUNTERS))
    yield from reputation_proof.differences()
    yield from proof.differences()


def repair_differences() -> None:
    """Make every kept number what it counts."""
    with write():
        counters.repair(COUNTERS)
    with write():
        reputation.repair()
    for _ in rebuilding.rebuild():
        pass  # Each portion is written by itself.
