"""`flask audit …`: prove that the trail is as it was written, and that members are shown the looks that it tells of."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import func, select

from app.affinity import look_proof
from app.kernel.db import db
from app.people import audit, trail_proof
from app.people.models import AuditEntry

SEAL = re.compile("[0-9a-f]{64}")

audit_group = AppGroup("audit", help="The trail of what was done in office.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(audit_group)


def _seal(context: click.Context, option: click.Parameter, noted: str | None) -> str:
    """The seal alone: a seal that was noted in part must not read as an entry that was taken away."""
    if noted is None:
        return ""
    seal = noted.split()[-1].lower() if noted.strip() else ""
    if not SEAL.fullmatch(seal):
        raise click.BadParameter("A seal is 64 digits and letters from a to f; its number may stand before it.")
    return seal


@audit_group.command("verify")
@click.option("--from", "since", type=click.IntRange(1), help="Begin at this entry; default: at the first.")
@click.option(
    "--head", "seal", callback=_seal, help="A seal that was noted earlier, from /promise or `flask audit head`."
)
def verify(since: int | None, seal: str) -> None:
    """Prove every entry, and what members are shown of looks at reports; exit 1 with the first that is not right.

    Exit 2 where nothing was proved: --from is beyond the end, or --head is no seal.
    """
    broken = trail_proof.first_broken(since=since, seal=seal) or look_proof.first_unlike(since=since)
    if broken is not None:
        click.echo(str(broken))
        raise SystemExit(1)
    _refuse_beyond_end(since)
    count = db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.id >= (since or 0))) or 0
    click.echo(f"{count:,} {'entry is' if count == 1 else 'entries are'} as written, and none is missing.")
    for line in _about_looks(since):
        click.echo(line)


def _refuse_beyond_end(since: int | None) -> None:
    """Nothing is proved by entries that there are not, so a slip of the number must not read as a proof."""
    last = audit.head()
    if since is not None and (last is None or since > last.entry_id):
        end = f"The trail ends with entry {last.entry_id}." if last else "The trail is empty."
        raise click.BadParameter(f"There is no entry {since}. {end}", param_hint="'--from'")


def _about_looks(since: int | None) -> Iterator[str]:
    shown, older = look_proof.how_many_shown(since)
    if shown:
        looks = "1 look at a report is" if shown == 1 else f"{shown:,} looks at reports are"
        yield f"{looks} shown to members as the trail tells, and none is hidden from them."
    if older:
        looks = "1 look is" if older == 1 else f"{older:,} looks are"
        yield f"{looks} older than the first that the trail tells of, and cannot be proved."


@audit_group.command("head")
def head() -> None:
    """Print where the trail ends: the number and the seal of the newest entry. Note it where nobody here can reach."""
    last = audit.head()
    if last is None:
        click.echo("The trail is empty.")
    else:
        click.echo(f"{last.entry_id} {last.seal}")
