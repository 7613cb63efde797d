"""Questions that ask the same: proposed, confirmed, turned down; one original, no chains, no circles."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.curation.closures import reopen_question
from app.curation.duplicates import confirm_duplicate, open_proposal, propose_duplicate, turn_down_duplicate
from app.curation.models import DuplicateProposal
from app.curation.standing import original_of, standing_of
from app.kernel.db import db, write
from app.kernel.errors import ChangedMeanwhile, NotAllowed, RuleBroken
from app.people.models import Person
from app.posts.bodies import prepare_body
from app.questions.actions import answer_question, change_visibility
from app.questions.models import LinkKind, NextStep, Question, QuestionLink, Visibility
from tests.curation.deeds import asker_of, close, confirm, done, make_duplicate, wrong_numbers
from tests.support.at_once import at_once
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)


def links(question):
    rows = select(QuestionLink.related_id, QuestionLink.kind).where(QuestionLink.question_id == question.id)
    return {(related_id, kind) for related_id, kind in db.session.execute(rows)}


def test_a_member_proposes_and_the_asker_confirms():
    question, original = QuestionFactory(), QuestionFactory()
    AnswerFactory(question=question)
    done(propose_duplicate, question, original, by=PersonFactory(), note="The same firewall.")

    assert not question.is_closed

    confirm(question, asker_of(question))

    assert (question.close_reason, question.duplicate_of_id) == ("duplicate", original.id)
    assert question.closed_by_id == question.author_id
    assert question.next_step == NextStep.NONE
    assert links(question) == {(original.id, LinkKind.DUPLICATE)}
    assert wrong_numbers() == []


@pytest.mark.parametrize("maker", [ExpertFactory, StewardFactory])
def test_an_expert_or_a_steward_confirms_by_saying_it(maker):
    question, original = QuestionFactory(), QuestionFactory()

    done(propose_duplicate, question, original, by=maker())

    assert question.duplicate_of_id == original.id


@pytest.mark.parametrize("maker", [PersonFactory, SalesFactory])
def test_nobody_else_confirms_or_turns_down(maker):
    question, original = QuestionFactory(), QuestionFactory()
    done(propose_duplicate, question, original, by=PersonFactory())
    bystander = maker()

    with pytest.raises(NotAllowed):
        confirm(question, bystander)
    with pytest.raises(NotAllowed):
        done(turn_down_duplicate, open_proposal(question), question, by=bystander)

    assert not question.is_closed


def test_it_is_turned_down_with_a_word_and_may_be_proposed_again():
    question, original, member = QuestionFactory(), QuestionFactory(), PersonFactory()
    proposal = done(propose_duplicate, question, original, by=member)
    done(turn_down_duplicate, proposal, question, by=asker_of(question), words="Mine is on R24, not R30.")

    assert open_proposal(question) is None
    [line] = standing_of(question, member).record
    assert (line.entry.done, line.entry.words, line.other.id) == (
        "not_duplicate",
        "Mine is on R24, not R30.",
        original.id,
    )
    with pytest.raises(ChangedMeanwhile):
        done(confirm_duplicate, proposal, question, by=StewardFactory())

    done(propose_duplicate, question, original, by=member)
    assert open_proposal(question) is not None


def test_whoever_proposed_it_takes_it_back():
    question, original, member = QuestionFactory(), QuestionFactory(), PersonFactory()
    proposal = done(propose_duplicate, question, original, by=member)

    done(turn_down_duplicate, proposal, question, by=member)

    assert open_proposal(question) is None


def test_one_proposal_waits_at_a_time():
    question, original = QuestionFactory(), QuestionFactory()
    done(propose_duplicate, question, original, by=PersonFactory())

    with pytest.raises(RuleBroken, match="proposed for this question already"):
        done(propose_duplicate, question, QuestionFactory(), by=PersonFactory())


def test_confirming_twice_is_confirming_once():
    question, original = QuestionFactory(), QuestionFactory()
    proposal = done(propose_duplicate, question, original, by=PersonFactory())
    steward = StewardFactory()
    done(confirm_duplicate, proposal, question, by=steward)
    done(confirm_duplicate, proposal, question, by=steward)

    assert [line.entry.done for line in standing_of(question, None).record] == ["duplicate"]


def test_a_duplicate_of_a_duplicate_points_to_the_end():
    first, second, third = (QuestionFactory() for _ in range(3))
    make_duplicate(second, third)
    make_duplicate(first, second)

    assert first.duplicate_of_id == third.id


def test_what_pointed_to_a_duplicate_points_to_the_end_too():
    first, second, third = (QuestionFactory() for _ in range(3))
    make_duplicate(first, second)
    make_duplicate(second, third)

    assert (first.duplicate_of_id, second.duplicate_of_id) == (third.id, third.id)
    assert links(first) == {(second.id, LinkKind.DUPLICATE), (third.id, LinkKind.DUPLICATE)}


def test_there_are_no_circles():
    first, second, third = (QuestionFactory() for _ in range(3))
    make_duplicate(first, second)
    make_duplicate(second, third)

    for other in (first, second, third):
        with pytest.raises(RuleBroken, match="leads here already"):
            make_duplicate(third, other)


def test_what_is_closed_deleted_or_locked_is_no_duplicate_any_more():
    question, original = QuestionFactory(), QuestionFactory()
    done(propose_duplicate, question, original, by=PersonFactory())
    close(question)

    assert open_proposal(question) is None
    with pytest.raises(RuleBroken, match="closed already"):
        make_duplicate(question, original)


def test_a_public_question_does_not_lead_to_a_confidential_one():
    question, confidential = QuestionFactory(), QuestionFactory(visibility=Visibility.COMPANY)

    with pytest.raises(RuleBroken, match="cannot read the other one"):
        make_duplicate(question, confidential)

    make_duplicate(confidential, question)
    assert confidential.duplicate_of_id == question.id


def test_confidential_questions_of_two_companies_do_not_lead_to_one_another():
    one, other = (
        QuestionFactory(author=PersonFactory(account=AccountFactory()), visibility=Visibility.COMPANY) for _ in range(2)
    )

    with pytest.raises(RuleBroken, match="cannot read the other one"):
        make_duplicate(one, other)


def test_colleagues_questions_lead_to_one_another():
    account = AccountFactory()
    one, other = (
        QuestionFactory(author=PersonFactory(account=account), visibility=Visibility.COMPANY) for _ in range(2)
    )
    make_duplicate(one, other)

    assert one.duplicate_of_id == other.id


def test_an_original_that_became_confidential_is_not_shown():
    question, original, steward = QuestionFactory(), QuestionFactory(), StewardFactory()
    make_duplicate(question, original, by=steward)
    done(change_visibility, original, Visibility.COMPANY, by=steward)

    assert original_of(question, None) is None
    assert original_of(question, steward) == original
    assert [line.other for line in standing_of(question, None).record] == [None]


def test_a_proposal_is_shown_to_those_who_see_both():
    question, original, steward = QuestionFactory(), QuestionFactory(), StewardFactory()
    done(propose_duplicate, question, original, by=PersonFactory())
    done(change_visibility, original, Visibility.COMPANY, by=steward)

    assert standing_of(question, asker_of(question)).proposed is None
    assert standing_of(question, steward).proposed is not None


def test_reopening_leads_nowhere_and_still_mentions_the_other():
    question, original = QuestionFactory(), QuestionFactory()
    make_duplicate(question, original, by=StewardFactory())
    with pytest.raises(NotAllowed):
        done(reopen_question, question, by=asker_of(question))
    done(reopen_question, question, by=StewardFactory())

    assert question.duplicate_of_id is None
    assert not question.is_closed
    assert links(question) == {(original.id, LinkKind.RELATED)}
    assert question.next_step == NextStep.NOBODY
    done(answer_question, question, prepare_body("It is the schedule."), by=ExpertFactory())
    assert wrong_numbers() == []


def test_whoever_confirmed_it_opens_it_again():
    question, original = QuestionFactory(), QuestionFactory()
    done(propose_duplicate, question, original, by=asker_of(question))
    done(reopen_question, question, by=asker_of(question))

    assert not question.is_closed


def test_two_that_lead_to_one_another_at_once_make_no_circle(app):
    for _ in range(4):
        ids = [QuestionFactory().id for _ in range(3)]
        steward_id = StewardFactory().id

        def lead(question_id, original_id, steward_id=steward_id):
            def deed():
                question, original = (db.session.get_one(Question, one) for one in (question_id, original_id))
                propose_duplicate(question, original, by=db.session.get_one(Person, steward_id))

            return deed

        faults = at_once(app, [lead(ids[0], ids[1]), lead(ids[1], ids[2]), lead(ids[2], ids[0])])

        assert all(isinstance(fault, RuleBroken) for fault in faults), faults
        ends = {one.id: one.duplicate_of_id for one in (db.session.get_one(Question, id_) for id_ in ids)}
        originals = [one for one, end in ends.items() if end is None]
        assert len(originals) == 1
        assert {end for end in ends.values() if end} == set(originals)
    assert wrong_numbers() == []


def test_the_same_proposal_is_confirmed_by_many_at_once(app):
    question_id, original_id = QuestionFactory().id, QuestionFactory().id
    with write():
        proposal = propose_duplicate(
            db.session.get_one(Question, question_id), db.session.get_one(Question, original_id), by=PersonFactory()
        )
        proposal_id = proposal.id
    stewards = [StewardFactory().id for _ in range(6)]

    def confirms(steward_id):
        def deed():
            found = db.session.get_one(DuplicateProposal, proposal_id)
            confirm_duplicate(
                found, db.session.get_one(Question, question_id), by=db.session.get_one(Person, steward_id)
            )

        return deed

    assert at_once(app, [confirms(one) for one in stewards]) == []
    question = db.session.get_one(Question, question_id)
    assert question.duplicate_of_id == original_id
    assert len(standing_of(question, None).record) == 1
