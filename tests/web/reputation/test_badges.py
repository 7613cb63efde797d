"""Badges and how much somebody answers, in words, on profiles and on pages of points."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.models import Person
from app.reputation.badges import FOR_OWNING, FOR_TOPIC, Kind, Level
from app.reputation.models import Badge
from app.reputation.queries import Balance
from app.site.actions import choose
from app.site.choices import ChoiceName, Statistics
from app.web.reputation.words import badge_words, balance_words
from tests.support.factories import AdminFactory, AnswerFactory, ExpertFactory, QuestionFactory


@pytest.fixture
def ingrid():
    """An expert on replication with two badges."""
    expert = ExpertFactory(handle="sanfox", name="Ingrid Solheim")
    question = QuestionFactory(tags=["replication"])
    AnswerFactory(author=expert, question=question)
    earned = datetime(2026, 3, 12, tzinfo=UTC)
    with write():
        topic = Badge(person_id=expert.id, kind=Kind.TOPIC, level=Level.GOLD, tag_id=question.tags[0].id)
        owning = Badge(person_id=expert.id, kind=Kind.STRAIGHT_TALKER, level=Level.SILVER)
        topic.earned_at = owning.earned_at = earned
        db.session.add_all([topic, owning])
    return expert


@pytest.mark.one_database
def test_badges_say_what_they_mean(client, ingrid):
    for address in ("/@sanfox", "/@sanfox/reputation"):
        page = client.get(address).text
        assert '<strong>Gold for</strong> <a href="/tags/replication">replication</a>' in page
        assert "50 answers on it or more, found helpful or accepted often" in page
        assert "<strong>Silver Straight Talker</strong>" in page
        assert "Said “I was wrong” in public 5 times or more" in page


@pytest.mark.one_database
def test_whoever_has_none_has_no_panel(client):
    ExpertFactory(handle="netowl")
    assert 'id="badges"' not in client.get("/@netowl").text
    assert 'id="badges"' not in client.get("/@netowl/reputation").text


@pytest.mark.one_database
def test_badges_are_numbers_about_people(client, sign_in, ingrid):
    admin = AdminFactory()
    with write():
        chosen = {ChoiceName.PERSONAL_STATISTICS: Statistics.TEAM}
        choose(chosen, by=db.session.get_one(Person, admin.id))

    assert "Straight Talker" not in client.get("/@sanfox").text
    assert "Straight Talker" in sign_in(ingrid).get("/@sanfox/reputation").text


@pytest.mark.pure
@pytest.mark.parametrize("level", list(Level))
def test_each_level_has_words_with_its_own_numbers(level):
    topic, owning = (badge_words(Badge(kind=kind, level=level)) for kind in (Kind.TOPIC, Kind.STRAIGHT_TALKER))

    assert topic[0] == f"{level.value.capitalize()} for"
    assert topic[1].startswith(f"{FOR_TOPIC[level][1]} answers on it or more")
    assert owning[0] == f"{level.value.capitalize()} Straight Talker"
    assert (str(FOR_OWNING[level]) in owning[1]) == (FOR_OWNING[level] > 1)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("answers", "questions", "words"),
    [
        (45, 5, "Answers 9 for each question asked; z 5.66"),
        (3, 0, "Answers, and has asked nothing; z 1.73"),
        (4, 16, "Asks 4 for each answer given; z −2.68"),
        (5, 2, "Answers 2.5 for each question asked; z 1.13"),
        (2, 2, "Answers 1 for each question asked; z 0.00"),
        (0, 2, "Asks, and has answered nothing yet; z −1.41"),
        (0, 0, ""),
    ],
)
def test_asking_and_answering_in_words(answers, questions, words):
    assert balance_words(Balance(answers, questions)) == words


@pytest.mark.one_database
def test_an_experts_page_says_it_beside_what_they_know(client, ingrid):
    deliver_pending()
    assert "Answers, and has asked nothing; z 1.00" in client.get("/@sanfox").text
    admin = AdminFactory()
    with write():
        choose({ChoiceName.PERSONAL_STATISTICS: Statistics.OFF}, by=db.session.get_one(Person, admin.id))
    assert "; z " not in client.get("/@sanfox").text
