"""flask posts: what is done to all posts at once."""

from __future__ import annotations

from dataclasses import dataclass

import click
from flask import Flask
from flask.cli import AppGroup

from app.kernel.db import write
from app.kernel.text import render_many
from app.posts import rerendering
from app.posts.models import Comment, Post

BATCH = 100

posts_group = AppGroup("posts", help="Posts and comments.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(posts_group)


@posts_group.command("render")
def render_again() -> None:
    """Render again what an older renderer wrote, and what could only be shown as it was typed.

    Can be stopped at any time and goes on where it was. Readers and writers are not in its way.
    """
    for kind, name in ((Post, "posts"), (Comment, "comments")):
        result = _render_all(kind, name)
        click.echo(f"Rendered {result.replaced:,} {name}; {result.skipped:,} changed meanwhile.")
        if result.plain:
            click.echo(f"{result.plain:,} of them can only be shown as they were typed.")


@dataclass
class Result:
    """How many were rendered, left because they had changed, and shown as typed."""

    replaced: int = 0
    skipped: int = 0
    plain: int = 0


def _render_all(kind: rerendering.Kind, name: str) -> Result:
    result, last = Result(), 0
    with click.progressbar(length=rerendering.count(kind), label=f"Rendering {name}", show_pos=True) as progress:
        while outdated := rerendering.batch(kind, after=last, limit=BATCH):
            last = outdated[-1].id
            rendered = render_many([one.source for one in outdated])
            with write():
                replaced = rerendering.replace(kind, outdated, rendered)
            result.replaced += replaced
            result.skipped += len(outdated) - replaced
            result.plain += sum(one.fell_back for one in rendered)
            progress.update(len(outdated))
    return result
