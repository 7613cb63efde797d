"""The page of a person."""

from datetime import UTC, datetime, timedelta

import pytest

from app.jobs.worker import run_once
from app.kernel import clock
from app.kernel.db import db, write
from app.marks import actions as marks
from app.marks.models import MarkKind
from app.people import personal
from app.people.models import Person, ProfileLink
from app.people.personal import PersonalSide
from app.posts.bodies import prepare_body
from app.questions.models import Answer, Question, Visibility
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

SIDE = PersonalSide(
    about="I copy data to another building.\nAsk me first.",
    interests="winter swimming",
    learning="Northern Sami",
    city="Tromsø",
    works_here_since=2011,
    languages=("no", "en"),
    time_zone="Europe/Oslo",
    desk_from=480,
    desk_to=1020,
    desk_days="1234",
)


@pytest.fixture
def ingrid():
    person = ExpertFactory(handle="sanfox", name="Ingrid Solheim", job_title="Storage engineer")
    tell(person, SIDE)
    return person


def tell(person, side):
    with write():
        personal.change_personal_side(db.session.get_one(Person, person.id), side)


@pytest.mark.one_database
def test_an_expert_is_a_person(client, ingrid, travel_to):
    travel_to(datetime(2026, 3, 9, 13, 10, tzinfo=UTC))
    page = client.get("/@sanfox").text

    for shown in (
        "Northwind Systems, since 2011", "I copy data to another building.", "Outside work: winter swimming",
        "Learning: Northern Sami", "Tromsø", "English, Norwegian", "08:00 – 17:00, Monday to Thursday",
        "Europe/Oslo, UTC+1; now 14:10 there, within these hours", "/questions/ask?ask=sanfox",
    ):  # fmt: skip
        assert shown in page
    assert "@northwind.example" not in page
    travel_to(datetime(2026, 7, 10, 13, 10, tzinfo=UTC))
    assert "Europe/Oslo, UTC+2; now 15:10 there</small>" in client.get("/@sanfox").text


@pytest.mark.one_database
def test_what_somebody_does_not_tell_is_not_there(client):
    PersonFactory(handle="martak", name="Marta Kowalska")
    page = client.get("/@martak").text

    for heading in ("Lives in", "Speaks", "At the desk", "Outside work", "Learning", "Ask Marta", "Thanks", "Mistakes"):
        assert heading not in page
    assert "Nothing written yet" in page


@pytest.mark.one_database
def test_only_those_who_want_to_be_found_are_and_only_if_they_work_here(client, ingrid):
    marta = PersonFactory(handle="martak", name="Marta Kowalska")
    tell(marta, PersonalSide(findable=True))
    hidden, member = client.get("/@sanfox"), client.get("/@martak")
    for page in (hidden, member):
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in page.text
        assert "ld+json" not in page.text
    assert "/@" not in client.get("/sitemap.xml?page=0").text

    tell(ingrid, PersonalSide(findable=True))
    listed = client.get("/@sanfox")
    assert "X-Robots-Tag" not in listed.headers
    assert "noindex" not in listed.text
    assert '"@type": "ProfilePage"' in listed.text
    assert "/@sanfox</loc>" in client.get("/sitemap.xml?page=0").text
    assert "/@martak" not in client.get("/sitemap.xml?page=0").text


@pytest.mark.one_database
def test_a_link_has_a_tick_only_with_proof(client, ingrid):
    with write():
        db.session.add(ProfileLink(person_id=ingrid.id, url="https://penguin.example/", verified_at=clock.now()))
        db.session.add(ProfileLink(person_id=ingrid.id, url="https://walrus.example/", problem="No page."))
    page = client.get("/@sanfox").text

    proven, other = page.index("penguin.example/"), page.index("walrus.example/")
    assert page.count("Checked: the page links back here") == 1
    assert proven < page.index("Checked: the page links back here") < other
    assert 'rel="me nofollow ugc noopener"' in page
    assert "No page." not in page


@pytest.mark.one_database
def test_how_soon_somebody_answers_is_shown_by_choice_and_as_a_range(client, ingrid, travel_to):
    asked = QuestionFactory()
    travel_to(clock.now() + timedelta(hours=2))
    AnswerFactory(question=asked, author=ingrid)
    run_once()

    assert "within a few hours" not in client.get("/@sanfox").text
    tell(ingrid, PersonalSide(pace_shown=True))
    assert "<dt>Answers</dt><dd>within a few hours</dd>" in client.get("/@sanfox").text


