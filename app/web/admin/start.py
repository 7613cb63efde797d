"""Where an admin begins: what needs attention, and the way to everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.jobs import doctor
from app.jobs.doctor import Grade
from app.kernel.settings import settings
from app.people import personal
from app.web.admin.door import admin_only

FEW = 5
MOST = 100
# What the start names by itself, with a better way on.
TOLD_HERE = {"Outbox": "/admin/outbox", "Letters": "/admin/outbox", "Topics": "/admin/products"}

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@dataclass(frozen=True)
class Matter:
    """Something that needs attention: what it is, in a sentence, and where one sees to it."""

    says: str
    path: str
    is_fault: bool = False


@blueprint.get("")
@admin_only
def start() -> ResponseReturnValue:
    """What needs attention, the worst first."""
    matters = sorted(_matters(), key=lambda one: not one.is_fault)
    return render_template("admin/start.html", matters=matters)


def _matters() -> Iterator[Matter]:
    for one in doctor.examine(with_mail=False):
        if one.grade is not Grade.GOOD:
            path = TOLD_HERE.get(one.part, "/admin/health")
            yield Matter(f"{one.part}: {one.says}", path, is_fault=one.grade is Grade.FAULT)
    yield from _accounts()
    yield from _pages()


def _accounts() -> Iterator[Matter]:
    ownerless = accounts.accounts_without_owner(MOST)
    if ownerless:
        names = _few([account.name for account in ownerless])
        yield Matter(f"Accounts: nobody in sales looks after {names}.", "/admin/accounts")
    unmapped = accounts.unmapped_domains(company_domains=settings().company_domains)
    if unmapped:
        domains = _few([one.domain for one in unmapped])
        yield Matter(f"Accounts: three members or more have addresses at {domains}, of no account.", "/admin/accounts")


def _pages() -> Iterator[Matter]:
    incomplete = personal.incomplete_employees(MOST)
    if incomplete:
        names = _few([person.name for person, _lacks in incomplete])
        yield Matter(f"People: the page of {names} lacks what makes it a person’s.", "/admin/people")


def _few(names: list[str]) -> str:
    """The first of many names: "Ana, Bo and 4 more"."""
    shown = names[:FEW]
    more = f"{len(names) - FEW} more" if len(names) > FEW else ""
    parts = [*shown, more] if more else shown
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
