"""`flask demo …`: a community to look at, and its removal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import AppGroup

from app.kernel.errors import RuleBroken
from app.kernel.settings import settings

if TYPE_CHECKING:
    from app.cli.demo.loading import Progress
    from app.cli.demo.posts_removal import Others

demo = AppGroup("demo", help="A community to look at: an invented company and its customers.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(demo)


@demo.command("load")
def load() -> None:
    """Load the demo community: 43 people, 80 questions, a year of activity.

    Loading it again changes nothing; a load that was stopped is finished.
    """
    # Imported here: the web server loads every command, and has no use for the demo.
    from app.cli.demo.content import read_community
    from app.cli.demo.loading import load_community
    from app.cli.demo.sign_ins import sign_ins_path

    try:
        is_new = load_community(read_community(), _bar)
    except RuleBroken as refusal:
        raise click.ClickException(f"The demo community does not fit in here, so nothing was loaded: {refusal}")
    if is_new:
        click.echo(f"The demo community is loaded. Sign-ins are in {sign_ins_path(settings().instance)}")
    else:
        click.echo("The demo community is loaded already; nothing was changed.")


@demo.command("remove")
@click.option("--yes", is_flag=True, help="Do not ask, even where others have written below the demo's posts.")
def remove(yes: bool) -> None:
    """Take the demo community away, with everything its people have written.

    What others wrote stays, but for their answers and comments below posts of the demo: those are asked about.
    """
    from app.cli.demo.marks import is_loaded
    from app.cli.demo.removal import others_below, remove_community

    if not is_loaded():
        click.echo("The demo community is not here; nothing was changed.")
        return
    others = others_below()
    if not yes and (others.answers or others.comments):
        click.confirm(_question(others), abort=True)
    remove_community()
    click.echo("The demo community is gone.")


def _question(others: Others) -> str:
    answers, comments = _counted(others.answers, "answer"), _counted(others.comments, "comment")
    return (
        f"Below posts of the demo stand {answers} and {comments} by people who are not of the demo. "
        "They go with those posts. Remove everything?"
    )


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


@contextmanager
def _bar(label: str, length: int) -> Iterator[Progress]:
    with click.progressbar(length=max(length, 1), label=f"{label:<16}", file=sys.stderr) as bar:
        yield bar.update
        bar.finish()
