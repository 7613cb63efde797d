"""What the page of a question says, to one reader, about who helps: in at most three queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.desk import queries, rules
from app.desk.models import Invitation, ReplyTemplate
from app.kernel.db import db
from app.kernel.errors import Refusal
from app.people.models import Person
from app.posts.rules import may_moderate
from app.questions.models import Question

MOST_REPLIES = 100


@dataclass(frozen=True, kw_only=True)
class ThreadDesk:
    """Who is called to a question, and what the reader may do about it.

    `calls` are those the reader may know of: the asker's and the stewards' are all, an expert's is the own one.
    `own` is what the reader as an expert was called by, as long as it is open.
    """

    calls: Sequence[Invitation] = ()
    own: Invitation | None = None
    replies: Sequence[ReplyTemplate] = ()
    has_same_problem: bool = False
    can_share_problem: bool = False
    can_invite: bool = False
    can_assign: bool = False
    can_take: bool = False


NOTHING = ThreadDesk()


def desk_of(question: Question, viewer: Person | None) -> ThreadDesk:
    """Who helps with the question, as `viewer` may know it."""
    if viewer is None:
        return NOTHING
    concerned = viewer.id == question.author_id or viewer.is_expert or may_moderate(viewer)
    calls = queries.invitations_to(question) if concerned else ()
    own = next((call for call in calls if call.expert_id == viewer.id and call.is_open), None)
    return ThreadDesk(
        calls=calls if viewer.id == question.author_id or may_moderate(viewer) else (),
        own=own,
        replies=_replies(viewer),
        # Whoever said so is counted, so that nobody has to be asked about where nobody is.
        has_same_problem=question.same_problem_people > 0 and queries.has_same_problem(viewer, question),
        can_share_problem=_allowed(rules.check_can_share_problem, viewer, question),
        can_invite=_allowed(rules.check_can_invite, viewer, question),
        can_assign=_allowed(rules.check_can_assign, viewer, question),
        can_take=_allowed(rules.check_can_take, viewer, question) and not _is_held(calls),
    )


def _is_held(calls: Sequence[Invitation]) -> bool:
    return any(call.is_open and call.taken_at for call in calls)


def _replies(viewer: Person) -> Sequence[ReplyTemplate]:
    if not viewer.is_expert:
        return ()
    return db.session.scalars(queries.replies_for(viewer).order_by(ReplyTemplate.title).limit(MOST_REPLIES)).all()


def _allowed(check: Callable[[Person, Question], None], person: Person, question: Question) -> bool:
    try:
        check(person, question)
    except Refusal:
        return False
    return True
