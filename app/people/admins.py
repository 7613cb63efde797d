"""Who runs the site: there is always somebody left to do it."""

from __future__ import annotations

from sqlalchemy import exists, func, select

from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.turns import take_turn
from app.people.models import Identity, Person, PersonRole, Role

LAST_ADMIN = "Nobody else is an admin. Give somebody else the role first."


def is_last_admin(person: Person) -> bool:
    """True where `person` is the only admin who can sign in. Others who ask the same wait until the end."""
    take_turn("admins", 0)
    db.session.refresh(person, ["active", "roles_held"])
    if not person.active or not person.holds(Role.ADMIN):
        return False
    is_let_go = exists().where(Identity.person_id == Person.id, Identity.ended_at.is_not(None))
    others = (
        select(func.count())
        .select_from(PersonRole)
        .join(Person, Person.id == PersonRole.person_id)
        .where(PersonRole.role == Role.ADMIN, Person.active, Person.email.is_not(None), ~is_let_go)
        .where(Person.id != person.id)
    )
    return not db.session.scalar(others)


def check_another_admin(person: Person) -> None:
    """Raise RuleBroken where `person` is the only admin who can sign in."""
    if is_last_admin(person):
        raise RuleBroken(LAST_ADMIN)
