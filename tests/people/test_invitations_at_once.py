"""One link and many who use it at the same moment; one member who makes many links at the same moment."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.people import invitations
from app.people.invitations import InvitationOver
from app.people.models import JoinInvitation, Person, PersonRole, Role
from tests.support.at_once import at_once
from tests.support.factories import AdminFactory, PersonFactory

AT_ONCE = 8


def deed_of(deed: Callable[[Person], object], person_id: int) -> Callable[[], object]:
    """The deed as this person does it."""
    return lambda: deed(db.session.get_one(Person, person_id))


def test_a_role_by_one_link_is_held_by_one(app):
    newcomers = [PersonFactory(confirmed=False) for _ in range(AT_ONCE)]
    with write():
        link = invitations.open_invitation(invitations.make_invitation(AdminFactory(), Role.STEWARD, ""))
        for person in newcomers:
            invitations.note_registration(person, link)
    faults = at_once(app, [deed_of(invitations.use_pending, person.id) for person in newcomers])

    assert [type(fault) for fault in faults] == [InvitationOver] * (AT_ONCE - 1)
    holder = db.session.scalars(select(PersonRole.person_id).where(PersonRole.role == Role.STEWARD)).one()
    assert db.session.scalars(select(JoinInvitation.used_by_id)).one() == holder


def test_nobody_makes_more_than_five_at_once(app):
    member = PersonFactory()
    faults = at_once(app, [deed_of(lambda by: invitations.make_invitation(by, None, ""), member.id)] * AT_ONCE)

    assert [type(fault) for fault in faults] == [RuleBroken] * (AT_ONCE - invitations.MOST_A_QUARTER)
    assert sum(one.is_open for one in invitations.last_invitations_of(member)) == invitations.MOST_A_QUARTER
