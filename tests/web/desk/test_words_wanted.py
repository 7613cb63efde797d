"""The desk also names the duplicates and openings that wait for somebody's word."""

from __future__ import annotations

import pytest

from app.curation.duplicates import propose_duplicate
from app.curation.openings import consent, propose_opening
from app.kernel.db import db, write
from app.marks.actions import Finding, mark_answer
from app.questions.models import Question, Visibility
from app.topics.models import TagSteward
from tests.support.factories import AccountFactory, AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory


@pytest.mark.one_database
def test_a_proposed_duplicate_waits_on_the_desk_until_it_is_settled(sign_in):
    question = QuestionFactory(title="Why does the second peer never answer?")
    original, member = QuestionFactory(), PersonFactory()
    expert = ExpertFactory()
    with write():
        propose_duplicate(question, original, by=member)

    desk = sign_in(expert)
    assert "Why does the second peer never answer?" in desk.get("/desk").text
    assert "Proposed as a duplicate" in desk.get("/desk").text

    desk.post(f"/questions/{question.id}/duplicate/confirmation")

    assert "Proposed as a duplicate" not in desk.get("/desk").text


@pytest.mark.one_database
def test_an_opening_waits_on_the_desk_of_those_who_wrote_in_it(sign_in):
    asker = PersonFactory(account=AccountFactory())
    question = QuestionFactory(author=asker, visibility=Visibility.COMPANY)
    writer, bystander = ExpertFactory(), ExpertFactory()
    AnswerFactory(question=question, author=writer)
    with write():
        propose_opening(question, by=asker)

    assert "Would become public if you agree" in sign_in(writer).get("/desk").text
    assert "Would become public if you agree" not in sign_in(bystander).get("/desk").text

    with write():
        consent(question, by=writer)

    assert "Would become public if you agree" not in sign_in(writer).get("/desk").text


def test_a_warning_waits_on_the_desk_of_whoever_looks_after_the_topic(sign_in):
    answer, keeper = AnswerFactory(), ExpertFactory()
    question = db.session.get_one(Question, answer.question_id)
    with write():
        db.session.add(TagSteward(tag_id=question.tags[0].id, person_id=keeper.id))
        finding = Finding(kind="outdated", sentence="Since version 2.0 the wizard does it.")
        mark_answer(answer, question, finding, by=PersonFactory())

    assert "Since version 2.0 the wizard does it." in sign_in(keeper).get("/desk").text
    assert "Since version 2.0 the wizard does it." not in sign_in(ExpertFactory()).get("/desk").text
