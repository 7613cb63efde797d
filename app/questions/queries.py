"""Reading questions and answers. Every page, list, count and feed starts from `visible_to`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    and_,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import (
    aliased,
    defer,
    joinedload,
    raiseload,
    selectin_polymorphic,
    selectinload,
    with_expression,
)
from sqlalchemy.sql.base import ExecutableOption

from app.accounts.models import Membership
from app.kernel.db import db
from app.kernel.paging import Key, Page, key_of, page_of
from app.people.models import Person
from app.posts.models import Comment, Post
from app.posts.queries import not_hidden_from
from app.questions.models import (
    Answer,
    Intent,
    InvolvedProduct,
    LinkKind,
    Question,
    QuestionLink,
    Visibility,
    question_tags,
)
from app.questions.order import points
from app.questions.rules import may_read_confidential
from app.topics.models import Product, Tag

ANSWERS_A_PAGE = 30
# So many of the newest questions of a topic tell what is like it and who answers it, however many there are.
NEWEST_ON_A_TOPIC = 100
LINKS_SHOWN = 10

NEWEST = (Question.asked_at, Question.id)
ACTIVE = (Question.last_activity_at, Question.id)
ORDERS = {"newest": NEWEST, "active": ACTIVE}

# Answers beside the questions they belong to: both are posts, so one of them needs a name of its own.
given = aliased(Answer, flat=True)
_answers = Answer.__table__
# Questions under other names, made once: each new one costs a page milliseconds.
_thread = aliased(Question, flat=True)
_original = aliased(Question, flat=True)


def visible_to(viewer: Person | None) -> Select[Question]:
    """Every question `viewer` may see."""
    return select(Question).where(not_hidden_from(viewer), open_to(viewer))


def open_to(viewer: Person | None, question: type[Question] = Question) -> ColumnElement[bool]:
    """What was asked of everybody, and what was asked in confidence of people like `viewer`.

    A company's question is for those who belong to that company now, its author, and the experts; what is for
    employees is for all of them. `question` may be an alias.
    """
    public = question.visibility == Visibility.PUBLIC
    if viewer is None:
        return public
    if may_read_confidential(viewer):
        return true()
    if viewer.is_employee:
        return or_(question.visibility != Visibility.COMPANY, question.author_id == viewer.id)
    company = select(Membership.account_id).where(Membership.person_id == viewer.id, Membership.until.is_(None))
    colleagues = and_(question.visibility == Visibility.COMPANY, question.author_account_id.in_(company))
    return or_(public, question.author_id == viewer.id, colleagues)


def for_everybody() -> ColumnElement[bool]:
    return Question.visibility == Visibility.PUBLIC


def in_confidence() -> ColumnElement[bool]:
    return Question.visibility.in_((Visibility.COMPANY, Visibility.EMPLOYEES))


def thinking() -> ColumnElement[bool]:
    return Question.intent == Intent.THINKING


def unanswered() -> ColumnElement[bool]:
    """Nobody has answered, and somebody still can."""
    return (Question.answer_count == 0) & Question.closed_at.is_(None) & Question.deleted_at.is_(None)


def solved() -> ColumnElement[bool]:
    return Question.accepted_answer_id.is_not(None)


def tagged(tag: Tag) -> ColumnElement[bool]:
    return Question.id.in_(select(question_tags.c.question_id).where(question_tags.c.tag_id == tag.id))


def about(product: Product) -> ColumnElement[bool]:
    others = select(InvolvedProduct.question_id).where(InvolvedProduct.product_id == product.id)
    return or_(Question.product_id == product.id, Question.id.in_(others))


def list_page(
    rows: Select[Question], *, order: str = "newest", after: str | None = None, limit: int = 20
) -> Page[Question]:
    """One page of a list of questions, with all that a row shows, without the bodies."""
    return page_of(for_list(rows), by=ORDERS[order], after=after, limit=limit)


def for_list(rows: Select[Question]) -> Select[Question]:
    """Load with the questions what a row of a list shows; the number of queries does not depend on the rows."""
    return rows.options(*_shown_in_lists())


@cache
def _shown_in_lists() -> Sequence[ExecutableOption]:
    return (
        joinedload(Question.author),
        joinedload(Question.last_activity_by),
        _whose_step(),
        joinedload(Question.product),
        with_expression(Question.original_title, _title_of_original()),
        defer(Question.body, raiseload=True),
        defer(Question.body_html, raiseload=True),
    )


def _whose_step() -> ExecutableOption:
    """The expert who has the next step, by name: roles are not asked for, which would be a query more now and then."""
    return joinedload(Question.next_step_by).lazyload(Person.roles_held)


def _title_of_original() -> ScalarSelect[str]:
    """A list is the same for many readers, so it names an original that everybody may read."""
    titles = (
        select(_original.title)
        .select_from(_original)
        .where(_original.id == Question.duplicate_of_id, _original.deleted_at.is_(None))
    )
    return titles.where(_original.visibility == Visibility.PUBLIC).correlate(Question).scalar_subquery()


def for_links(rows: Select[Question]) -> Select[Question]:
    """Load with the questions what a short link to them shows: title, state and product."""
    return rows.options(
        joinedload(Question.product),
        raiseload(Question.tags),
        defer(Question.body, raiseload=True),
        defer(Question.body_html, raiseload=True),
    )


def for_page(rows: Select[Question]) -> Select[Question]:
    """Load with a question what its page shows."""
    people = joinedload(Question.author), _whose_step()
    return rows.options(*people, joinedload(Question.product), selectinload(Question.involved))


def answers_to(question: Question) -> Select[Answer]:
    """Every answer of a question the viewer may see; deleted ones too, which the page shows as a tombstone."""
    return select(Answer).where(Answer.question_id == question.id).options(joinedload(Answer.author))


def answers_visible_to(viewer: Person | None, question: Question) -> Select[Answer]:
    """The answers whose text `viewer` may read."""
    return answers_to(question).where(not_hidden_from(viewer))


def answers_page(question: Question, after: str | None = None, *, by: Sequence[Key] = ()) -> Page[Answer]:
    """Answers in reading order: by `by` if anything is given, else by their points; of equals the earlier one first."""
    # Of thirty authors, only what is shown of them.
    author = joinedload(Answer.author).load_only(Person.handle, Person.name, Person.job_title, Person.photo)
    rows = answers_to(question).options(author)
    return page_of(rows, by=_placing(question, by), after=after, limit=ANSWERS_A_PAGE)


def key_of_page_with(answer_id: int, question: Question, *, by: Sequence[Key] = ()) -> str | None:
    """The key of the page of answers that holds this one; None for the first page, and for an answer of elsewhere."""
    placing = _placing(question, by)
    rows = select(Answer.id, *placing).where(Answer.question_id == question.id)
    found = db.session.execute(rows.order_by(*(one.desc() for one in placing))).all()
    place = next((place for place, row in enumerate(found) if row[0] == answer_id), 0)
    before = place - place % ANSWERS_A_PAGE
    return key_of(found[before - 1][1:]) if before else None


def _placing(question: Question, by: Sequence[Key]) -> Sequence[Key]:
    return (*(by or (points(question),)), Answer.earliness)


def posts_visible_to(viewer: Person | None) -> Select[Post]:
    """Every question, and every answer to a visible question, that `viewer` may see."""
    answered = select(_answers.c.question_id).where(_answers.c.id == Post.id).correlate(Post).scalar_subquery()
    visible_thread = (
        select(_thread.id)
        .where(_thread.id == func.coalesce(answered, Post.id))
        .where(not_hidden_from(viewer, _thread), open_to(viewer, _thread))
        .correlate(Post)
        .exists()
    )
    kinds = selectin_polymorphic(Post, [Question, Answer])
    return select(Post).where(not_hidden_from(viewer), visible_thread).options(kinds)


def comments_visible_to(viewer: Person | None) -> Select[Comment]:
    """Every comment on a post that `viewer` may see."""
    post = posts_visible_to(viewer).with_only_columns(Post.id).where(Post.id == Comment.post_id)
    return select(Comment).where(post.correlate(Comment).exists(), Comment.deleted_at.is_(None))


def lately_solved(viewer: Person | None, limit: int) -> Sequence[Question]:
    """The questions whose answers were accepted last."""
    rows = visible_to(viewer).where(Question.accepted_at.is_not(None))
    last = rows.order_by(Question.accepted_at.desc(), Question.id.desc()).limit(limit)
    return db.session.scalars(for_links(last)).unique().all()


def alike(question: Question, viewer: Person | None, limit: int = 4) -> Sequence[Question]:
    """Other questions that share most topics with this one, of the newest ones; answered ones first among equals."""
    tag_ids = [tag.id for tag in question.tags]
    if not tag_ids:
        return []
    newest = newest_on(tag_ids).subquery()
    shared = func.count().label("shared")
    ranked = (
        select(newest.c.question_id, shared)
        .where(newest.c.question_id != question.id)
        .group_by(newest.c.question_id)
        .order_by(shared.desc(), newest.c.question_id.desc())
        .limit(limit * 5)
        .subquery()
    )
    rows = visible_to(viewer).join(ranked, ranked.c.question_id == Question.id)
    best = rows.order_by(ranked.c.shared.desc(), (Question.answer_count > 0).desc(), Question.id.desc()).limit(limit)
    return db.session.scalars(for_links(best)).unique().all()


def linked_questions(
    question: Question, viewer: Person | None, limit: int = LINKS_SHOWN
) -> Sequence[tuple[Question, LinkKind]]:
    """The questions that this one points to or is pointed to by: those that ask the same first, then the newest."""
    onwards = select(QuestionLink.related_id.label("id"), QuestionLink.kind)
    back = select(QuestionLink.question_id, QuestionLink.kind)
    ends = union_all(
        onwards.where(QuestionLink.question_id == question.id), back.where(QuestionLink.related_id == question.id)
    ).subquery()
    # Two questions may be linked in several ways; asking the same says most, and comes first in the alphabet.
    linked = select(ends.c.id, func.min(ends.c.kind).label("kind")).group_by(ends.c.id).subquery()
    rows = for_links(visible_to(viewer)).join(linked, linked.c.id == Question.id).add_columns(linked.c.kind)
    found = db.session.execute(rows.order_by(linked.c.kind, Question.id.desc()).limit(limit))
    return [(other, LinkKind(kind)) for other, kind in found]


def newest_on(tag_ids: Sequence[int], each: int = NEWEST_ON_A_TOPIC) -> CompoundSelect[tuple[int]]:
    """The ids of the newest questions of each of these tags; one that has several of them comes several times."""
    newest = [
        select(question_tags.c.question_id)
        .where(question_tags.c.tag_id == tag_id)
        .order_by(question_tags.c.question_id.desc())
        .limit(each)
        .subquery()
        for tag_id in tag_ids
    ]
    return union_all(*(select(one) for one in newest))
