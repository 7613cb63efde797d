"""What earns reputation at this moment beside votes: accepted answers, corrections that thank, and invitations.

What was imported earned its points where it was written: an answer that came accepted earns nothing here. What was
deleted, stands in a deleted thread or is said in confidence earns nothing. No more does what people of one company
accept of each other, or a colleague's thanks: as with votes, it would turn head-count into rank.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.accounts import tree
from app.accounts.models import Membership
from app.kernel.db import db
from app.marks.models import Correction
from app.people.models import JoinInvitation, Person, PersonRole, Role
from app.posts.models import Post
from app.questions.models import Answer, Question, Visibility
from app.reputation.points import RULES, Reason, Rules, newest
from app.reputation.threads import among


class Cause(NamedTuple):
    """Why somebody earned or lost points: what happened to which post, by whom, and for whom it counts."""

    kind: str
    post_id: int
    actor_id: int
    person_id: int


class Claim(NamedTuple):
    """When a cause came about, which vote of the same person for the author it is, and why it earns nothing."""

    at: datetime
    nth: int = 1
    reason: Reason | None = None


Claims = dict[Cause, Claim]


class Caused:
    """What has its cause now, as the rules of each version judge it.

    `judge` is given what was found, without the reasons that these rules do not know, and says what becomes of it.
    """

    def __init__(self, found: Claims, judge: Callable[[Claims, Rules], Claims] | None = None) -> None:
        self._found = found
        self._judge = judge
        self._judged: dict[int, Claims] = {}

    def under(self, version: int) -> Claims:
        """The claims of the kinds that these rules have points for, with why some of them earn nothing."""
        if version not in self._judged:
            rules = RULES[version]
            known = {
                cause: claim._replace(reason=None) if claim.reason in rules.forgiven else claim
                for cause, claim in self._found.items()
                if cause.kind in rules.points
            }
            self._judged[version] = self._judge(known, rules) if self._judge else known
        return self._judged[version]

    def counted(self) -> Claims:
        """Those that earn something under the newest rules."""
        return {cause: claim for cause, claim in self.under(newest().version).items() if claim.reason is None}


Column = ColumnElement[int] | InstrumentedAttribute[int]

ACCEPTED, ACCEPTING = "answer_accepted", "accepted_an_answer"
HELPED, INVITED = "helped_correct_an_expert", "invited_a_colleague"
# What hangs on one post alone.
POST_KINDS = (ACCEPTED, ACCEPTING, HELPED)

answers = Answer.__table__
questions = Question.__table__
# A post, and the thread of an answer as the post it is.
judged = aliased(Post.__table__, name="judged")
threads = aliased(Post.__table__, name="threads")
# Every post beside the question that it is or belongs to.
in_threads = (
    judged.outerjoin(answers, answers.c.id == judged.c.id)
    .outerjoin(threads, threads.c.id == answers.c.question_id)
    .join(questions, questions.c.id == func.coalesce(answers.c.question_id, judged.c.id))
)
is_gone = or_(judged.c.deleted_at.is_not(None), threads.c.deleted_at.is_not(None))
# Everybody can see where a point comes from, so what is said in confidence earns none until it is made public.
is_open = questions.c.visibility == Visibility.PUBLIC


def last_company(person: Column, at: ColumnElement[datetime] | InstrumentedAttribute[datetime]) -> ScalarSelect[int]:
    """The company that somebody belonged to then, or last before: nobody becomes a stranger by leaving for an hour."""
    joined = Membership.person_id == person, Membership.since <= at
    rows = select(Membership.account_id).where(*joined).order_by(Membership.since.desc(), Membership.id.desc())
    return rows.limit(1).correlate_except(Membership).scalar_subquery()


# The companies of whoever wrote a post, and its thread.
company_of_author = func.coalesce(judged.c.author_account_id, last_company(judged.c.author_id, judged.c.created_at))
company_of_asker = func.coalesce(threads.c.author_account_id, last_company(threads.c.author_id, threads.c.created_at))


def post_claims(post_ids: Collection[int] | None) -> Caused:
    """What stands now on these posts (None: on all): acceptances, and corrections that thank somebody."""
    return Caused(dict([*_acceptances(post_ids), *_corrections(post_ids)]))


def invitation_claims(inviter_ids: Collection[int] | None) -> Caused:
    """What the colleagues earn whom these people (None: all) invited, and who are here and have written in public.

    An invitation with a role is an admin's work. Of each calendar quarter only the first count (Rules.limits).
    """
    found = {
        Cause(INVITED, post_id, invited_id, inviter_id): Claim(at)
        for inviter_id, invited_id, post_id, at in db.session.execute(_invited(inviter_ids))
    }
    return Caused(found, _within_limit)


def why_gone(post_ids: Collection[int]) -> dict[int, Reason]:
    """Why what was caused on these posts stands no longer, by post."""
    rows = select(judged.c.id, is_gone, is_open).select_from(in_threads).where(judged.c.id.in_(post_ids))
    found = {}
    for post_id, gone, is_public in db.session.execute(rows):
        state = Reason.TAKEN_BACK if is_public else Reason.CONFIDENTIAL
        found[post_id] = Reason.POST_DELETED if gone else state
    return found


def _within_limit(claims: Claims, rules: Rules) -> Claims:
    by_inviter: dict[int, list[tuple[Cause, Claim]]] = defaultdict(list)
    for cause, claim in claims.items():
        by_inviter[cause.person_id].append((cause, claim))
    judged_anew: Claims = {}
    for standing in by_inviter.values():
        within = dict(rules.within_limit(INVITED, standing, lambda one: (one[1].at, one[0].post_id)))
        judged_anew.update(
            (cause, claim if cause in within else claim._replace(reason=Reason.LIMIT)) for cause, claim in standing
        )
    return judged_anew


def _acceptances(post_ids: Collection[int] | None) -> Iterator[tuple[Cause, Claim]]:
    accepted_at = func.coalesce(questions.c.accepted_at, judged.c.created_at)
    companies = company_of_author, company_of_asker
    rows = (
        select(judged.c.id, judged.c.author_id, threads.c.author_id, accepted_at, *companies)
        .select_from(in_threads)
        .where(questions.c.accepted_answer_id == judged.c.id, is_open, ~is_gone)
        .where(judged.c.author_id != threads.c.author_id, judged.c.source.is_(None))
        .where(among(judged.c.id, post_ids))
    )
    found = db.session.execute(rows).all()
    roots = _roots({account_id for row in found for account_id in row[4:] if account_id is not None})
    for answer_id, author_id, asker_id, at, answering, asking in found:
        is_inside = answering is not None and asking is not None and roots[answering] == roots[asking]
        claim = Claim(at, reason=Reason.SAME_COMPANY if is_inside else None)
        yield Cause(ACCEPTED, answer_id, asker_id, author_id), claim
        yield Cause(ACCEPTING, answer_id, asker_id, asker_id), claim


def _roots(account_ids: Collection[int]) -> Mapping[int, int]:
    return tree.roots_of(account_ids) if account_ids else {}


def _corrections(post_ids: Collection[int] | None) -> Iterator[tuple[Cause, Claim]]:
    """Whom an expert thanks who was wrong: in the open, for what was corrected in confidence stays there."""
    in_public = or_(questions.c.opened_at.is_(None), Correction.made_at >= questions.c.opened_at)
    is_colleague = Correction.thanks_id.in_(select(PersonRole.person_id))
    rows = (
        select(judged.c.id, judged.c.author_id, Correction.thanks_id, Correction.made_at, is_colleague)
        .select_from(in_threads.join(Correction.__table__, Correction.answer_id == judged.c.id))
        .where(judged.c.author_role == Role.EXPERT, is_open, ~is_gone, in_public)
        .where(Correction.thanks_id.is_not(None), Correction.thanks_id != judged.c.author_id)
        .where(among(judged.c.id, post_ids))
    )
    for answer_id, author_id, thanked_id, at, by_colleague in db.session.execute(rows):
        reason = Reason.COLLEAGUES if by_colleague else None
        yield Cause(HELPED, answer_id, author_id, thanked_id), Claim(at, reason=reason)


def _invited(inviter_ids: Collection[int] | None) -> Select[Any]:
    """Who invited whom, with the first post that the invited wrote of those which everybody can read now."""
    invited = and_(JoinInvitation.used_by_id == judged.c.author_id, JoinInvitation.role == "")
    is_here = and_(Person.id == judged.c.author_id, Person.active, Person.confirmed_at.is_not(None))
    joined = in_threads.join(JoinInvitation.__table__, invited).join(Person.__table__, is_here)
    first = func.min(judged.c.id).label("post_id")
    rows = (
        select(JoinInvitation.made_by_id.label("inviter_id"), JoinInvitation.used_by_id.label("invited_id"), first)
        .select_from(joined)
        .where(is_open, ~is_gone, judged.c.source.is_(None), among(JoinInvitation.made_by_id, inviter_ids))
        .where(JoinInvitation.made_by_id != JoinInvitation.used_by_id)
        .group_by(JoinInvitation.made_by_id, JoinInvitation.used_by_id)
        .subquery()
    )
    when = select(rows.c.inviter_id, rows.c.invited_id, rows.c.post_id, Post.created_at)
    return when.join(Post, Post.id == rows.c.post_id)
