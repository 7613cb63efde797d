"""`flask canary …`: members who are nobody, by whom a leak of addresses shows. See docs/promise.md."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from app.kernel.db import write
from app.kernel.errors import Refusal
from app.people import canaries

canary_group = AppGroup("canary", help="Members who are nobody: mail to one of them shows a leak.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(canary_group)


@canary_group.command("add")
@click.option("--name", required=True, help="A name as a member could have it.")
@click.option("--handle", required=True, help="A handle as a member could have it.")
def add(name: str, handle: str) -> None:
    """Make one. The address comes from standard input, so that it stands in no history of commands."""
    address = sys.stdin.readline().strip()
    try:
        with write():
            canaries.add_canary(name=name, handle=handle, address=address)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo("Added. The site never writes to that address: any mail there is one that it did not send.")


@canary_group.command("count")
def count() -> None:
    """Say how many there are; which ones, nobody is told."""
    click.echo(canaries.count())
