"""After any activity, delivered at any time, ledgers hold exactly what the site says, and a rebuild changes nothing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from app.affinity import proof as affinity
from app.affinity.actions import measure
from app.affinity.histories import histories
from app.affinity.ledger import desired_rows, stored_rows
from app.affinity.models import AffinityEvent
from app.affinity.not_counted import count_again, leave_out
from app.jobs.rebuilding import rebuild
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import Refusal
from app.kernel.events import deliver_pending
from app.marks import actions as marks
from app.people.models import Person
from app.posts import actions as posts
from app.posts.bodies import prepare_body
from app.posts.models import Comment, Post
from app.questions import actions as questions
from app.questions.models import Answer, Question
from app.reputation.proof import differences
from tests.affinity.community import invite
from tests.affinity.second_reading import SecondReading
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

DEEDS = (
    *("ask", "answer", "comment", "vote", "accept", "withdraw", "delete", "restore", "take back", "deliver"),
    *("works", "fails", "unmark", "correct", "leave out", "count"),
)
NEW = prepare_body("Replace the cable between the sites; it was never the schedule.")
REASON = "It was never the schedule of the snapshots."
steps = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 50), st.integers(0, 50), st.sampled_from([-1, 0, 1])),
    min_size=15,
    max_size=40,
)


@dataclass
class Community:
    """A few people, and what they have written so far."""

    people: list[int]
    steward: int
    questions: list[int] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)

    def do(self, deed: str, one: int, other: int, value: int) -> None:
        """Do something, if it can be done: `one` and `other` choose who and what."""
        who = db.session.get_one(Person, self.people[one % len(self.people)])
        if deed == "ask":
            self.questions.append(QuestionFactory(author=who).id)
        elif deed == "deliver":
            deliver_pending()
        elif deed in {"leave out", "count"}:
            with write():
                (leave_out if deed == "leave out" else count_again)(db.session.get_one(Person, who.id))
        elif self.questions:
            with write(), suppress(Refusal):
                self._react(deed, db.session.get_one(Person, who.id), other, value)

    def _react(self, deed: str, who: Person, other: int, value: int) -> None:
        steward = db.session.get_one(Person, self.steward)
        question = db.session.get_one(Question, self.questions[other % len(self.questions)])
        everything = [*self.questions, *self.answers]
        post = db.session.get_one(Post, everything[other % len(everything)])
        if deed == "answer":
            self.answers.append(AnswerFactory(question=question, author=who).id)
        elif deed == "comment":
            self.comments.append(CommentFactory(post=post, author=who).id)
        elif deed == "vote":
            posts.vote(post, value, by=who)
        elif deed == "withdraw":
            questions.withdraw_acceptance(question, by=db.session.get_one(Person, question.author_id))
        elif deed == "take back" and self.comments:
            comment = db.session.get_one(Comment, self.comments[other % len(self.comments)])
            posts.delete_comment(comment, db.session.get_one(Post, comment.post_id), by=steward)
        elif deed in {"accept", "delete", "restore"}:
            self._change(deed, post, steward)
        elif isinstance(post, Answer):
            self._judge(deed, post, who, other)

    def _judge(self, deed: str, answer: Answer, who: Person, other: int) -> None:
        question = db.session.get_one(Question, answer.question_id)
        asker, author = db.session.get_one(Person, question.author_id), db.session.get_one(Person, answer.author_id)
        if deed in {"works", "fails"}:
            marks.mark_answer(answer, question, marks.Finding(kind=deed), by=who if deed == "fails" else asker)
        elif deed == "unmark":
            marks.withdraw_mark(answer, question, "works", by=asker)
        elif deed == "correct":
            thanked = db.session.get_one(Person, self.people[other % len(self.people)])
            told = marks.Confession(
                body=NEW, reason=REASON, revision_number=answer.revision_number, changed=1.0, thanks=thanked
            )
            marks.own_mistake(answer, question, told, by=author)

    def _change(self, deed: str, post: Post, steward: Person) -> None:
        question = db.session.get_one(Question, post.thread_id)
        if isinstance(post, Answer):
            deeds: dict[str, Callable[[], None]] = {
                "accept": lambda: questions.accept_answer(
                    question, post, by=db.session.get_one(Person, question.author_id)
                ),
                "delete": lambda: questions.delete_answer(post, question, by=steward),
                "restore": lambda: questions.restore_answer(post, question, by=steward),
            }
            deeds[deed]()
        elif deed == "delete":
            questions.delete_question(question, by=steward)
        elif deed == "restore":
            questions.restore_question(question, by=steward)


def gather() -> Community:
    """Two companies of two people each, somebody without a company, two experts and a steward."""
    accounts = [AccountFactory(), AccountFactory()]
    members = [PersonFactory(account=account) for account in accounts for _ in range(2)]
    invite(members[0], members[1])
    invite(members[2], None)
    everybody = [*members, PersonFactory(), ExpertFactory(), ExpertFactory()]
    return Community(people=[person.id for person in everybody], steward=StewardFactory().id)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(activity=steps)
def test_whatever_happens_the_ledgers_agree_with_the_threads(fresh, activity):
    fresh()
    community = gather()
    for step in activity:
        community.do(*step)
    deliver_pending()

    assert stored_rows(community.questions).keys() == desired_rows(community.questions)
    assert list(affinity.differences()) == []
    assert list(differences()) == []
    assert_a_rebuild_scores_the_same()


def assert_a_rebuild_scores_the_same() -> None:
    """What was settled bit by bit scores to what is read from an empty ledger, and to the second reading."""
    now = clock.now()
    events = {account_id: history.events for account_id, history in histories(now)}
    settled = {one.account_id: one.score for one in measure(now)}
    with write():
        db.session.execute(delete(AffinityEvent))
    list(rebuild())

    for one in measure(now):
        before = settled[one.account_id]
        assert one.score.score == pytest.approx(before.score, abs=1e-9)
        assert (one.score.active_people, one.score.overdue) == (before.active_people, before.overdue)
        second = SecondReading(events[one.account_id], now, 2_500).result()
        assert before.score == pytest.approx(second["score"], abs=1e-6)
