"""Members who are nobody, with addresses that are used nowhere else: mail to one of them shows a leak.

They look like every other member in the database. The site writes them no letter, counts them for no company, lists
them nowhere, and nobody has a password for them.
"""

from __future__ import annotations

from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.people import audit
from app.people.actions import NewPerson, add_person
from app.people.models import Canary, Person


def add_canary(*, name: str, handle: str, address: str) -> Person:
    """Make a canary. Raises RuleBroken for a name, a handle or an address that no member could have.

    The trail says that one was added, and not which, as a thief who reads it must not learn whom to leave out.
    """
    if not address:
        # People without one are left over from an import; a canary is nothing but its address.
        raise RuleBroken("Enter the address of the canary.")
    new = NewPerson(name=name, handle=handle, address=address, password_hash=None)
    person = add_person(new, brands=settings().brand_names)
    person.confirmed_at = clock.now()
    db.session.add(Canary(person_id=person.id))
    audit.note("canaries.added", by=None)
    return person


def count() -> int:
    """How many canaries there are."""
    return db.session.scalar(select(func.count(Canary.person_id))) or 0
