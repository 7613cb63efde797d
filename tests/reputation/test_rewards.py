"""What helping to correct an expert, and inviting a colleague who takes part, earn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.tree import set_parent
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.marks import actions as marks
from app.people import invitations
from app.people.actions import activate, deactivate, grant_role
from app.people.models import JoinInvitation, Person, Role
from app.posts.bodies import prepare_body
from app.posts.models import Post
from app.questions.actions import change_visibility, delete_answer, delete_question, restore_answer
from app.questions.models import Answer, Question, Visibility
from app.reputation.ledger import settle_all
from app.reputation.models import ReputationEntry, ReputationTotal
from app.reputation.points import Reason
from app.reputation.proof import differences
from app.reputation.sums import standing_entries
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

MORNING = datetime(2026, 5, 11, 8, tzinfo=UTC)


def own_mistake(answer: Answer, thanks: Person | None) -> None:
    body = prepare_body("The schedule is not the cause: the licence of the target ran out at two in the morning.")
    with write():
        wrong = db.session.get_one(Answer, answer.id)
        confession = marks.Confession(
            body=body,
            reason="I had not seen that the licence ran out.",
            revision_number=wrong.revision_number,
            changed=0.9,
            thanks=thanks and db.session.get_one(Person, thanks.id),
        )
        question = db.session.get_one(Question, wrong.question_id)
        marks.own_mistake(wrong, question, confession, by=db.session.get_one(Person, wrong.author_id))
    deliver_pending()


def points_of(person: Person) -> int:
    return db.session.scalar(select(ReputationTotal.points).where(ReputationTotal.person_id == person.id)) or 0


def earned_on(person: Person, kind: str) -> list[int]:
    of_kind = ReputationEntry.person_id == person.id, ReputationEntry.kind == kind
    return sorted(one.post_id for one in db.session.scalars(standing_entries(*of_kind)))


def came_by(inviter: Person, role: str = "", account: Account | None = None) -> Person:
    """Somebody who joined by an invitation."""
    person = PersonFactory(account=account)
    with write():
        moment = clock.now()
        used = {"used_at": moment, "used_by_id": person.id, "token_hash": f"{person.id:064}", "role": role}
        db.session.add(JoinInvitation(made_by_id=inviter.id, made_at=moment, good_until=moment, **used))
    return person


def take_away(post: Post) -> None:
    with write():
        by = StewardFactory()
        if post.kind == "question":
            delete_question(db.session.get_one(Question, post.id), by=by)
        else:
            answer = db.session.get_one(Answer, post.id)
            delete_answer(answer, db.session.get_one(Question, answer.question_id), by=by)
    deliver_pending()


def test_whoever_an_expert_thanks_for_pointing_out_a_mistake_earns_ten():
    answer, member = AnswerFactory(), PersonFactory()
    own_mistake(answer, thanks=member)

    assert (points_of(member), earned_on(member, "helped_correct_an_expert")) == (10, [answer.id])
    assert list(differences()) == []


def test_thanks_of_a_member_and_a_correction_without_thanks_earn_nothing():
    member = PersonFactory()
    own_mistake(AnswerFactory(author=PersonFactory()), thanks=member)
    own_mistake(AnswerFactory(), thanks=None)

    assert points_of(member) == 0
    assert list(differences()) == []


def test_colleagues_who_thank_each_other_for_corrections_earn_nothing():
    """Two experts could otherwise write each other as many points as they write wrong answers."""
    colleague, newcomer = ExpertFactory(), PersonFactory()
    for person in (colleague, newcomer):
        own_mistake(AnswerFactory(), thanks=person)
    assert (points_of(colleague), points_of(newcomer)) == (0, 10)

    with write():
        grant_role(db.session.get_one(Person, newcomer.id), Role.STEWARD)
    deliver_pending()
    assert points_of(newcomer) == 0
    assert list(differences()) == []


def test_people_of_one_company_earn_nothing_by_accepting_each_others_answers():
    company, subsidiary, other = (AccountFactory() for _ in range(3))
    asker, below, outside = (PersonFactory(account=account) for account in (company, subsidiary, other))
    for answerer in (PersonFactory(account=company), below, outside):
        AnswerFactory(question=QuestionFactory(author=asker), author=answerer, accepted=True)
    settle_all()
    assert [points_of(one) for one in (asker, below, outside)] == [4, 15, 15]

    with write():
        set_parent(db.session.get_one(Account, subsidiary.id), db.session.get_one(Account, company.id))
    deliver_pending()
    assert [points_of(one) for one in (asker, below, outside)] == [2, 0, 15]
    assert list(differences()) == []


def test_the_points_for_helping_follow_the_answer():
    answer, member, steward = AnswerFactory(), PersonFactory(), StewardFactory()
    own_mistake(answer, thanks=member)
    take_away(answer)
    assert points_of(member) == 0

    with write():
        corrected = db.session.get_one(Answer, answer.id)
        question = db.session.get_one(Question, answer.question_id)
        restore_answer(corrected, question, by=db.session.get_one(Person, steward.id))
    deliver_pending()
    assert points_of(member) == 10

    with write():
        question = db.session.get_one(Question, answer.question_id)
        change_visibility(question, Visibility.EMPLOYEES, by=db.session.get_one(Person, steward.id))
    deliver_pending()
    assert points_of(member) == 0
    assert list(differences()) == []
    rows = select(ReputationEntry.reason).where(ReputationEntry.reverses_id.is_not(None))
    assert list(db.session.scalars(rows.order_by(ReputationEntry.id))) == [Reason.POST_DELETED, Reason.CONFIDENTIAL]


def test_what_was_corrected_in_confidence_is_told_to_nobody():
    steward, member = StewardFactory(), PersonFactory()
    question = QuestionFactory(visibility=Visibility.EMPLOYEES, author=steward)
    answer = AnswerFactory(question=question)
    own_mistake(answer, thanks=member)
    with write():
        hidden = db.session.get_one(Question, question.id)
        change_visibility(hidden, Visibility.PUBLIC, by=db.session.get_one(Person, steward.id))
    deliver_pending()

    assert points_of(member) == 0
    assert list(differences()) == []


@pytest.mark.parametrize("factory", [QuestionFactory, AnswerFactory])
def test_a_colleague_who_came_and_wrote_in_public_earns_the_inviter_ten(factory):
    inviter = PersonFactory()
    colleague = came_by(inviter)
    assert points_of(inviter) == 0

    first = factory(author=colleague)
    factory(author=colleague)
    deliver_pending()

    assert (points_of(inviter), earned_on(inviter, "invited_a_colleague")) == (10, [first.id])
    assert list(differences()) == []


def test_the_points_hang_on_the_first_public_post_that_stands():
    inviter = PersonFactory()
    colleague = came_by(inviter, account=AccountFactory())
    in_confidence = QuestionFactory(author=colleague, visibility=Visibility.COMPANY)
    first, second = QuestionFactory(author=colleague), AnswerFactory(author=colleague)
    deliver_pending()
    assert earned_on(inviter, "invited_a_colleague") == [first.id]

    take_away(first)
    assert (earned_on(inviter, "invited_a_colleague"), points_of(inviter)) == ([second.id], 10)
    take_away(second)
    assert points_of(inviter) == 0

    with write():
        opened = db.session.get_one(Question, in_confidence.id)
        change_visibility(opened, Visibility.PUBLIC, by=StewardFactory())
    deliver_pending()
    assert earned_on(inviter, "invited_a_colleague") == [in_confidence.id]
    assert list(differences()) == []


def test_an_invitation_with_a_role_is_an_admins_work():
    admin = PersonFactory(roles=(Role.ADMIN,))
    AnswerFactory(author=came_by(admin, role=Role.EXPERT))
    deliver_pending()

    assert points_of(admin) == 0


def test_whoever_is_let_in_no_more_was_no_gain():
    inviter = PersonFactory()
    colleague = came_by(inviter)
    QuestionFactory(author=colleague)
    deliver_pending()
    for change, points in ((deactivate, 0), (activate, 10)):
        with write():
            change(db.session.get_one(Person, colleague.id))
        deliver_pending()
        assert points_of(inviter) == points
    assert list(differences()) == []


def test_five_a_calendar_quarter_count_in_whatever_order_they_are_told():
    inviter = PersonFactory()
    colleagues = [came_by(inviter) for _ in range(7)]
    posts = {}
    for number in reversed(range(7)):
        posts[number] = QuestionFactory(author=colleagues[number], at=MORNING + timedelta(days=number))
        deliver_pending()
    next_quarter = QuestionFactory(author=came_by(inviter), at=datetime(2026, 7, 1, tzinfo=UTC))
    deliver_pending()

    # The first posts by day are those of the first five colleagues, though they were told last.
    expected = sorted([*(posts[number].id for number in range(5)), next_quarter.id])
    assert earned_on(inviter, "invited_a_colleague") == expected
    assert points_of(inviter) == 60
    assert list(differences()) == []

    take_away(posts[0])
    expected = sorted([*(posts[number].id for number in range(1, 6)), next_quarter.id])
    assert earned_on(inviter, "invited_a_colleague") == expected
    assert list(differences()) == []


def test_invitations_by_which_somebody_came_are_kept_and_others_are_not(travel_to):
    inviter = PersonFactory()
    QuestionFactory(author=came_by(inviter))
    with write():
        invitations.make_invitation(db.session.get_one(Person, inviter.id), None, "for Bo")
    deliver_pending()
    travel_to(clock.now() + timedelta(days=400))
    with write():
        invitations.forget_old()

    assert len(db.session.scalars(select(JoinInvitation)).all()) == 1
    assert list(differences()) == []
