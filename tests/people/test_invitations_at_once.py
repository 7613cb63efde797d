"""One link and many who use it at the same moment; one member who makes many links at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from flask import Flask
from sqlalchemy import select

from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.people import invitations
from app.people.invitations import InvitationOver
from app.people.models import JoinInvitation, Person, PersonRole, Role
from tests.support.factories import AdminFactory, PersonFactory

AT_ONCE = 8


def all_at_once(site: Flask, deed: Callable[[Person], object], people: Sequence[int]) -> list[Exception]:
    """Do the deed as each of these people, in a thread and a transaction of its own."""
    db.session.rollback()
    faults: list[Exception] = []
    start = threading.Barrier(len(people))

    def act(person_id: int) -> None:
        with site.app_context():
            start.wait()
            try:
                with write():
                    deed(db.session.get_one(Person, person_id))
            except Exception as fault:  # noqa: BLE001 - whatever goes wrong is what the test looks for
                faults.append(fault)

    threads = [threading.Thread(target=act, args=[person_id]) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def test_a_role_by_one_link_is_held_by_one(app):
    newcomers = [PersonFactory(confirmed=False) for _ in range(AT_ONCE)]
    with write():
        link = invitations.open_invitation(invitations.make_invitation(AdminFactory(), Role.STEWARD, ""))
        for person in newcomers:
            invitations.note_registration(person, link)
    faults = all_at_once(app, invitations.use_pending, [person.id for person in newcomers])

    assert [type(fault) for fault in faults] == [InvitationOver] * (AT_ONCE - 1)
    holder = db.session.scalars(select(PersonRole.person_id).where(PersonRole.role == Role.STEWARD)).one()
    assert db.session.scalars(select(JoinInvitation.used_by_id)).one() == holder


def test_nobody_makes_more_than_five_at_once(app):
    member = PersonFactory()
    faults = all_at_once(app, lambda by: invitations.make_invitation(by, None, ""), [member.id] * AT_ONCE)

    assert [type(fault) for fault in faults] == [RuleBroken] * (AT_ONCE - invitations.MOST_A_QUARTER)
    assert sum(one.is_open for one in invitations.last_invitations_of(member)) == invitations.MOST_A_QUARTER
