"""What invitations tell about accounts: that a colleague whom a member invited has joined and taken part."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from app.affinity.ledger import Row, accounts_at, left_out_of, person_key, write_down
from app.kernel.db import db
from app.kernel.settings import settings
from app.kernel.turns import take_turn
from app.people.models import JoinInvitation
from app.posts.models import Post
from app.questions.models import Answer, Question, Visibility

_posts = aliased(Post.__table__, name="written")
_threads = aliased(Post.__table__, name="threads")
_answers = Answer.__table__
_questions = Question.__table__


def settle_authors(question_ids: Iterable[int]) -> None:
    """Follow what became of the posts in these threads, where whoever wrote them had been invited."""
    ids = sorted(set(question_ids))
    below = select(_answers.c.id).where(_answers.c.question_id.in_(ids))
    authors = select(_posts.c.author_id).where(or_(_posts.c.id.in_(ids), _posts.c.id.in_(below)))
    settle(select(JoinInvitation.id).where(JoinInvitation.used_by_id.in_(authors)))


def settle_invited(person_id: int) -> None:
    """Follow that somebody who had been invited has joined."""
    settle(select(JoinInvitation.id).where(JoinInvitation.used_by_id == person_id))


def settle(chosen: Select[int]) -> None:
    """Make the stored events of the chosen invitations agree with what became of them."""
    if not settings().affinity_enabled:
        return
    ids = sorted(set(db.session.scalars(chosen)))
    if not ids:
        return
    for invitation_id in ids:
        take_turn("affinity of invitations", invitation_id)
    desired = desired_rows(ids)
    for invitation_id in ids:
        write_down(source_of(invitation_id), desired.get(invitation_id))


def desired_rows(invitation_ids: Collection[int]) -> dict[int, Row]:
    """What should be stored of these invitations, by id: those of members, once whoever came has written in public.

    It is of the day of that first post, and for the company that whoever invited them belonged to then.
    """
    rows = select(JoinInvitation.id, JoinInvitation.made_by_id, JoinInvitation.used_by_id)
    used = rows.where(JoinInvitation.id.in_(invitation_ids), JoinInvitation.used_by_id.is_not(None))
    invitations = [(number, made_by, used_by) for number, made_by, used_by in db.session.execute(used) if used_by]
    inviting = {made_by for _, made_by, _ in invitations}
    first, account_at, left_out = (
        first_posts({by for *_, by in invitations}),
        accounts_at(inviting),
        left_out_of(inviting),
    )
    found = {}
    for invitation_id, made_by, used_by in invitations:
        at = first.get(used_by)
        account_id = account_at(made_by, at) if at is not None else None
        if at is not None and account_id is not None and made_by not in left_out:
            key = person_key(made_by)
            found[invitation_id] = Row(None, source_of(invitation_id), "invite_joined", at, account_id, key, None)
    return found


def first_posts(person_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these people first wrote what everybody can read now; people without such a post are left out."""
    rows = (
        select(_posts.c.author_id, func.min(func.coalesce(_questions.c.asked_at, _posts.c.created_at)))
        .outerjoin(_answers, _answers.c.id == _posts.c.id)
        .outerjoin(_questions, _questions.c.id == _posts.c.id)
        .join(_threads, _threads.c.id == func.coalesce(_answers.c.question_id, _posts.c.id))
        .where(_posts.c.author_id.in_(person_ids), _posts.c.deleted_at.is_(None), _threads.c.deleted_at.is_(None))
        .where(_threads.c.id.in_(select(_questions.c.id).where(_questions.c.visibility == Visibility.PUBLIC)))
        .group_by(_posts.c.author_id)
    )
    return {person_id: at for person_id, at in db.session.execute(rows)}


def source_of(invitation_id: int) -> str:
    """The name of the event of an invitation among all sources."""
    return f"invitation:{invitation_id}"
