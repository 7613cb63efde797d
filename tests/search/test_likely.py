"""Looking for questions that were asked before: what is found once, what is left out, and what leaves the list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.curation.closures import close_question, reopen_question
from app.curation.duplicates import open_proposal, propose_duplicate, turn_down_duplicate
from app.curation.models import Done, RecordEntry
from app.curation.openings import make_confidential
from app.jobs.likely import MOST_A_ROUND, look_for_likely_duplicates
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed
from app.people.models import Person
from app.questions import actions as questions
from app.questions.models import CloseReason, Question, Visibility
from app.search import likely
from app.search.engines import site_index
from app.search.models import IndexProgress, LikelyDuplicate
from app.search.port import IndexUnavailable
from tests.curation.deeds import asker_of, done, make_duplicate, merge
from tests.search.conftest import catch_up
from tests.support.factories import (
    AccountFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

TITLE = "Quorum witness loses its heartbeat after certificate renewal"
BODY = "Since the certificate was renewed, the witness drops out of the quorum every hour."
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("index")


def ask(hours_ago: float, title: str = TITLE, body: str = BODY, **fields) -> Question:
    return QuestionFactory(title=title, body=body, at=clock.now() - hours_ago * HOUR, **fields)


def pairs() -> list[tuple[int, int]]:
    db.session.rollback()
    return [(row.question_id, row.original_id) for row in likely.asked_again(9)]


def look() -> int:
    catch_up()
    return look_for_likely_duplicates()


def make_pair() -> tuple[int, int]:
    original = ask(30)
    question = ask(3, title="Quorum witness loses heartbeat after renewal of its certificate")
    ask(2, title="Fans of shelf two are loud at night", body="They spin up when the copy runs.")
    assert look() == 1
    return question.id, original.id


@pytest.fixture
def pair(once_indexed) -> tuple[Question, Question]:
    """A question that was found to repeat another one, and that one."""
    question_id, original_id = once_indexed(make_pair)
    return db.session.get_one(Question, question_id), db.session.get_one(Question, original_id)


def test_what_was_asked_before_is_found(pair):
    question, original = pair

    assert pairs() == [(question.id, original.id)]
    assert db.session.get(LikelyDuplicate, (question.id, original.id)).likeness > 0.6


def test_looking_again_changes_nothing(pair):
    before = pairs()
    for _ in range(2):
        assert look_for_likely_duplicates() == 0
    with write():
        db.session.get(IndexProgress, 1).alike_until = None

    assert look_for_likely_duplicates() == 0
    assert pairs() == before


def test_only_what_is_new_is_looked_at(pair):
    assert likely.due(clock.now(), 9) == []

    ask(0.5)
    assert len(likely.due(clock.now(), 9)) == 1


def test_older_questions_are_left_alone():
    ask(24 * 30)
    ask(24 * 20)

    assert look() == 0


def test_what_waits_for_the_index_is_looked_at_later():
    ask(30)
    ask(0.001)

    assert look() == 0
    assert likely.due(clock.now(), 9) != []


def test_while_the_index_is_filled_nothing_is_looked_at(pair):
    ask(1)
    catch_up()
    with write():
        db.session.get(IndexProgress, 1).filled_at = None

    assert look_for_likely_duplicates() == 0
    assert len(likely.due(clock.now(), 9)) == 1


def test_without_an_index_everything_waits(pair, monkeypatch):
    ask(1)
    catch_up()

    def gone(*words, **named):
        raise IndexUnavailable("There is none.")

    monkeypatch.setattr(type(site_index()), "similar", gone)

    assert look_for_likely_duplicates() == 0
    assert len(likely.due(clock.now(), 9)) == 1


def test_a_round_is_bounded(monkeypatch):
    monkeypatch.setattr("app.jobs.likely.MOST_A_ROUND", 2)
    ask(30)
    for hours in (9, 8, 7):
        ask(hours)

    assert [look(), look(), look()] == [1, 2, 0]
    assert MOST_A_ROUND > 2


def test_a_duplicate_leads_to_its_original():
    original = ask(40, title="Witness is lost when its certificate is renewed", body="The quorum complains.")
    between = ask(30)
    make_duplicate(between, original)
    question = ask(3)
    look()

    assert pairs() == [(question.id, original.id)]


def test_a_question_opened_to_everybody_is_looked_at_then(pair):
    asker = PersonFactory(account=AccountFactory(domains=["oakridge.example"]))
    question = ask(10, author=asker, visibility=Visibility.COMPANY)
    assert look() == 0

    with write():
        questions.change_visibility(question, Visibility.PUBLIC, by=asker)
        question.opened_at = clock.now() - HOUR / 2
    assert look() == 1
    assert question.id in {number for number, _ in pairs()}


@pytest.mark.parametrize("which", [0, 1], ids=["question", "original"])
@pytest.mark.parametrize("how", ["deleted", "confidential", "closed", "merged", "duplicate"])
def test_a_pair_leaves_the_list_when_one_of_the_two_does(pair, which, how):
    one, other, steward = pair[which], ask(50, title="Another thing entirely", body="Of shelves."), StewardFactory()
    deeds = {
        "deleted": lambda: done(posts_delete, one, by=steward),
        "confidential": lambda: done(make_confidential, one, by=steward, reason="It names hosts."),
        "closed": lambda: done(close_question, one, CloseReason.UNCLEAR, by=steward),
        "merged": lambda: merge(one, other),
        "duplicate": lambda: make_duplicate(one, other),
    }
    deeds[how]()

    assert pairs() == []


def posts_delete(question: Question, *, by: Person) -> None:
    questions.delete_question(question, by=by)


def test_confidential_questions_are_in_no_pair():
    asker = PersonFactory(account=AccountFactory(domains=["oakridge.example"]))
    ask(30, author=asker, visibility=Visibility.COMPANY)
    ask(3)
    ask(2, title="Another thing entirely", body="Of shelves.")
    ask(1, title=TITLE, author=asker, visibility=Visibility.COMPANY)

    assert look() == 0


def test_what_was_dismissed_is_not_proposed_again(pair):
    question, original = pair
    steward = StewardFactory()
    done(likely.dismiss, question, original.id, by=steward)
    done(likely.dismiss, question, original.id, by=steward)
    with write():
        db.session.get(IndexProgress, 1).alike_until = None

    assert pairs() == []
    assert look_for_likely_duplicates() == 0
    assert pairs() == []
    entries = db.session.query(RecordEntry).filter_by(question_id=question.id).all()
    assert [(entry.done, entry.by_id, entry.other_id) for entry in entries] == [
        (Done.NOT_DUPLICATE, steward.id, original.id)
    ]


def test_strangers_dismiss_nothing(pair):
    question, original = pair
    with pytest.raises(NotAllowed):
        done(likely.dismiss, question, original.id, by=PersonFactory())

    assert pairs() == [(question.id, original.id)]


def test_a_pair_that_nobody_proposed_is_not_dismissed(pair):
    question, _ = pair
    done(likely.dismiss, question, 10**6, by=StewardFactory())

    assert db.session.query(RecordEntry).count() == 0


def test_what_people_have_said_of_the_two_counts_more(pair):
    question, original = pair
    done(propose_duplicate, question, original, by=PersonFactory())
    assert pairs() == []

    proposal = open_proposal(question)
    done(turn_down_duplicate, proposal, question, by=asker_of(question), words="Mine is another release.")
    assert pairs() == []


def test_a_reopened_question_is_not_called_the_same_again(pair):
    question, original = pair
    steward = StewardFactory()
    make_duplicate(question, original, by=steward)
    done(reopen_question, question, by=steward)

    assert pairs() == []


def test_those_who_may_decide_are_told_on_the_question(pair):
    question, original = pair
    for person in (asker_of(question), ExpertFactory(), StewardFactory()):
        assert likely.original_of(question, person) == original

    assert likely.original_of(question, PersonFactory()) is None
    assert likely.original_of(question, None) is None
    assert likely.original_of(original, StewardFactory()) is None