@pytest.mark.one_database
def test_an_incomplete_page_is_so_for_its_owner_and_the_stewards_alone(client, sign_in):
    expert = ExpertFactory(handle="sanfox", name="Ingrid Solheim")

    assert client.get("/@sanfox").status_code == 200
    for reader in (expert, StewardFactory(), AdminFactory()):
        assert "is incomplete: it lacks a photo, a personal line" in sign_in(reader).get("/@sanfox").text
    for reader in (PersonFactory(), ExpertFactory(), SalesFactory()):
        assert "incomplete" not in sign_in(reader).get("/@sanfox").text
    assert "incomplete" not in client.get("/@sanfox").text


@pytest.mark.one_database
def test_mistakes_owned_are_shown_with_the_reason_and_whom_they_thank(client, ingrid):
    marta = PersonFactory(handle="martak", name="Marta Kowalska")
    question = QuestionFactory(author=marta, title="Does a smaller window help replication?")
    secret = QuestionFactory(author=marta, title="What about our plans in confidence?", visibility=Visibility.COMPANY)
    for asked, why in ((question, "It does not; I had the units wrong."), (secret, "Nobody else is to know.")):
        answer = AnswerFactory(question=asked, author=ingrid)
        confession = marks.Confession(
            body=prepare_body("No, it does not help at all, whatever the units are."),
            reason=why,
            thanks=marta,
            revision_number=1,
            changed=0.9,
        )
        with write():
            mine, owner = db.session.get_one(Answer, answer.id), db.session.get_one(Person, ingrid.id)
            marks.own_mistake(mine, db.session.get_one(Question, asked.id), confession, by=owner)
    run_once()
    page = client.get("/@sanfox").text

    assert "It does not; I had the units wrong." in page
    assert 'thanks to <a href="/@martak">@martak</a>' in page
    assert "Nobody else is to know." not in page
    assert "confidence" not in page


def test_the_page_says_for_how_many_others_answers_worked(client, ingrid):
    """Colleagues do not count; whoever has no company counts as a person."""
    fernhill = AccountFactory(name="Fernhill Hospitals", domains=["fernhill.example"])
    answer = AnswerFactory(author=ingrid)
    for reader in (PersonFactory(account=fernhill), PersonFactory(account=fernhill), PersonFactory(), ExpertFactory()):
        with write():
            mine = db.session.get_one(Answer, answer.id)
            by, asked = db.session.get_one(Person, reader.id), db.session.get_one(Question, mine.question_id)
            marks.mark_answer(mine, asked, marks.Finding(kind=MarkKind.WORKS), by=by)
    run_once()

    assert "Answers by Ingrid worked for 3 people at one company." in client.get("/@sanfox").text


def test_what_is_said_in_confidence_shows_on_nobodys_page_to_nobody(client, sign_in, ingrid):
    account = AccountFactory(name="Fernhill Hospitals", domains=["fernhill.example"])
    marta = PersonFactory(account=account, handle="martak", name="Marta Kowalska")
    secret = QuestionFactory(
        author=marta, title="What about our plans in confidence?", tags=["hushhush"], visibility=Visibility.COMPANY
    )
    AnswerFactory(question=secret, author=ingrid, accepted=True)
    run_once()

    for reader in (client, sign_in(ingrid), sign_in(marta), sign_in(StewardFactory())):
        for handle in ("sanfox", "martak"):
            page = reader.get(f"/@{handle}").text
            assert "our plans" not in page
            assert "hushhush" not in page
            assert "<dt>Given</dt>" not in page
            assert "<dt>Asked</dt>" not in page


@pytest.mark.one_database
def test_a_page_takes_as_many_queries_for_a_lot_as_for_a_little(client, queries, ingrid):
    def fill(count):
        for number in range(count):
            question = QuestionFactory(tags=[f"topic{number % 12}", "replication"])
            AnswerFactory(question=question, author=ingrid, accepted=number % 2 == 0)
        run_once()

    fill(5)
    client.get("/@sanfox")
    with queries() as few:
        client.get("/@sanfox")
    fill(30)
    with queries() as many:
        client.get("/@sanfox")

    assert len(few) == len(many)
    assert len(many) <= 32
