"""Merging two threads: everything below one of them moves below the other, and every number stays right."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.affinity.models import AffinityEvent
from app.curation.closures import reopen_question
from app.curation.mergers import merge_threads, what_moves
from app.curation.standing import standing_of
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.kernel.events import deliver_pending
from app.people.models import Person
from app.posts.bodies import prepare_body, prepare_comment
from app.posts.models import Comment
from app.questions import actions
from app.questions.models import Answer, Question, Visibility
from app.reputation.queries import shown_total
from tests.curation.deeds import asker_of, done, make_duplicate, merge, wrong_numbers
from tests.support.at_once import at_once
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

ADVICE, REMARK = prepare_body("Look at the schedule first."), prepare_comment("Which version is this?")


def two_threads():
    """A question with two answers, one deleted, and comments; another one with an answer."""
    question, target = QuestionFactory(), QuestionFactory()
    answer, gone = AnswerFactory(question=question), AnswerFactory(question=question)
    CommentFactory(post=question)
    CommentFactory(post=answer)
    done(actions.delete_answer, gone, question, by=StewardFactory())
    AnswerFactory(question=target)
    return question, target, answer, gone


def test_answers_and_comments_move_and_the_question_leads_to_the_target():
    question, target, answer, gone = two_threads()
    assert what_moves(question) == (1, 2)
    merge(question, target)

    assert (question.answer_count, target.answer_count) == (0, 2)
    assert (question.comment_count, target.comment_count) == (0, 1)
    assert {answer.question_id, gone.question_id} == {target.id}
    assert (question.close_reason, question.duplicate_of_id) == ("merged", target.id)
    assert [line.entry.done for line in standing_of(question, None).record] == ["merged"]
    assert [(line.entry.done, line.other) for line in standing_of(target, None).record] == [("took_in", question)]
    assert wrong_numbers() == []


@pytest.mark.parametrize("maker", [PersonFactory, ExpertFactory, SalesFactory])
def test_only_stewards_merge(maker):
    with pytest.raises(NotAllowed):
        merge(QuestionFactory(), QuestionFactory(), by=maker())


def test_what_the_target_accepted_stays_accepted():
    asker = PersonFactory()
    question, target = QuestionFactory(author=asker), QuestionFactory(author=asker)
    AnswerFactory(question=question, accepted=True)
    kept = AnswerFactory(question=target, accepted=True)
    merge(question, target)

    assert target.accepted_answer_id == kept.id
    assert question.accepted_answer_id is None
    assert wrong_numbers() == []


def test_what_one_asker_accepted_stays_accepted_in_the_other_question_of_theirs():
    asker, expert = PersonFactory(), ExpertFactory()
    question, target = QuestionFactory(author=asker), QuestionFactory(author=asker)
    answer = AnswerFactory(question=question, author=expert, accepted=True)
    accepted_at = question.accepted_at
    deliver_pending()
    before = shown_total(expert)
    merge(question, target)

    assert (target.accepted_answer_id, target.accepted_at) == (answer.id, accepted_at)
    assert target.next_step == "none"
    assert wrong_numbers() == []
    assert shown_total(expert) == before


def test_nobody_accepts_for_somebody_else():
    question, target = QuestionFactory(), QuestionFactory()
    AnswerFactory(question=question, accepted=True)
    merge(question, target)

    assert not target.is_solved
    assert wrong_numbers() == []


def test_votes_and_revisions_go_with_their_posts():
    question, target, answer, _ = two_threads()
    done(actions.vote_on, answer, question, 1, by=PersonFactory())
    done(actions.edit_answer, answer, ADVICE, by=StewardFactory(), revision_number=1)
    merge(question, target)
    done(actions.vote_on, answer, target, 1, by=PersonFactory())

    assert (answer.helpful_count, answer.revision_number) == (2, 2)
    assert wrong_numbers() == []


def test_affinity_follows_what_moved():
    account = AccountFactory()
    question, target = (QuestionFactory(author=PersonFactory(account=account)) for _ in range(2))
    answer = AnswerFactory(question=question)
    deliver_pending()
    merge(question, target)
    # Something that happens in the target may be told before the merger is.
    done(actions.comment_on, target, target, REMARK, by=asker_of(target))
    deliver_pending()

    rows = select(AffinityEvent.question_id).where(AffinityEvent.source == f"answer:{answer.id}")
    assert db.session.scalars(rows).all() == [target.id]
    assert wrong_numbers() == []


def test_what_pointed_to_the_question_points_to_the_target():
    first, question, target = (QuestionFactory() for _ in range(3))
    make_duplicate(first, question)
    merge(question, target)

    assert first.duplicate_of_id == target.id
    with pytest.raises(RuleBroken, match="leads here already"):
        merge(target, first)


def test_different_readers_different_threads():
    confidential = QuestionFactory(visibility=Visibility.COMPANY)
    for one, other in ((QuestionFactory(), confidential), (confidential, QuestionFactory())):
        with pytest.raises(RuleBroken, match="not for the same readers"):
            merge(one, other)
    with pytest.raises(RuleBroken, match="cannot read the other one"):
        merge(confidential, QuestionFactory(visibility=Visibility.COMPANY))


def test_a_company_that_is_withheld_in_the_target_is_withheld_in_what_moves():
    asker = PersonFactory(account=AccountFactory(name="Fernhill Hospitals"))
    question, target = QuestionFactory(), QuestionFactory(author=asker)
    answer, comment = AnswerFactory(question=question, author=asker), CommentFactory(post=question, author=asker)
    assert answer.author_employer == "Fernhill Hospitals"
    done(actions.change_visibility, target, Visibility.PUBLIC, by=asker, company_withheld=True)
    merge(question, target)

    assert (answer.author_employer, comment.author_employer) == ("", "")
    assert answer.author_account_id is not None


def test_nobody_writes_in_what_was_merged_away():
    question, target, answer, _ = two_threads()
    merge(question, target)

    with pytest.raises(RuleBroken, match="Write there"):
        done(actions.comment_on, question, question, REMARK, by=PersonFactory())
    with pytest.raises(RuleBroken):
        done(actions.answer_question, question, ADVICE, by=PersonFactory())
    with pytest.raises(RuleBroken, match="another question"):
        done(actions.delete_answer, answer, question, by=StewardFactory())


def test_stewards_alone_open_it_again_and_it_is_empty():
    question, target, _, _ = two_threads()
    expert = ExpertFactory()
    merge(question, target)
    with pytest.raises(NotAllowed):
        done(reopen_question, question, by=expert)
    done(reopen_question, question, by=StewardFactory())

    assert (question.answer_count, question.duplicate_of_id) == (0, None)
    assert wrong_numbers() == []


def test_people_write_while_two_stewards_merge(app):
    question, target = QuestionFactory(), QuestionFactory()
    ids, answer_id = (question.id, target.id), AnswerFactory(question=question).id
    stewards, member_id = [StewardFactory().id for _ in range(2)], PersonFactory().id

    def merging(steward_id, question_id, target_id):
        def deed():
            one, other = (db.session.get_one(Question, number) for number in (question_id, target_id))
            merge_threads(one, other, by=db.session.get_one(Person, steward_id))

        return deed

    def writing():
        answer, thread = db.session.get_one(Answer, answer_id), db.session.get_one(Question, ids[0])
        actions.comment_on(answer, thread, REMARK, by=db.session.get_one(Person, member_id))
        actions.answer_question(thread, ADVICE, by=db.session.get_one(Person, member_id))

    def deleting():
        answer, thread = db.session.get_one(Answer, answer_id), db.session.get_one(Question, ids[0])
        actions.delete_answer(answer, thread, by=db.session.get_one(Person, stewards[0]))

    deeds = [merging(stewards[0], *ids), merging(stewards[1], *reversed(ids)), writing, writing, deleting, deleting]
    faults = at_once(app, deeds)

    assert all(isinstance(fault, RuleBroken) for fault in faults), faults
    merged = [number for number in ids if db.session.get_one(Question, number).duplicate_of_id]
    assert len(merged) == 1
    assert wrong_numbers() == []


def test_comments_that_moved_are_counted_where_they_are():
    question, target, _, _ = two_threads()
    merge(question, target)
    with write():
        comment = db.session.scalars(select(Comment).where(Comment.post_id == target.id)).one()
        actions.posts.delete_comment(comment, target, by=StewardFactory())

    assert target.comment_count == 0
    assert wrong_numbers() == []
