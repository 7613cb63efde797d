"""Asking an expert, taking, declining, assigning: who may, how often, and who has the next step then."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.desk import actions, queries
from app.desk.models import Calling, Invitation
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.kernel.events import OutboxMessage, deliver_pending
from app.people import actions as people
from app.people.models import Person, Role
from app.questions import actions as questions
from app.questions.models import Question
from tests.support.at_once import at_once
from tests.support.factories import AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory, StewardFactory

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture
def asker():
    return PersonFactory()


@pytest.fixture
def question(asker):
    return QuestionFactory(author=asker)


def invite(question, expert, by, note=""):
    with write():
        return actions.invite_expert(question, expert, by=by, note=note)


def take(question, expert):
    with write():
        actions.take_question(question, by=expert)


def step(question):
    db.session.refresh(question)
    return question.next_step, question.next_step_by_id


def recorded():
    names = select(OutboxMessage.name).where(OutboxMessage.name.like("desk.%")).order_by(OutboxMessage.id)
    return db.session.scalars(names).all()


def test_an_invited_expert_takes_it_and_has_the_next_step(question, asker):
    expert = ExpertFactory()
    invitation = invite(question, expert, asker, note=" It is the second  array. ")
    assert (invitation.calling, invitation.note) == (Calling.INVITED, "It is the second array.")
    assert step(question) == ("nobody", None)

    take(question, expert)

    assert step(question) == ("expert", expert.id)
    assert queries.holder_of(question).expert_id == expert.id
    assert recorded() == ["desk.expert_called", "desk.invitation_answered"]


def test_an_expert_volunteers(question):
    expert = ExpertFactory()
    take(question, expert)

    (invitation,) = queries.invitations_to(question)
    assert (invitation.calling, invitation.called_by_id) == (Calling.VOLUNTEERED, expert.id)
    assert step(question) == ("expert", expert.id)


def test_one_who_is_second_is_told_who_has_it(question):
    first = ExpertFactory()
    take(question, first)

    with pytest.raises(RuleBroken, match=f"{first.first_name} has taken this one already"):
        take(question, ExpertFactory())


def test_a_declined_call_keeps_its_reason_and_the_asker_may_ask_another(question, asker):
    expert = ExpertFactory()
    invitation = invite(question, expert, asker)
    with write():
        actions.decline_question(question, by=expert, reason="I know the array and not the firewall.")

    db.session.refresh(invitation)
    assert invitation.declined_because == "I know the array and not the firewall."
    assert step(question) == ("nobody", None)
    with pytest.raises(RuleBroken, match="cannot take this one"):
        invite(question, expert, asker)
    invite(question, ExpertFactory(), asker)


def test_declining_needs_a_reason_and_something_to_decline(question, asker):
    expert = ExpertFactory()
    with pytest.raises(RuleBroken, match="Nobody waits"), write():
        actions.decline_question(question, by=expert, reason="No time.")
    invite(question, expert, asker)
    with pytest.raises(RuleBroken, match="Say in a few words why"), write():
        actions.decline_question(question, by=expert, reason=" ")


def test_what_was_given_back_waits_for_anybody(question):
    expert, other = ExpertFactory(), ExpertFactory()
    take(question, expert)
    with write():
        actions.decline_question(question, by=expert, reason="I am away from Friday on.")
    assert step(question) == ("nobody", None)

    take(question, other)
    assert step(question) == ("expert", other.id)
    with write():
        actions.decline_question(question, by=other, reason="Neither do I.")
    take(question, expert)
    assert step(question) == ("expert", expert.id)
    assert len(queries.invitations_to(question)) == 2


def test_a_steward_gives_it_to_another_expert(question):
    first, second, steward = ExpertFactory(), ExpertFactory(), StewardFactory()
    take(question, first)

    with write():
        actions.assign_expert(question, second, by=steward)

    assert step(question) == ("expert", second.id)
    former = queries.invitation_of(first, question)
    assert former.declined_because == f"{steward.first_name} gave it to {second.first_name}."
    assert queries.holder_of(question).calling == Calling.ASSIGNED


@pytest.mark.parametrize("role", [PersonFactory, ExpertFactory])
def test_only_the_asker_invites_and_only_stewards_assign(question, role):
    expert, other = ExpertFactory(), role()
    with pytest.raises(NotAllowed, match="Only the person who asked"):
        invite(question, expert, other)
    with pytest.raises(NotAllowed, match="Only a steward"), write():
        actions.assign_expert(question, expert, by=other)


def test_who_is_no_expert_can_be_called_to_nothing_and_take_nothing(question, asker):
    steward = StewardFactory()
    with pytest.raises(RuleBroken, match="does not answer here"):
        invite(question, steward, asker)
    with pytest.raises(NotAllowed, match="Only an expert can take"):
        take(question, PersonFactory())


def test_who_is_away_is_not_called_and_the_refusal_says_until_when(question, asker, travel_to):
    travel_to(NOW)
    expert = ExpertFactory()
    with write():
        people.set_away(expert, NOW + timedelta(days=4), note="Sledge dogs first.")

    with pytest.raises(RuleBroken, match=f"{expert.first_name} is away until 16 March"):
        invite(question, expert, asker)

    travel_to(NOW + timedelta(days=4))
    invite(question, expert, asker)


def test_an_asker_who_is_an_expert_is_not_called_to_their_own_question():
    expert = ExpertFactory()
    own = QuestionFactory(author=expert)

    with pytest.raises(RuleBroken, match="asked this question"):
        invite(own, expert, expert)
    with pytest.raises(NotAllowed, match="You asked this question"):
        take(own, expert)


def test_three_experts_a_question_are_waited_for_at_most(question, asker):
    experts = [ExpertFactory() for _ in range(4)]
    for expert in experts[:3]:
        invite(question, expert, asker)
    with pytest.raises(RuleBroken, match="Three experts are asked already"):
        invite(question, experts[3], asker)

    with write():
        actions.decline_question(question, by=experts[0], reason="Not mine.")
    invite(question, experts[3], asker)


def test_five_experts_a_person_and_day_are_called_at_most(asker, travel_to):
    travel_to(NOW)
    expert = ExpertFactory()
    for _ in range(5):
        invite(QuestionFactory(author=asker), expert, asker)
    with pytest.raises(RuleBroken, match="five experts within a day"):
        invite(QuestionFactory(author=asker), expert, asker)

    travel_to(NOW + timedelta(days=1, minutes=1))
    invite(QuestionFactory(author=asker), expert, asker)


@pytest.mark.parametrize("state", ["deleted_at", "closed_at", "locked_at", "solved"])
def test_where_nothing_is_to_be_done_nobody_is_called(question, asker, state):
    if state == "solved":
        AnswerFactory(question=question, accepted=True)
    else:
        with write():
            setattr(question, state, NOW)
    expert = ExpertFactory()

    for deed in (lambda: invite(question, expert, asker), lambda: take(question, expert)):
        with pytest.raises(RuleBroken):
            deed()


def test_a_call_is_done_once_the_expert_answers_and_open_again_when_the_answer_goes(question, asker):
    expert = ExpertFactory()
    invitation = invite(question, expert, asker)
    answer = AnswerFactory(question=question, author=expert)
    deliver_pending()
    db.session.refresh(invitation)
    assert invitation.done_at is not None
    assert step(question) == ("asker", expert.id)
    with pytest.raises(RuleBroken, match="has answered here"):
        invite(question, expert, asker)

    with write():
        questions.delete_answer(answer, question, by=expert)
    deliver_pending()
    db.session.refresh(invitation)
    assert invitation.done_at is None


def test_every_call_is_done_once_the_question_is_solved(question, asker):
    invited, answering = ExpertFactory(), ExpertFactory()
    invite(question, invited, asker)
    answer = AnswerFactory(question=question, author=answering)
    deliver_pending()
    assert queries.loads_of([invited.id, answering.id]) == {invited.id: 1}

    with write():
        questions.accept_answer(question, answer, by=asker)
    assert queries.loads_of([invited.id]) == {}
    deliver_pending()
    assert queries.count_open_invitations(question) == 0


def test_who_has_answered_can_take_it_again_and_then_has_to_answer_again(question, asker):
    expert = ExpertFactory()
    AnswerFactory(question=question, author=expert, at=NOW)
    take(question, expert)
    deliver_pending()

    assert queries.holder_of(question).expert_id == expert.id


def test_an_expert_asks_for_more(question):
    expert = ExpertFactory()
    with write():
        actions.ask_for_more(question, by=expert)

    assert step(question) == ("asker", expert.id)
    assert recorded() == ["desk.asked_for_more"]
    with pytest.raises(NotAllowed), write():
        actions.ask_for_more(question, by=PersonFactory())


def test_who_lost_the_role_or_the_account_is_not_called(question, asker):
    former, gone = ExpertFactory(), ExpertFactory()
    with write():
        people.revoke_role(former, Role.EXPERT)
        gone.active = False

    for expert in (former, gone):
        with pytest.raises(RuleBroken, match="does not answer here any more"):
            invite(question, db.session.get_one(Person, expert.id), asker)


def test_what_is_gone_settles_nothing():
    actions.settle_invitations(999)

    assert db.session.scalars(select(Invitation)).all() == []
    assert db.session.scalars(select(Question)).all() == []


def test_of_two_experts_who_take_it_at_once_one_has_it(app, question):
    question_id, experts = question.id, [ExpertFactory().id for _ in range(6)]

    def taking(expert_id):
        def act():
            expert = db.session.get_one(Person, expert_id)
            actions.take_question(db.session.get_one(Question, question_id), by=expert)

        return act

    refusals = at_once(app, [taking(expert_id) for expert_id in experts])

    assert len(refusals) == 5
    assert all("has taken this one already" in str(refusal) for refusal in refusals)
    (invitation,) = queries.invitations_to(question)
    assert step(question) == ("expert", invitation.expert_id)


def test_the_limits_hold_for_whoever_asks_for_many_at_once(app, asker):
    asker_id, expert_id = asker.id, ExpertFactory().id
    questions_asked = [QuestionFactory(author=asker).id for _ in range(8)]

    def inviting(question_id):
        def act():
            person, expert = (db.session.get_one(Person, one) for one in (asker_id, expert_id))
            actions.invite_expert(db.session.get_one(Question, question_id), expert, by=person)

        return act

    refusals = at_once(app, [inviting(question_id) for question_id in questions_asked])

    assert len(refusals) == 3
    assert all("five experts within a day" in str(refusal) for refusal in refusals)
