"""What stewards are told of accounts that more than one person seems to use."""

from __future__ import annotations

from sqlalchemy import select

from app.kernel.db import db
from app.notifications import ledger
from app.notifications.kinds import Kind
from app.notifications.ledger import Cause, key
from app.people.models import PersonRole, Role, SignIn


def settle_two_places(sign_in_id: int) -> None:
    """Stewards are told at most once a day of one account; admins where there is no steward."""
    sign_in = db.session.get(SignIn, sign_in_id)
    if sign_in is None:
        return
    told = dict.fromkeys(stewards() - {sign_in.person_id}, Kind.TWO_PLACES)
    day = sign_in.at.replace(hour=0, minute=0, second=0, microsecond=0)
    name = key("two places", sign_in.person_id, day)
    ledger.tell(None, Cause(key=name, at=sign_in.at, by_id=None, about_id=sign_in.person_id, told=told))


def stewards() -> set[int]:
    """Whoever is told what stewards should know: they, or the admins where there is none."""
    for role in (Role.STEWARD, Role.ADMIN):
        found = set(db.session.scalars(select(PersonRole.person_id).where(PersonRole.role == role)))
        if found:
            return found
    return set()
