"""A random hour of activity: whatever people do, in whatever order, every kept number is what it counts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.cli.recount import find_differences
from app.kernel.db import db, write
from app.kernel.errors import Refusal
from app.kernel.events import dead_letters, deliver_pending, pending_count
from app.marks import actions as marks
from app.marks.models import Mark
from app.people.models import Person
from app.posts import actions as posts
from app.posts.bodies import prepare_body, prepare_comment
from app.posts.models import Comment, Post
from app.questions import actions
from app.questions.models import Answer, Question
from app.reputation.queries import shown_totals
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory, StewardFactory

TEXT = prepare_body("The link drops at night. What should I look at first?")
REMARK = prepare_comment("Which version is this?")
REASON = "It was never the schedule of the snapshots."
TAGS = ["night", "replication", "firmware", "boot"]

whoever = st.integers(0, 5)
whichever = st.integers(0, 30)


class Community(RuleBasedStateMachine):
    """Six people do things to whatever is there; a refusal is a fine answer, a wrong number is not."""

    empty: Callable[[], None]

    @initialize()
    def begin(self) -> None:
        db.session.remove()
        self.empty()
        account = AccountFactory()
        people = [PersonFactory(account=account), PersonFactory(account=account), PersonFactory(), PersonFactory()]
        self.people = [person.id for person in (*people, ExpertFactory(), StewardFactory())]

    def person(self, number: int) -> Person:
        return db.session.get_one(Person, self.people[number])

    def some(self, kind: type[Any], number: int) -> Any:
        ids = db.session.scalars(select(kind.id).order_by(kind.id)).all()
        return db.session.get_one(kind, ids[number % len(ids)])

    def has(self, kind: type[Any]) -> bool:
        return db.session.scalar(select(kind.id).limit(1)) is not None

    @rule(who=whoever, tags=st.sets(st.sampled_from(TAGS), min_size=1, max_size=3))
    def ask(self, who: int, tags: set[str]) -> None:
        draft = actions.Draft(title="Why does replication stop at night?", body=TEXT, tags=sorted(tags))
        with write():
            actions.ask_question(draft, by=self.person(who))

    @precondition(lambda self: self.has(Question))
    @rule(who=whoever, which=whichever)
    def answer(self, who: int, which: int) -> None:
        with suppress(Refusal), write():
            actions.answer_question(self.some(Question, which), TEXT, by=self.person(who))

    @precondition(lambda self: self.has(Post))
    @rule(who=whoever, which=whichever)
    def comment(self, who: int, which: int) -> None:
        with suppress(Refusal), write():
            post = self.some(Post, which)
            actions.comment_on(post, db.session.get_one(Question, post.thread_id), REMARK, by=self.person(who))

    @precondition(lambda self: self.has(Comment))
    @rule(who=whoever, which=whichever)
    def delete_comment(self, who: int, which: int) -> None:
        with suppress(Refusal), write():
            comment = self.some(Comment, which)
            posts.delete_comment(comment, db.session.get_one(Post, comment.post_id), by=self.person(who))

    @precondition(lambda self: self.has(Post))
    @rule(who=whoever, which=whichever, value=st.sampled_from([-1, 0, 1]))
    def vote(self, who: int, which: int, value: int) -> None:
        with suppress(Refusal), write():
            posts.vote(self.some(Post, which), value, by=self.person(who))

    @precondition(lambda self: self.has(Answer))
    @rule(which=whichever)
    def accept(self, which: int) -> None:
        with suppress(Refusal), write():
            answer = self.some(Answer, which)
            question = db.session.get_one(Question, answer.question_id)
            actions.accept_answer(question, answer, by=db.session.get_one(Person, question.author_id))

    @precondition(lambda self: self.has(Question))
    @rule(which=whichever)
    def withdraw_acceptance(self, which: int) -> None:
        with suppress(Refusal), write():
            question = self.some(Question, which)
            actions.withdraw_acceptance(question, by=db.session.get_one(Person, question.author_id))

    @precondition(lambda self: self.has(Question))
    @rule(who=whoever, which=whichever, tags=st.sets(st.sampled_from(TAGS), min_size=1, max_size=3))
    def edit_question(self, who: int, which: int, tags: set[str]) -> None:
        draft = actions.Draft(title="Why does replication stop at two?", body=TEXT, tags=sorted(tags))
        with suppress(Refusal), write():
            question = self.some(Question, which)
            actions.edit_question(question, draft, by=self.person(who), revision_number=question.revision_number)

    @precondition(lambda self: self.has(Post))
    @rule(who=whoever, which=whichever)
    def delete(self, who: int, which: int) -> None:
        with suppress(Refusal), write():
            post = self.some(Post, which)
            question = db.session.get_one(Question, post.thread_id)
            if isinstance(post, Answer):
                actions.delete_answer(post, question, by=self.person(who))
            else:
                actions.delete_question(question, by=self.person(who))

    @precondition(lambda self: self.has(Post))
    @rule(who=whoever, which=whichever)
    def restore(self, who: int, which: int) -> None:
        with suppress(Refusal), write():
            post = self.some(Post, which)
            question = db.session.get_one(Question, post.thread_id)
            if isinstance(post, Answer):
                actions.restore_answer(post, question, by=self.person(who))
            else:
                actions.restore_question(question, by=self.person(who))

    @precondition(lambda self: self.has(Answer))
    @rule(who=whoever, which=whichever, kind=st.sampled_from(["works", "fails", "outdated", "dangerous"]))
    def mark(self, who: int, which: int, kind: str) -> None:
        finding = marks.Finding(kind=kind, sentence="It was right until last year.")
        with suppress(Refusal), write():
            answer = self.some(Answer, which)
            question = db.session.get_one(Question, answer.question_id)
            marks.mark_answer(answer, question, finding, by=self.person(who))

    @precondition(lambda self: self.has(Mark))
    @rule(which=whichever, settle=st.booleans())
    def take_a_mark_away(self, which: int, settle: bool) -> None:
        with suppress(Refusal), write():
            mark = self.some(Mark, which)
            answer = db.session.get_one(Answer, mark.answer_id)
            question = db.session.get_one(Question, answer.question_id)
            if settle:
                marks.settle_mark(mark, answer, question, "The answer says so by now.", by=self.person(5))
            else:
                marks.withdraw_mark(answer, question, mark.kind, by=db.session.get_one(Person, mark.person_id))

    @precondition(lambda self: self.has(Answer))
    @rule(which=whichever)
    def recommend(self, which: int) -> None:
        with suppress(Refusal), write():
            answer = self.some(Answer, which)
            question = db.session.get_one(Question, answer.question_id)
            marks.recommend(answer, question, "I have seen this at four sites.", by=self.person(4))

    @precondition(lambda self: self.has(Answer))
    @rule(which=whichever)
    def own_a_mistake(self, which: int) -> None:
        with suppress(Refusal), write():
            answer = self.some(Answer, which)
            question = db.session.get_one(Question, answer.question_id)
            author = db.session.get_one(Person, answer.author_id)
            told = marks.Confession(body=TEXT, reason=REASON, revision_number=answer.revision_number, changed=1.0)
            marks.own_mistake(answer, question, told, by=author)

    @rule()
    def deliver(self) -> None:
        deliver_pending()

    @invariant()
    def an_accepted_answer_is_there_to_be_read(self) -> None:
        accepted = select(Question.accepted_answer_id)
        gone = select(Answer.id).where(Answer.id.in_(accepted), Answer.deleted_at.is_not(None))
        assert db.session.scalars(gone).all() == []

    def teardown(self) -> None:
        deliver_pending()
        assert dead_letters() == []
        assert pending_count() == 0
        assert list(find_differences()) == []
        assert min(shown_totals(getattr(self, "people", [])).values(), default=1) >= 1


@pytest.mark.one_database
def test_every_kept_number_survives_a_random_hour(fresh: Callable[[], None]):
    machine = type("Here", (Community,), {"empty": staticmethod(fresh)})
    hour = settings(
        max_examples=12,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(machine, settings=hour)
