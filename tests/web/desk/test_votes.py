"""Votes that look arranged: what stewards see of them, and that nothing else follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db, write
from app.people.models import AuditEntry, Person
from app.posts.models import Vote
from app.reputation.models import BurstVote, ReputationEntry, VoteRing
from tests.support.factories import (
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

VERDICT = "Both look after the same array; their votes are on what they try out together."


@pytest.fixture
def ada():
    return PersonFactory(name="Ada Swift", handle="adaswift")


@pytest.fixture
def bo():
    return PersonFactory(name="Bo Ember", handle="boember")


@pytest.fixture
def ring(ada, bo):
    """The worked pair: 18 of 24 votes and 15 of 20, on answers about replication."""
    question = QuestionFactory(tags=["replication", "firmware"])
    answer = AnswerFactory(question=question, author=bo)
    with write():
        db.session.add(Vote(post_id=answer.id, voter_id=ada.id, value=1))
        pair = VoteRing(first_id=ada.id, second_id=bo.id, tail=1.7e-24)
        pair.first_to_second, pair.second_to_first, pair.votes_of_first, pair.votes_of_second = 18, 15, 24, 20
        db.session.add(pair)
    return ada.id, bo.id


def judge(browser, pair, verdict=VERDICT):
    return browser.post("/desk/votes", data={"first": pair[0], "second": pair[1], "verdict": verdict})


def kept(pair):
    return db.session.get_one(VoteRing, pair)


def test_a_steward_reads_who_how_often_on_what_and_how_rare_it_is(sign_in, ring):
    page = sign_in(StewardFactory()).get("/desk/votes").text

    for shown in (
        "@adaswift", "@boember", "18 of 24, 75 %", "15 of 20, 75 %", "68 % of what both found helpful",
        "less than once in a trillion times (p = 1.7e-24)", ">replication</a>", ">firmware</a>",
    ):  # fmt: skip
        assert shown in page


@pytest.mark.parametrize(
    ("tail", "words"), [(9e-7, "million"), (1e-9, "million"), (9e-10, "billion"), (0.0, "trillion")]
)
def test_chance_is_put_into_words(sign_in, ring, tail, words):
    with write():
        kept(ring).tail = tail
    assert f"less than once in a {words} times" in sign_in(StewardFactory()).get("/desk/votes").text


def test_only_those_who_look_after_the_place_see_votes(client, sign_in, ring, ada):
    assert client.get("/desk/votes").location.startswith("/sign-in")
    for reader in (ada, PersonFactory(), ExpertFactory(), SalesFactory()):
        assert sign_in(reader).get("/desk/votes").status_code == 403
        assert judge(sign_in(reader), ring).status_code == 403
    assert kept(ring).looked_at is None
    assert sign_in(AdminFactory()).get("/desk/votes").status_code == 200


@pytest.mark.both_databases
def test_a_verdict_is_kept_told_and_changes_nothing_else(sign_in, ring):
    steward = StewardFactory(name="Ruth Keeper")
    browser = sign_in(steward)
    assert "One pair of people votes as chance does not explain." in browser.get("/desk").text
    before = db.session.scalars(select(ReputationEntry.id)).all(), db.session.scalars(select(Vote.id)).all()

    assert judge(browser, ring).status_code == 303
    found = kept(ring)
    assert (found.verdict, found.looked_by_id) == (VERDICT, steward.id)
    assert all(db.session.get_one(Person, one).active for one in ring)
    assert (db.session.scalars(select(ReputationEntry.id)).all(), db.session.scalars(select(Vote.id)).all()) == before
    page = browser.get("/desk/votes").text
    assert VERDICT in page
    assert "No pair waits" in page
    assert "No pair of people waits for a look." in browser.get("/desk").text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "votes.looked_at")).one()
    assert (entry.actor_id, entry.about_id) == (steward.id, ring[0])
    assert "looked at the votes between" in sign_in(AdminFactory()).get("/admin/audit").text


@pytest.mark.parametrize("verdict", ["", "   ", "x" * 201])
def test_a_verdict_needs_a_sentence_and_keeps_what_was_typed(sign_in, ring, verdict):
    answer = judge(sign_in(StewardFactory()), ring, verdict)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert verdict.strip() in answer.text
    assert kept(ring).looked_at is None


def test_nobody_judges_votes_of_their_own(sign_in, ring, bo):
    steward = StewardFactory()
    with write():
        pair = VoteRing(first_id=min(steward.id, bo.id), second_id=max(steward.id, bo.id), tail=1e-8)
        pair.first_to_second = pair.second_to_first = pair.votes_of_first = pair.votes_of_second = 10
        db.session.add(pair)
    own = tuple(sorted((steward.id, bo.id)))
    browser = sign_in(steward)

    assert "These are votes of your own." in browser.get("/desk/votes").text
    assert judge(browser, own).status_code == 403
    assert judge(browser, (ring[0], 987654)).status_code == 404
    assert kept(own).looked_at is None


def test_bursts_of_the_last_30_days_are_told(sign_in, ada, bo):
    now = clock.now()
    for days in (2, 2, 2, 31):
        answer = AnswerFactory(author=bo)
        with write():
            vote = Vote(post_id=answer.id, voter_id=ada.id, value=1, cast_at=now - timedelta(days=days))
            db.session.add(vote)
            db.session.flush()
            db.session.add(BurstVote(vote_id=vote.id))
    page = sign_in(StewardFactory()).get("/desk/votes").text

    assert "@adaswift" in page
    assert '<td class="number">3</td>' in page


def test_many_pairs_take_as_many_queries_as_few(sign_in, queries):
    browser = sign_in(StewardFactory())

    def fill(numbers):
        for number in numbers:
            first, second = PersonFactory(), PersonFactory()
            answer = AnswerFactory(author=second, question=QuestionFactory(tags=[f"topic{number}"]))
            with write():
                vote = Vote(post_id=answer.id, voter_id=first.id, value=1)
                pair = VoteRing(first_id=first.id, second_id=second.id, tail=1e-9)
                pair.first_to_second = pair.second_to_first = pair.votes_of_first = pair.votes_of_second = 10
                pair.looked_at = clock.now() if number % 2 else None
                db.session.add_all([vote, pair])
                db.session.flush()
                db.session.add(BurstVote(vote_id=vote.id))

    fill(range(2))
    browser.get("/desk/votes")
    with queries() as few:
        browser.get("/desk/votes")
    fill(range(2, 12))
    with queries() as many:
        page = browser.get("/desk/votes").text

    assert ">topic10</a>" in page
    assert len(many) == len(few)
