"""Who is told what: each kind once, whatever is delivered how often and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.curation import closures, duplicates, mergers, openings
from app.curation.models import DuplicateProposal
from app.desk import actions as desk
from app.kernel import clock
from app.kernel.db import db, write
from app.marks import actions as marks
from app.marks.actions import Confession, Finding
from app.marks.models import Mark
from app.notifications.actions import end_follow
from app.notifications.kinds import SENTENCES, Kind, sentence
from app.notifications.models import Notice
from app.people.models import Person
from app.posts.actions import delete_comment
from app.posts.bodies import prepare_body
from app.questions import actions as questions
from app.questions.models import CloseReason, Question, Visibility
from app.topics.models import Tag, TagSteward
from tests.notifications.inboxes import (
    deliver,
    deliver_again,
    deliver_in_any_order,
    everything_told,
    forget_all_told,
    kinds_told,
)
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NEW_TEXT = prepare_body("Replace the cable between the sites; it was never the schedule at all.")


@pytest.fixture
def asker() -> Person:
    return PersonFactory(handle="marta-k")


@pytest.fixture
def expert() -> Person:
    return ExpertFactory(handle="netowl")


@pytest.fixture
def follower() -> Person:
    return PersonFactory(handle="tomasz")


@pytest.fixture
def steward() -> Person:
    return StewardFactory()


@pytest.fixture
def question(asker, follower) -> Question:
    """A question that somebody else follows since an hour, because they commented."""
    now = clock.now()
    question = QuestionFactory(author=asker, at=now - 3 * HOUR)
    CommentFactory(post=question, author=follower, at=now - 2 * HOUR)
    deliver()
    forget_notices()
    return question


@pytest.fixture
def answer(question, expert):
    answer = AnswerFactory(question=question, author=expert, at=clock.now() - 90 * MINUTE)
    deliver()
    forget_notices()
    return answer


def forget_notices():
    with write():
        db.session.execute(db.delete(Notice))


def test_every_kind_has_a_sentence():
    assert set(SENTENCES) == set(Kind)
    assert sentence(Kind.COMMENTED, who="Ana", on_question=False) == "Ana commented on your answer"
    assert sentence(Kind.ANSWERED, who=None, on_question=True) == "A former member answered your question"


def test_an_answer_is_told_to_the_asker_and_to_followers_and_not_to_its_author(question, asker, follower, expert):
    AnswerFactory(question=question, author=expert)
    deliver()

    assert kinds_told(asker) == ["answered"]
    assert kinds_told(follower) == ["new_answer"]
    assert kinds_told(expert) == []


def test_a_comment_is_told_to_the_author_of_the_post(answer, asker, follower, expert):
    CommentFactory(post=answer, author=asker)
    deliver()

    assert kinds_told(expert) == ["commented"]
    assert kinds_told(follower) == kinds_told(asker) == []


def test_a_comment_that_was_taken_back_is_told_no_more(answer, asker, expert):
    told, untold = CommentFactory(post=answer, author=asker), CommentFactory(post=answer, author=asker)
    with write():
        delete_comment(untold, answer, by=asker)
    deliver()
    assert kinds_told(expert) == ["commented"]

    with write():
        delete_comment(told, answer, by=asker)
    deliver()
    assert kinds_told(expert) == []


def test_an_edit_is_told_to_followers_and_to_the_author_in_other_words(answer, asker, follower, expert, steward):
    with write():
        questions.edit_answer(answer, NEW_TEXT, by=steward, revision_number=1, reason="Say which cable.")
    deliver()

    assert kinds_told(expert) == ["yours_edited"]
    assert kinds_told(follower) == kinds_told(asker) == ["edited"]


def test_edits_in_a_row_are_one_edit_and_those_right_after_posting_none(question, follower):
    mine = AnswerFactory(question=question, author=ExpertFactory(), at=clock.now() - 100 * MINUTE)
    author = db.session.get_one(Person, mine.author_id)
    edit(mine, author, 1, after=5 * MINUTE)
    edit(mine, author, 2, after=70 * MINUTE)
    edit(mine, author, 3, after=95 * MINUTE)
    deliver()

    assert kinds_told(follower) == ["new_answer", "edited"]


def edit(answer, by, number, *, after):
    with clock.at(answer.created_at + after), write():
        body = prepare_body(f"{answer.body} That is my edit number {number}.")
        questions.edit_answer(answer, body, by=by, revision_number=number)


def test_acceptance_is_told_and_taken_back(question, answer, asker, follower, expert):
    with write():
        questions.accept_answer(question, answer, by=asker)
    deliver()
    assert kinds_told(expert) == ["yours_accepted"]
    assert kinds_told(follower) == ["accepted"]
    assert kinds_told(asker) == []

    with write():
        questions.withdraw_acceptance(question, by=asker)
    deliver()
    assert everything_told() == set()


@pytest.mark.parametrize("kind", ["outdated", "dangerous"])
def test_a_warning_reaches_the_author_and_the_steward_of_the_topic(question, answer, follower, expert, steward, kind):
    with write():
        tag = db.session.scalars(select(Tag).where(Tag.name == "replication")).one()
        db.session.add(TagSteward(tag_id=tag.id, person_id=steward.id))
        marks.mark_answer(answer, question, Finding(kind=kind, sentence="It loses data since 7.2."), by=follower)
    deliver()

    assert kinds_told(expert) == [f"yours_{kind}"]
    assert kinds_told(steward) == [kind]
    assert db.session.scalars(select(Notice.words)).all() == ["It loses data since 7.2."] * 2

    with write():
        marks.withdraw_mark(answer, question, kind, by=follower)
    deliver()
    assert everything_told() == set()


def test_who_warned_is_told_what_was_done_about_it(question, answer, follower, expert):
    with write():
        marks.mark_answer(
            answer, question, Finding(kind="outdated", sentence="It is otherwise since 7.2."), by=follower
        )
    with write():
        mark = db.session.scalars(select(Mark)).one()
        marks.settle_mark(mark, answer, question, "The answer says so now.", by=expert)
    deliver()

    assert kinds_told(follower) == ["settled"]
    assert kinds_told(expert) == []


def test_marks_that_warn_of_nothing_are_told_to_nobody(question, answer, follower):
    with write():
        marks.mark_answer(answer, question, Finding(kind="works"), by=follower)
    deliver()

    assert everything_told() == set()


def test_a_recommendation_is_told_to_the_author(question, answer, expert):
    other = ExpertFactory()
    with write():
        marks.recommend(answer, question, "I have done it so for years.", by=other)
    deliver()
    assert kinds_told(expert) == ["recommended"]

    with write():
        marks.withdraw_recommendation(answer, question, by=other)
    deliver()
    assert kinds_told(expert) == []


def test_an_owned_mistake_is_told_once_and_asks_the_asker_again(question, answer, asker, follower, expert):
    with write():
        marks.mark_answer(answer, question, Finding(kind="dangerous", sentence="It loses data since 7.2."), by=follower)
    deliver()
    assert kinds_told(expert) == ["yours_dangerous"]

    confession = Confession(body=NEW_TEXT, reason="It was the cable.", revision_number=1, changed=0.9)
    with write():
        marks.own_mistake(answer, question, confession, by=expert)
    deliver()

    assert kinds_told(asker) == ["solved_now"]
    assert kinds_told(follower) == ["corrected"]
    assert kinds_told(expert) == []


def test_closing_and_opening_again_are_told_to_followers(question, asker, follower, steward):
    with write():
        closures.close_question(question, CloseReason.UNCLEAR, by=steward)
    deliver()
    assert kinds_told(asker) == kinds_told(follower) == ["closed"]

    with write():
        closures.reopen_question(question, by=steward)
    deliver()
    assert kinds_told(asker) == kinds_told(follower) == ["reopened"]


def test_a_proposed_duplicate_waits_for_the_asker_until_it_is_decided(question, asker, follower):
    original = QuestionFactory()
    with write():
        proposal = duplicates.propose_duplicate(question, original, by=follower)
    deliver()
    assert kinds_told(asker) == ["duplicate_proposed"]

    with write():
        duplicates.confirm_duplicate(db.session.get_one(DuplicateProposal, proposal.id), question, by=asker)
    deliver()
    assert kinds_told(asker) == []
    assert kinds_told(follower) == ["duplicate"]


def test_a_merger_is_told_where_the_thread_was(question, answer, asker, steward):
    target = QuestionFactory()
    AnswerFactory(question=question)
    deliver()
    assert kinds_told(asker) == ["answered"]
    with write():
        mergers.merge_threads(question, target, by=steward)
    deliver()

    assert kinds_told(asker) == ["answered", "merged"]
    moved, merged = db.session.scalars(select(Notice).where(Notice.person_id == asker.id).order_by(Notice.id))
    assert (moved.question_id, merged.question_id) == (target.id, question.id)


def test_experts_are_told_that_they_are_asked_and_the_asker_what_they_say(question, asker, expert):
    with write():
        desk.invite_expert(question, expert, by=asker, note="You know this array.")
    deliver()
    assert kinds_told(expert) == ["called"]

    with write():
        desk.take_question(question, by=expert)
    deliver()
    assert kinds_told(asker) == ["taken"]

    with write():
        desk.decline_question(question, by=expert, reason="I am away from tomorrow on.")
    deliver()
    assert kinds_told(asker) == ["taken", "declined"]
    assert kinds_told(expert) == ["called"]


def test_an_assigned_expert_is_told_so(question, asker, expert, steward):
    with write():
        desk.assign_expert(question, expert, by=steward)
    deliver()

    assert kinds_told(expert) == ["assigned"]
    assert kinds_told(asker) == ["taken"]


def test_a_question_back_is_one_notice_with_its_comment(question, asker, expert):
    CommentFactory(post=question, author=expert, body="Which version is it, @marta-k?")
    with write():
        desk.ask_for_more(question, by=expert)
    deliver()

    assert kinds_told(asker) == ["asked_for_more"]


def test_everybody_who_wrote_is_asked_whether_a_confidential_thread_may_be_public(expert):
    asker = PersonFactory(account=AccountFactory())
    question = QuestionFactory(author=asker, visibility=Visibility.COMPANY)
    AnswerFactory(question=question, author=expert)
    deliver()
    forget_notices()
    with write():
        openings.propose_opening(question, by=expert)
    deliver()
    assert kinds_told(asker) == ["opening_proposed"]
    assert kinds_told(expert) == []

    with write():
        openings.consent(question, by=asker)
    deliver()
    assert question.is_public
    assert kinds_told(asker) == []


def test_a_mention_is_told_once_beside_what_one_follows(question, follower, expert):
    stranger = PersonFactory(handle="amira")
    AnswerFactory(
        question=question, author=expert, body="As @tomasz says; @amira and @netowl know. `@marta-k` is code."
    )
    deliver()

    assert kinds_told(follower) == kinds_told(stranger) == ["mentioned"]
    assert kinds_told(expert) == []


def test_an_edit_tells_those_whom_it_names_and_takes_back_those_it_names_no_longer(answer, expert):
    amira, boris = PersonFactory(handle="amira"), PersonFactory(handle="boris")
    with write():
        questions.edit_answer(answer, prepare_body("Ask @amira for the firmware."), by=expert, revision_number=1)
    deliver()
    assert (kinds_told(amira), kinds_told(boris)) == (["mentioned"], [])

    with write():
        questions.edit_answer(answer, prepare_body("Ask @boris for the firmware."), by=expert, revision_number=2)
    deliver()
    assert (kinds_told(amira), kinds_told(boris)) == ([], ["mentioned"])


def test_whoever_ended_following_is_told_of_nothing_but_of_being_named(question, answer, asker, expert):
    with write():
        end_follow(question, by=asker)
    AnswerFactory(question=question)
    CommentFactory(post=question)
    CommentFactory(post=question, body="What do you say, @marta-k?")
    deliver()

    assert kinds_told(asker) == ["mentioned"]


def test_what_is_long_over_is_told_to_nobody(asker):
    long_ago = clock.now() - timedelta(days=200)
    question = QuestionFactory(author=asker, at=long_ago)
    AnswerFactory(question=question, at=long_ago + HOUR)
    deliver()

    assert everything_told() == set()


def a_busy_hour(question, answer, asker, follower, steward):
    """Something of most kinds happens."""
    CommentFactory(post=answer, author=follower, body="Does that hold for 7.2, @marta-k?")
    with write():
        questions.edit_answer(answer, NEW_TEXT, by=steward, revision_number=1)
        questions.accept_answer(question, answer, by=asker)
        warning = Finding(kind="outdated", sentence="It is otherwise since 7.2.")
        marks.mark_answer(answer, question, warning, by=follower)
        marks.recommend(answer, question, "I have done it so for years.", by=ExpertFactory())
    AnswerFactory(question=question, author=follower, body="I did as @netowl says.")
    AnswerFactory(question=question)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_order_of_delivery_does_not_matter(question, answer, asker, follower, steward, seed):
    a_busy_hour(question, answer, asker, follower, steward)
    with write():
        closures.close_question(question, CloseReason.UNCLEAR, by=steward)
    forget_all_told()
    deliver_again()
    once = everything_told()
    assert len(once) >= 12

    forget_all_told()
    deliver_in_any_order(seed)
    assert everything_told() == once


@pytest.mark.parametrize("seed", [1, 2])
def test_late_deliveries_change_nothing(question, answer, asker, follower, steward, seed):
    other = QuestionFactory()
    a_busy_hour(question, answer, asker, follower, steward)
    deliver()
    with write():
        mergers.merge_threads(question, other, by=steward)
    AnswerFactory(question=other)
    deliver()
    once = everything_told()

    deliver_again()
    deliver_in_any_order(seed)
    assert everything_told() == once
