"""Closing for a reason, opening again, locking a thread, and moving a question to other topics."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.affinity.queries import open_questions
from app.curation import rules
from app.curation.closures import close_question, lock_thread, reopen_question, unlock_thread
from app.curation.standing import standing_of
from app.kernel.db import db
from app.kernel.errors import NotAllowed, RuleBroken
from app.people.models import Person
from app.posts.bodies import prepare_body, prepare_comment
from app.posts.models import Revision
from app.questions import actions
from app.questions.models import CloseReason, NextStep
from app.questions.retagging import move_to_topics
from tests.curation.deeds import asker_of, close, done, wrong_numbers
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

ADVICE = prepare_body("Look at the schedule first.")
REMARK = prepare_comment("Which version is this?")


@pytest.mark.parametrize("maker", [ExpertFactory, StewardFactory, AdminFactory])
def test_who_looks_after_the_place_closes_a_question_and_says_why(maker):
    question, by = QuestionFactory(), maker()
    done(close_question, question, CloseReason.UNCLEAR, by=by, note="Which array is it?")

    standing = standing_of(question, None)
    assert standing.closed_by == by
    assert standing.reason == rules.REASONS[CloseReason.UNCLEAR]
    assert question.close_note == "Which array is it?"
    assert question.next_step == NextStep.NONE
    assert [line.entry.done for line in standing.record] == ["closed"]


@pytest.mark.parametrize("maker", [PersonFactory, SalesFactory])
def test_a_bystander_closes_nothing(maker):
    with pytest.raises(NotAllowed):
        close(QuestionFactory(), by=maker())


def test_askers_close_their_own_question_for_their_own_reasons():
    question = QuestionFactory()
    with pytest.raises(RuleBroken, match="Choose one of the reasons"):
        done(close_question, question, CloseReason.OFF_TOPIC, by=asker_of(question))
    done(close_question, question, CloseReason.WITHDRAWN, by=asker_of(question))

    assert question.close_reason == "withdrawn"
    done(reopen_question, question, by=asker_of(question))
    assert question.next_step == NextStep.NOBODY


@pytest.mark.parametrize("reason", [CloseReason.DUPLICATE, CloseReason.MERGED, "because"])
def test_some_reasons_are_not_for_choosing(reason):
    with pytest.raises(RuleBroken, match="Choose one of the reasons"):
        done(close_question, QuestionFactory(), reason, by=StewardFactory())


def test_a_closed_question_takes_comments_and_no_answers():
    question, steward = QuestionFactory(), StewardFactory()
    close(question)

    with pytest.raises(RuleBroken, match="takes no more answers"):
        done(actions.answer_question, question, ADVICE, by=steward)
    done(actions.comment_on, question, question, REMARK, by=PersonFactory())

    assert question.comment_count == 1


def test_an_answer_to_a_closed_question_is_still_accepted():
    question = QuestionFactory()
    answer = AnswerFactory(question=question)
    close(question)
    done(actions.accept_answer, question, answer, by=asker_of(question))

    assert question.is_solved
    assert wrong_numbers() == []


def test_only_who_closed_it_or_a_steward_opens_it_again():
    question, expert = QuestionFactory(), ExpertFactory()
    close(question, by=expert)
    for other in (asker_of(question), ExpertFactory(), PersonFactory()):
        with pytest.raises(NotAllowed):
            done(reopen_question, question, by=other)

    done(reopen_question, question, by=expert)
    close(question, by=expert)
    steward = StewardFactory()
    done(reopen_question, question, by=steward)

    assert [line.entry.done for line in standing_of(question, None).record] == ["closed", "reopened"] * 2
    with pytest.raises(RuleBroken, match="is open"):
        done(reopen_question, question, by=steward)


def test_only_stewards_lock():
    question = QuestionFactory()
    for other in (asker_of(question), ExpertFactory(), PersonFactory(), SalesFactory()):
        with pytest.raises(NotAllowed):
            done(lock_thread, question, by=other)
        with pytest.raises(NotAllowed):
            done(unlock_thread, question, by=other)


def test_a_locked_thread_stays_as_it_is():
    question = QuestionFactory()
    answer, asker, member = AnswerFactory(question=question), asker_of(question), PersonFactory()
    author = db.session.get_one(Person, answer.author_id)
    draft = actions.Draft(title=question.title, body=ADVICE, tags=["night"])
    done(lock_thread, question, by=StewardFactory(), note="Cool down first.")

    deeds = (
        (actions.answer_question, (question, ADVICE), {"by": member}),
        (actions.comment_on, (answer, question, REMARK), {"by": member}),
        (actions.vote_on, (answer, question, 1), {"by": member}),
        (actions.accept_answer, (question, answer), {"by": asker}),
        (actions.edit_question, (question, draft), {"by": asker, "revision_number": 1}),
        (actions.edit_answer, (answer, ADVICE), {"by": author, "revision_number": 1}),
        (move_to_topics, (question, ["night"]), {"by": author}),
        (close_question, (question, CloseReason.WITHDRAWN), {"by": asker}),
    )
    for deed, things, words in deeds:
        with pytest.raises(RuleBroken, match="locked"):
            done(deed, *things, **words)


def test_stewards_write_in_a_locked_thread_and_unlock_it():
    question, steward = QuestionFactory(), StewardFactory()
    done(lock_thread, question, by=steward)
    done(actions.answer_question, question, ADVICE, by=steward)
    done(unlock_thread, question, by=steward)
    done(actions.answer_question, question, ADVICE, by=PersonFactory())

    assert question.answer_count == 2
    assert [line.entry.done for line in standing_of(question, None).record] == ["locked", "unlocked"]
    assert wrong_numbers() == []


@pytest.mark.parametrize("maker", [ExpertFactory, StewardFactory])
def test_a_question_moves_to_other_topics_and_a_revision_says_so(maker):
    question, by = QuestionFactory(tags=["replication", "night"]), maker()
    CommentFactory(post=question)
    done(move_to_topics, question, ["snapshots", "night"], by=by, reason="It is the snapshots.")

    assert [tag.name for tag in question.tags] == ["night", "snapshots"]
    rows = select(Revision).where(Revision.post_id == question.id).order_by(Revision.number)
    first, newest = db.session.scalars(rows)
    assert (newest.tags, newest.reason, newest.body) == ("snapshots night", "It is the snapshots.", question.body)
    assert first.tags == "night replication"
    assert wrong_numbers() == []


def test_moving_to_the_same_topics_changes_nothing():
    question = QuestionFactory(tags=["replication"])
    done(move_to_topics, question, ["Replication"], by=StewardFactory())

    assert question.revision_number == 1


@pytest.mark.parametrize("maker", [PersonFactory, SalesFactory])
def test_members_do_not_move_what_others_asked(maker):
    with pytest.raises(NotAllowed):
        done(move_to_topics, QuestionFactory(), ["night"], by=maker())


def test_a_company_waits_for_no_answer_to_what_is_closed():
    account = AccountFactory()
    question, other = (QuestionFactory(author=PersonFactory(account=account)) for _ in range(2))
    close(question)

    assert open_questions(account) == [other]
