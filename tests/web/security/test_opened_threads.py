"""A thread that was confidential and is public: nobody reads what its people did not agree to show."""

from __future__ import annotations

import pytest

from app.curation.openings import consent, missing_in, propose_opening, writers_in
from app.curation.splits import chosen, prepare_split, split_comments
from app.kernel.db import db
from app.marks.actions import Finding, mark_answer, recommend
from app.questions.models import Question, Visibility
from tests.curation.deeds import done, merge
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
)
from tests.support.uploads import mention, upload


class Exchange:
    """A company's question, answered by an expert and commented by a colleague."""

    def __init__(self):
        self.account = AccountFactory(name="Fernhill Hospitals")
        self.asker, self.colleague = PersonFactory(account=self.account), PersonFactory(account=self.account)
        self.expert = ExpertFactory()
        self.log = upload(self.expert, b"10:00 ward six", "ward.log")
        self.question = QuestionFactory(author=self.asker, visibility=Visibility.COMPANY)
        self.answer = AnswerFactory(question=self.question, author=self.expert, body=f"Ward six. {mention(self.log)}")
        self.comment = CommentFactory(post=self.answer, author=self.colleague)

    def open(self):
        done(propose_opening, self.question, by=self.asker)
        done(consent, self.question, by=self.colleague)
        done(consent, self.question, by=self.expert)
        assert self.question.is_public


@pytest.fixture
def exchange():
    return Exchange()


def test_what_was_said_of_answers_in_confidence_stays_there(client, exchange):
    bystander = PersonFactory(account=exchange.account)
    finding = Finding(kind="dangerous", sentence="It took down the cluster of ward six.")
    done(mark_answer, exchange.answer, exchange.question, finding, by=bystander)
    done(recommend, exchange.answer, exchange.question, "It helped them in ward six.", by=ExpertFactory())
    exchange.open()

    question, answer = exchange.question, exchange.answer
    for path in (f"/questions/{question.id}/{question.slug}", f"/answers/{answer.id}/marks"):
        page = client.get(path).text
        assert "took down the cluster" not in page
        assert "helped them in ward six" not in page
        assert f"@{bystander.handle}" not in page


def test_a_text_that_was_taken_back_in_confidence_stays_there(client, sign_in, exchange):
    right = {"revision": 1, "reason": "It was about another site.", "body": "Look at the schedule of the snapshots."}
    path = f"/answers/{exchange.answer.id}/correction"
    assert sign_in(exchange.expert).post(path, data=right).status_code == 303
    exchange.open()

    question = exchange.question
    assert "Ward six" not in client.get(f"/questions/{question.id}/{question.slug}").text
    assert client.get(exchange.log.address).status_code == 404


@pytest.mark.one_database
def test_a_consent_is_not_for_what_a_merger_brings(exchange):
    other = QuestionFactory(author=exchange.asker, visibility=Visibility.COMPANY)
    AnswerFactory(question=other, author=exchange.expert)
    done(propose_opening, exchange.question, by=exchange.asker)
    done(consent, exchange.question, by=exchange.expert)

    merge(other, exchange.question)

    assert exchange.expert in {writer.person for writer in missing_in(writers_in(exchange.question))}


@pytest.mark.one_database
def test_whoever_is_quoted_in_a_question_of_comments_is_asked_too(exchange):
    first = CommentFactory(post=exchange.question, author=exchange.expert, body="Which ward is it?")
    reply = CommentFactory(post=exchange.question, author=exchange.colleague, body="It is ward six.")
    title = "What about the volume of the ward?"
    split = prepare_split(title, ["night"], chosen(exchange.question, [first.id, reply.id]))
    new = done(split_comments, exchange.question, exchange.question, split, by=exchange.expert)

    done(propose_opening, new, by=exchange.expert)

    assert not db.session.get_one(Question, new.id).is_public
