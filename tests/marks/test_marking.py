"""Marks on answers: who may make them, what they count, and how they are settled."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.cli.recount import find_differences
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.marks.actions import recommend, settle_mark, withdraw_recommendation
from app.marks.models import Mark, Recommendation
from app.marks.queries import marks_visible_to, open_doubts_for
from app.marks.versions import counts_for
from app.people.models import Person
from app.posts.actions import mark_deleted
from app.questions.models import Answer, Question
from app.questions.order import STANDS_AT
from app.topics.models import TagSteward
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    StewardFactory,
)

NOTE = "The answer says now from which version on it holds."
REASON = "I have seen this very fault at four sites."


@pytest.fixture
def answer() -> Answer:
    return AnswerFactory()


def question_of(answer: Answer) -> Question:
    return db.session.get_one(Question, answer.question_id)


def author_of(answer: Answer) -> Person:
    return db.session.get_one(Person, answer.author_id)


def marks() -> list[tuple[str, int]]:
    return [(mark.kind, mark.person_id) for mark in db.session.scalars(select(Mark).order_by(Mark.id))]


def test_people_and_companies_are_counted_and_a_company_has_one_voice(answer, mark):
    one, other = AccountFactory(), AccountFactory()
    for account in (one, one, other, None, None):
        mark(answer, "works", by=PersonFactory(account=account))

    assert (answer.works_people, answer.works_companies, answer.works_voices) == (5, 2, 4)
    assert list(find_differences()) == []


@pytest.mark.parametrize("kind", ["fails", "outdated", "dangerous"])
def test_a_large_customer_speaks_no_louder_whatever_it_says(answer, mark, kind):
    account = AccountFactory()
    for _ in range(3):
        mark(answer, kind, by=PersonFactory(account=account))

    assert getattr(answer, f"{kind}_voices") == 1


@pytest.mark.parametrize(("kind", "counted"), [("works", "works"), ("fails", "fails")])
def test_a_large_customer_speaks_no_louder_for_a_version_either(answer, mark, kind, counted):
    account = AccountFactory()
    for _ in range(3):
        mark(answer, kind, by=PersonFactory(account=account), version="7.2")

    ((_answer_id, counts),) = counts_for([answer.id], "7.2")
    assert getattr(counts, f"{counted}_voices") == 1


@pytest.mark.parametrize("maker", [ExpertFactory, StewardFactory, AdminFactory])
def test_the_warning_of_those_who_know_counts_at_once(answer, mark, maker):
    mark(answer, "outdated", by=maker())

    assert answer.outdated_voices == STANDS_AT


def test_all_our_employees_have_one_voice_and_no_company(answer, mark):
    for person in (ExpertFactory(), ExpertFactory(), AdminFactory()):
        mark(answer, "works", by=person)

    assert (answer.works_people, answer.works_companies, answer.works_voices) == (3, 0, 1)


def test_whoever_finds_that_it_fails_after_all_finds_no_longer_that_it_works(answer, mark):
    person = PersonFactory()
    for kind in ("works", "fails", "fails"):
        mark(answer, kind, by=person)

    assert marks() == [("fails", person.id)]
    assert (answer.works_people, answer.fails_people, answer.fails_voices) == (0, 1, 1)


def test_a_mark_is_taken_back(answer, mark, unmark):
    person = PersonFactory()
    mark(answer, "works", by=person)
    for _ in range(2):
        unmark(answer, "works", by=person)

    assert (marks(), answer.works_people) == ([], 0)


def test_a_mark_says_for_which_product_and_version_as_the_product_spells_it(answer, mark):
    product = ProductFactory(versions=("BIOS 3.05",))
    mark(answer, "works", by=PersonFactory(), product=product, version=" bios  3.05 ")

    made = db.session.scalars(select(Mark)).one()
    assert (made.product_id, made.version) == (product.id, "BIOS 3.05")


@pytest.mark.parametrize("kind", ["outdated", "dangerous"])
def test_a_warning_says_why(answer, mark, kind):
    with pytest.raises(RuleBroken, match="at least 15 letters"):
        mark(answer, kind, by=PersonFactory(), sentence="It is wrong.")


@pytest.mark.parametrize(
    ("makers", "voices"),
    [
        ([PersonFactory], 1),
        ([PersonFactory, PersonFactory], 2),
        ([ExpertFactory], 2),
        ([StewardFactory], 2),
        ([ExpertFactory, PersonFactory], 3),
    ],
)
def test_the_warning_of_an_expert_or_a_steward_stands_at_once(answer, mark, makers, voices):
    for maker in makers:
        mark(answer, "outdated", by=maker())

    assert answer.outdated_voices == voices
    assert list(find_differences()) == []


def test_authors_may_warn_of_their_own_answer_but_not_praise_it(mark):
    author = PersonFactory()
    answer = AnswerFactory(author=author)
    for kind in ("works", "fails"):
        with pytest.raises(NotAllowed, match="others say whether it works"):
            mark(answer, kind, by=author)
    mark(answer, "outdated", by=author)

    assert answer.outdated_voices == 2


def test_unknown_kinds_and_long_versions_are_refused(answer, mark):
    with pytest.raises(RuleBroken, match="works, fails"):
        mark(answer, "splendid", by=PersonFactory())
    with pytest.raises(RuleBroken, match="Keep the version"):
        mark(answer, "works", by=PersonFactory(), version="7" * 41)


def test_nothing_is_said_of_what_was_deleted_or_locked_but_of_what_is_closed(answer, mark):
    question, member, steward = question_of(answer), PersonFactory(), StewardFactory()
    with write():
        question.locked_at = question.created_at
    with pytest.raises(RuleBroken, match="locked"):
        mark(answer, "works", by=member)
    with write():
        question.locked_at, question.closed_at = None, question.created_at
    mark(answer, "works", by=member)
    with write():
        mark_deleted(answer, by=steward)
    with pytest.raises(RuleBroken, match="deleted"):
        mark(answer, "fails", by=steward)


def test_the_author_settles_a_warning_with_a_note_and_it_counts_no_longer(answer, mark):
    critic = PersonFactory()
    mark(answer, "dangerous", by=critic)
    warning = db.session.scalars(select(Mark)).one()
    author, question = author_of(answer), question_of(answer)
    assert db.session.scalars(open_doubts_for(author, [])).all() == [warning]

    with pytest.raises(NotAllowed, match="Only the author"), write():
        settle_mark(warning, answer, question, NOTE, by=critic)
    with pytest.raises(RuleBroken, match="at least 15"), write():
        settle_mark(warning, answer, question, "Done.", by=author)
    with write():
        settle_mark(warning, answer, question, NOTE, by=author)

    assert (answer.dangerous_voices, warning.settled_note, warning.settled_by_id) == (0, NOTE, author.id)
    assert db.session.scalars(open_doubts_for(author, [])).all() == []
    assert list(find_differences()) == []
    mark(answer, "dangerous", by=critic, sentence="It still formats the wrong volume.")
    assert answer.dangerous_voices == 1


def test_whoever_looks_after_a_topic_meets_its_warnings_and_settles_them(answer, mark):
    keeper, question = ExpertFactory(), question_of(answer)
    mark(answer, "outdated", by=PersonFactory())
    warning = db.session.scalars(select(Mark)).one()
    tag_id = question.tags[0].id
    with pytest.raises(NotAllowed), write():
        settle_mark(warning, answer, question, NOTE, by=keeper)
    with write():
        db.session.add(TagSteward(tag_id=tag_id, person_id=keeper.id))

    assert db.session.scalars(open_doubts_for(keeper, [tag_id])).all() == [warning]
    with write():
        settle_mark(warning, answer, question, NOTE, by=keeper)
    assert db.session.scalars(open_doubts_for(keeper, [tag_id])).all() == []


def test_what_works_or_fails_is_nobodys_to_settle(answer, mark):
    mark(answer, "fails", by=PersonFactory())
    with pytest.raises(RuleBroken, match="Only outdated and dangerous"), write():
        settle_mark(db.session.scalars(select(Mark)).one(), answer, question_of(answer), NOTE, by=StewardFactory())


def test_marks_on_confidential_answers_are_seen_by_those_who_see_the_answer(mark):
    account = AccountFactory()
    asker, colleague, stranger = PersonFactory(account=account), PersonFactory(account=account), PersonFactory()
    answer = AnswerFactory(question=QuestionFactory(author=asker))
    with write():
        question_of(answer).visibility = "company"
    mark(answer, "outdated", by=colleague)

    seen = {viewer: len(db.session.scalars(marks_visible_to(viewer)).all()) for viewer in (asker, stranger, None)}
    assert seen == {asker: 1, stranger: 0, None: 0}


def test_an_expert_recommends_an_answer_with_a_reason_and_takes_it_back(answer):
    expert, question = ExpertFactory(), question_of(answer)
    for reason in (REASON, "Better said: it holds for every array of ours."):
        with write():
            recommend(answer, question, reason, by=expert)
    with write():
        recommend(answer, question, REASON, by=ExpertFactory())

    assert answer.recommended_count == 2
    assert list(find_differences()) == []
    for _ in range(2):
        with write():
            withdraw_recommendation(answer, question, by=expert)
    assert answer.recommended_count == 1
    assert db.session.scalars(select(Recommendation)).one().reason == REASON


def test_only_experts_recommend_and_never_what_they_wrote(answer):
    for by in (PersonFactory(), StewardFactory(), author_of(answer)):
        with pytest.raises(NotAllowed), write():
            recommend(answer, question_of(answer), REASON, by=by)
    with pytest.raises(RuleBroken, match="why you recommend"), write():
        recommend(answer, question_of(answer), "Good.", by=ExpertFactory())


def test_wrong_counts_are_named(answer, mark):
    mark(answer, "works", by=PersonFactory())
    with write():
        answer.works_voices = 7

    assert list(find_differences()) == [f"answers.works_voices of {answer.id} is kept as 7 but counts 1"]


def test_whoever_has_not_confirmed_an_address_marks_nothing(answer, mark):
    with pytest.raises(NotAllowed, match="Confirm your address"):
        mark(answer, "works", by=PersonFactory(confirmed=False))
