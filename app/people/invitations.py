"""Invitations to join: links that whoever makes them hands over themselves, so that the site writes to no stranger.

A link is a bearer secret: the database keeps its hash alone. It is used when the address of whoever registered with it
is confirmed, and not before; a role that goes with it is held from that moment on.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import joinedload

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound, RuleBroken
from app.kernel.turns import take_turn
from app.people import actions, audit, rules
from app.people.models import JoinInvitation, PendingJoin, Person, Role
from app.people.tokens import LinkOver

GOOD_FOR = timedelta(days=14)
# An admin makes as many as they need.
MOST_A_QUARTER = 5
QUARTER = timedelta(days=91)
LONGEST_NOTE = 80
KEEP = timedelta(days=365)
INVITATION_OVER = "This invitation does not work any more. One is good for two weeks, and for one person."


class InvitationOver(LinkOver):
    """The invitation was used, withdrawn or is too old, or never was one: the answer is the same."""

    def __init__(self) -> None:
        NotFound.__init__(self, INVITATION_OVER)


def make_invitation(by: Person, role: Role | None, note: str) -> str:
    """Make a link, with a role if `by` is an admin. Returns its token, which is told this once.

    `note` says for whom it is meant; only `by` and the admins read it. Raises NotAllowed for a role by anybody else,
    and RuleBroken where a member has made enough of them.
    """
    if role is not None:
        rules.check_can_administer(by)
    rules.check_takes_part(by)
    take_turn("join invitations", by.id)
    if not by.holds(Role.ADMIN) and left_to(by) == 0:
        raise RuleBroken(f"You have made {MOST_A_QUARTER} invitations in three months. More can go later.")
    token, moment = secrets.token_urlsafe(32), clock.now()
    made = JoinInvitation(
        token_hash=_hash(token),
        made_by_id=by.id,
        role=role.value if role else "",
        note=_clean_note(note),
        made_at=moment,
        good_until=moment + GOOD_FOR,
    )
    db.session.add(made)
    db.session.flush()
    if role is not None:
        audit.note("invitations.made", by=by, invitation=made.id, role=role.value)
    return token


def left_to(person: Person) -> int:
    """How many more a member can make at the moment."""
    rows = select(func.count(JoinInvitation.id)).where(
        JoinInvitation.made_by_id == person.id, JoinInvitation.made_at > clock.now() - QUARTER
    )
    return max(0, MOST_A_QUARTER - (db.session.scalar(rows) or 0))


def withdraw(invitation_id: int, *, by: Person) -> None:
    """End an invitation of one's own, or as an admin anybody's.

    Raises NotFound for others' and for none, RuleBroken for one that is over.
    """
    rows = _with_people().where(JoinInvitation.id == invitation_id)
    if not by.holds(Role.ADMIN):
        rows = rows.where(JoinInvitation.made_by_id == by.id)
    found = db.session.scalar(rows.with_for_update(of=JoinInvitation))
    if found is None:
        raise NotFound
    if not found.is_open:
        raise RuleBroken("This invitation is over already.")
    found.withdrawn_at = clock.now()
    if found.role:
        audit.note("invitations.withdrawn", by=by, about=found.made_by, invitation=found.id, role=found.role)


def last_invitations_of(person: Person, limit: int = 50) -> Sequence[JoinInvitation]:
    """The invitations of `person`, newest first, with who joined by them."""
    rows = _with_people().where(JoinInvitation.made_by_id == person.id)
    return db.session.scalars(rows.order_by(JoinInvitation.id.desc()).limit(limit)).all()


def open_invitations(limit: int = 200) -> Sequence[JoinInvitation]:
    """Everybody's invitations that somebody can still join by, newest first, with who made them: for admins."""
    still = JoinInvitation.used_at.is_(None), JoinInvitation.withdrawn_at.is_(None)
    rows = _with_people().where(*still, JoinInvitation.good_until > clock.now())
    return db.session.scalars(rows.order_by(JoinInvitation.id.desc()).limit(limit)).all()


def open_invitation(token: str) -> JoinInvitation:
    """The invitation of a link, with who made it. Raises InvitationOver unless somebody can join by it."""
    found = db.session.scalar(_with_people().where(JoinInvitation.token_hash == _hash(token)))
    if found is None or not found.is_open or not _may_still_invite(found):
        raise InvitationOver
    return found


def note_registration(person: Person, invitation: JoinInvitation) -> None:
    """`person`, who has not confirmed their address, registered by this invitation: the last one counts."""
    pending = db.session.get(PendingJoin, person.id)
    if pending is None:
        db.session.add(PendingJoin(person_id=person.id, invitation_id=invitation.id))
    else:
        pending.invitation_id = invitation.id


def use_pending(person: Person) -> bool:
    """Use the invitation that `person` registered by, whose address is being confirmed; False where there is none.

    One that has run out since counts as it did when they registered. Raises InvitationOver for one with a role that
    somebody else used meanwhile, or that was withdrawn: whoever was to be an employee is not let in as something else.
    """
    pending = db.session.get(PendingJoin, person.id)
    if pending is None:
        return False
    rows = _with_people().where(JoinInvitation.id == pending.invitation_id)
    invitation = db.session.scalars(rows.with_for_update(of=JoinInvitation)).one()
    db.session.delete(pending)
    if not _was_open(invitation, person.joined_at):
        if invitation.role:
            raise InvitationOver
        return False
    _use(invitation, person)
    return True


def _was_open(invitation: JoinInvitation, at: datetime) -> bool:
    """False also for one that was used or withdrawn later, or whose maker may not invite any more."""
    is_free = invitation.used_at is None and invitation.withdrawn_at is None
    return is_free and invitation.good_until >= at and _may_still_invite(invitation)


def _use(invitation: JoinInvitation, person: Person) -> None:
    invitation.used_at, invitation.used_by = clock.now(), person
    if invitation.role:
        actions.grant_role(person, Role(invitation.role))
        by, number = invitation.made_by, invitation.id
        audit.note("roles.granted", by=by, about=person, role=invitation.role, invitation=number)


def forget_old() -> None:
    """Drop invitations of which nobody needs to know any more.

    Who came by one stays, as it counts for whoever invited them; for whom it was meant is forgotten.
    """
    is_old = JoinInvitation.made_at < clock.now() - KEEP
    db.session.execute(delete(JoinInvitation).where(is_old, JoinInvitation.used_by_id.is_(None)))
    db.session.execute(update(JoinInvitation).where(is_old, JoinInvitation.note != "").values(note=""))


def _with_people() -> Select[JoinInvitation]:
    return select(JoinInvitation).options(joinedload(JoinInvitation.made_by), joinedload(JoinInvitation.used_by))


def _may_still_invite(invitation: JoinInvitation) -> bool:
    """Whoever left, or is no admin any more, gives nothing away."""
    by = invitation.made_by
    return by.active and (not invitation.role or by.holds(Role.ADMIN))


def _clean_note(note: str) -> str:
    note = rules.clean_line(note)
    if len(note) > LONGEST_NOTE:
        raise RuleBroken(f"Keep the note to {LONGEST_NOTE} letters.")
    return note


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
