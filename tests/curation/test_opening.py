"""A confidential thread becomes public when everybody who wrote in it agrees, and never before."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from app.affinity.models import AffinityEvent
from app.curation.exposure import exposure_of
from app.curation.openings import (
    consent,
    make_confidential,
    missing_in,
    propose_opening,
    refuse_opening,
    request_for,
    withdraw_consent,
    writers_in,
)
from app.curation.standing import standing_of
from app.kernel.db import db
from app.kernel.errors import NotAllowed, RuleBroken
from app.kernel.events import deliver_pending
from app.people.models import Person
from app.posts.bodies import prepare_body, prepare_comment
from app.questions import actions, queries
from app.questions.models import Question, Visibility
from tests.curation.deeds import done, wrong_numbers
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

ADVICE, REMARK = prepare_body("Serial number: CZ24250XYZ7"), prepare_comment("It is 7.2.")


class Exchange:
    """A company's question, answered by an expert and commented by a colleague."""

    def __init__(self):
        account = AccountFactory(name="Fernhill Hospitals")
        self.asker, self.colleague = PersonFactory(account=account), PersonFactory(account=account)
        self.expert = ExpertFactory()
        self.question = QuestionFactory(author=self.asker, visibility=Visibility.COMPANY, tags=["night"])
        self.answer = AnswerFactory(question=self.question, author=self.expert)
        self.comment = CommentFactory(post=self.answer, author=self.colleague)

    def missing(self):
        return {writer.person for writer in missing_in(writers_in(self.question))}


@pytest.fixture
def exchange():
    return Exchange()


def test_the_last_word_opens_it_without_the_companys_name(exchange):
    question = exchange.question
    done(propose_opening, question, by=exchange.asker)
    assert exchange.missing() == {exchange.expert, exchange.colleague}
    done(consent, question, by=exchange.colleague)
    assert not question.is_public
    assert done(consent, question, by=exchange.expert)

    assert question.is_public
    assert question.opened_at is not None
    assert question.company_withheld
    assert (question.author_employer, exchange.comment.author_employer) == ("", "")
    assert exchange.answer.author_employer != ""
    assert request_for(question) is None
    assert [line.entry.done for line in standing_of(question, None).record] == ["opened"]
    assert question.tags[0].question_count == 1
    assert wrong_numbers() == []
    assert db.session.query(AffinityEvent).count() > 0


def test_whoever_asked_may_let_the_company_be_named(exchange):
    done(propose_opening, exchange.question, by=exchange.expert)
    done(consent, exchange.question, by=exchange.colleague, withhold_company=False)
    assert request_for(exchange.question).withhold_company
    done(consent, exchange.question, by=exchange.asker, withhold_company=False)

    assert exchange.question.is_public
    assert exchange.comment.author_employer == "Fernhill Hospitals"


def test_who_proposes_it(exchange):
    for other in (exchange.colleague, ExpertFactory(), StewardFactory(), PersonFactory()):
        with pytest.raises(NotAllowed):
            done(propose_opening, exchange.question, by=other)

    done(propose_opening, exchange.question, by=exchange.expert)
    assert request_for(exchange.question).proposed_by_id == exchange.expert.id


def test_only_writers_have_a_say(exchange):
    done(propose_opening, exchange.question, by=exchange.asker)

    for other in (ExpertFactory(), StewardFactory()):
        with pytest.raises(NotAllowed):
            done(consent, exchange.question, by=other)


def test_an_edit_or_a_new_post_asks_its_author_again(exchange):
    question = exchange.question
    done(propose_opening, question, by=exchange.asker)
    done(consent, question, by=exchange.expert)
    done(actions.edit_answer, exchange.answer, ADVICE, by=exchange.expert, revision_number=1)
    assert exchange.expert in exchange.missing()
    done(consent, question, by=exchange.expert)
    done(actions.comment_on, question, question, REMARK, by=exchange.asker)
    assert exchange.missing() == {exchange.asker, exchange.colleague}

    assert not done(consent, question, by=exchange.colleague)
    assert done(consent, question, by=exchange.asker)


def test_whoever_writes_later_is_asked_too(exchange):
    steward = StewardFactory()
    done(propose_opening, exchange.question, by=exchange.asker)
    done(actions.comment_on, exchange.answer, exchange.question, REMARK, by=steward)

    assert steward in exchange.missing()


def test_a_word_is_taken_back_until_it_is_public(exchange):
    question = exchange.question
    done(propose_opening, question, by=exchange.asker)
    done(consent, question, by=exchange.expert)
    done(withdraw_consent, question, by=exchange.expert)
    assert exchange.expert in exchange.missing()
    for person in (exchange.expert, exchange.colleague):
        done(consent, question, by=person)

    with pytest.raises(RuleBroken, match="Everybody can read"):
        done(withdraw_consent, question, by=exchange.expert)


def test_whoever_asked_refuses_and_then_only_they_propose_it_again(exchange):
    question = exchange.question
    done(propose_opening, question, by=exchange.expert)
    with pytest.raises(NotAllowed):
        done(refuse_opening, question, by=exchange.colleague)
    done(refuse_opening, question, by=exchange.asker)

    assert request_for(question) is None
    with pytest.raises(NotAllowed, match="stay confidential"):
        done(propose_opening, question, by=exchange.expert)
    done(propose_opening, question, by=exchange.asker)
    assert exchange.missing() == {exchange.expert, exchange.colleague}


def test_what_was_taken_away_and_former_members_do_not_count(exchange):
    question = exchange.question
    gone = AnswerFactory(question=question, author=ExpertFactory())
    CommentFactory(post=gone, author=ExpertFactory())
    done(actions.delete_answer, gone, question, by=StewardFactory())
    done(lambda: db.session.execute(update(Person).where(Person.id == exchange.colleague.id).values(email=None)))
    done(propose_opening, question, by=exchange.asker)

    assert exchange.missing() == {exchange.expert}
    done(consent, question, by=exchange.expert)
    with pytest.raises(NotAllowed, match="before the thread was made public"):
        done(actions.restore_answer, gone, question, by=StewardFactory())


def test_an_answer_that_comes_back_asks_its_author_again(exchange):
    question, steward = exchange.question, StewardFactory()
    done(propose_opening, question, by=exchange.asker)
    done(consent, question, by=exchange.expert)
    done(actions.delete_answer, exchange.answer, question, by=steward)
    done(actions.restore_answer, exchange.answer, question, by=steward)
    deliver_pending()

    assert exchange.expert in exchange.missing()


def test_what_was_recorded_in_confidence_is_not_shown_in_public(exchange):
    done(propose_opening, exchange.question, by=exchange.expert)
    done(refuse_opening, exchange.question, by=exchange.expert)
    done(propose_opening, exchange.question, by=exchange.asker)
    for person in (exchange.colleague, exchange.expert):
        done(consent, exchange.question, by=person)

    assert [line.entry.done for line in standing_of(exchange.question, None).record] == ["opened"]


def test_what_would_be_public_is_shown_with_what_looks_private(exchange):
    done(actions.edit_answer, exchange.answer, ADVICE, by=exchange.expert, revision_number=1)
    asked = queries.for_page(queries.visible_to(exchange.asker)).execution_options(populate_existing=True)
    exposure = exposure_of(db.session.scalars(asked).unique().one())

    assert [shown.post for shown in exposure.posts] == [exchange.question, exchange.answer]
    assert [finding.kind.value for finding in exposure.posts[1].findings] == ["a serial number"]
    assert exposure.findings_count == 1
    assert [one.comment for one in exposure.posts[1].comments] == [exchange.comment]
    assert exposure.names_company(exchange.comment)
    assert not exposure.names_company(exchange.answer)


def test_a_question_nobody_answered_opens_by_the_word_of_who_asked():
    asker = PersonFactory(account=AccountFactory())
    question = QuestionFactory(author=asker, visibility=Visibility.COMPANY)
    done(propose_opening, question, by=asker)

    assert question.is_public


def test_the_last_two_words_come_at_once(app, exchange):
    question_id, people = exchange.question.id, [exchange.expert.id, exchange.colleague.id]
    done(propose_opening, exchange.question, by=exchange.asker)

    def agrees(person_id):
        def deed():
            consent(db.session.get_one(Question, question_id), by=db.session.get_one(Person, person_id))

        return deed

    assert at_once(app, [agrees(one) for one in people]) == []
    question = db.session.get_one(Question, question_id)
    assert question.is_public
    assert len(standing_of(question, None).record) == 1
    assert wrong_numbers() == []


@pytest.mark.parametrize("by_steward", [True, False])
def test_a_public_question_becomes_confidential_at_once(by_steward):
    asker = PersonFactory(account=AccountFactory())
    question = QuestionFactory(author=asker, tags=["night"])
    AnswerFactory(question=question, accepted=True)
    by = StewardFactory() if by_steward else asker
    done(make_confidential, question, by=by, reason="The log names our hosts.")

    assert question.visibility == Visibility.COMPANY
    assert question.opened_at is None
    assert question.tags[0].question_count == 0
    [line] = standing_of(question, asker).record
    assert (line.entry.done, line.entry.words) == ("narrowed", "The log names our hosts.")
    assert wrong_numbers() == []
    assert db.session.query(AffinityEvent).count() == 0
    with pytest.raises(RuleBroken, match="confidential already"):
        done(make_confidential, question, by=by)


def test_what_an_employee_asked_is_for_employees():
    question = QuestionFactory(author=ExpertFactory())
    done(make_confidential, question, by=StewardFactory())

    assert question.visibility == Visibility.EMPLOYEES


@pytest.mark.parametrize("maker", [PersonFactory, ExpertFactory, SalesFactory])
def test_nobody_else_changes_who_may_read(maker):
    with pytest.raises(NotAllowed):
        done(make_confidential, QuestionFactory(), by=maker())
