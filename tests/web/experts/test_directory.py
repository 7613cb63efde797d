"""The directory of experts: who stands in it, how it is narrowed and ordered, and what it says of whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people import personal
from app.people.models import Person
from app.people.personal import PersonalSide
from app.questions.models import Visibility
from app.topics.models import TagSynonym
from app.web.experts import directory
from tests.support.factories import (
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)
from tests.support.queries import counted_queries


@pytest.fixture
def ingrid():
    """Answered twice on replication, within half an hour, and says so."""
    person = ExpertFactory(name="Ingrid Solheim", handle="sanfox", job_title="Storage engineer")
    with write():
        side = PersonalSide(interests="winter swimming", languages=("no", "en"), pace_shown=True)
        personal.change_personal_side(db.session.get_one(Person, person.id), side)
    for days in (3, 2):
        answered(person, days, tags=("replication", "snapshots"), within=timedelta(minutes=30))
    return person


@pytest.fixture
def tomasz(ingrid):
    """Answered once, yesterday, about an array."""
    person = ExpertFactory(name="Tomasz Wilk", handle="netowl")
    answered(person, 1, tags=("fabric",), product=ProductFactory(name="Halyard 400"))
    deliver_pending()
    return person


def answered(person, days, *, within=timedelta(days=1), **fields):
    asked = clock.now() - timedelta(days=days) - within
    AnswerFactory(question=QuestionFactory(at=asked, **fields), author=person, at=asked + within)


def names(page):
    """The people on the page, in its order."""
    found = [(page.text.find(f">{name}</a>"), name) for name in ("Ingrid Solheim", "Tomasz Wilk")]
    return [name for place, name in sorted(found) if place >= 0]


BOTH = ["Ingrid Solheim", "Tomasz Wilk"]


def test_the_directory_is_narrowed_and_ordered_by_its_address(client, tomasz):
    with write():
        tag = db.session.scalars(directory.topics.tags_open_to(None).filter_by(name="replication")).one()
        db.session.add(TagSynonym(name="mirroring", tag_id=tag.id))

    assert names(client.get("/experts")) == BOTH[::-1]
    assert names(client.get("/experts?order=name")) == BOTH
    assert names(client.get("/experts?order=quickest")) == BOTH[:1]
    assert names(client.get("/experts?topic=replication")) == BOTH[:1]
    assert names(client.get("/experts?topic=Mirroring")) == BOTH[:1]
    assert names(client.get("/experts?topic=halyard+400")) == BOTH[1:]
    assert names(client.get("/experts?topic=halyard-400&order=name")) == BOTH[1:]
    assert names(client.get("/experts?language=no")) == BOTH[:1]
    assert names(client.get("/experts?language=no&topic=fabric")) == []


def test_whoever_is_away_comes_last_says_until_when_and_can_be_left_out(client, tomasz):
    with write():
        person = db.session.get_one(Person, tomasz.id)
        person.away_until, person.away_note = clock.now() + timedelta(days=3), "Counting owls."

    page = client.get("/experts")
    assert names(page) == BOTH
    assert "Counting owls." in page.text
    assert names(client.get("/experts?here=1")) == BOTH[:1]


def test_pages_follow_each_other_in_every_order(client, tomasz, monkeypatch):
    monkeypatch.setattr(directory, "EXPERTS_A_PAGE", 1)
    for order in ("now", "name"):
        first = client.get(f"/experts?order={order}")
        onwards = first.text.split('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
        second = client.get(onwards)
        assert second.status_code == 200, onwards

        assert sorted([*names(first), *names(second)]) == BOTH
        assert 'rel="next"' not in second.text


@pytest.mark.one_database
def test_an_expert_is_shown_with_what_they_tell(client, tomasz):
    page = client.get("/experts?topic=replication").text

    for said in ("1 engineer on replication", "Storage engineer", "Winter swimming", "Answers within two hours"):
        assert said in page
    assert "Expertise " in page
    assert '<a class="tag" href="/tags/snapshots">' in page


@pytest.mark.one_database
def test_only_experts_who_are_here_stand_in_it(client):
    ExpertFactory(name="Gone Already")
    with write():
        db.session.query(Person).filter_by(name="Gone Already").one().active = False
    for made, name in ((PersonFactory, "Ute Ber"), (StewardFactory, "Ola Ard"), (SalesFactory, "Sol Es")):
        made(name=name)

    page = client.get("/experts").text

    assert not [name for name in ("Gone Already", "Ute Ber", "Ola Ard", "Sol Es") if name in page]
    assert "No engineer" in page
    assert 'href="/questions/ask"' in page


@pytest.mark.one_database
def test_an_unknown_topic_names_others_and_leads_to_asking(client, tomasz):
    page = client.get("/experts?topic=repli")

    assert page.status_code == 200
    assert "No engineer on “repli”" in page.text
    assert "topic=replication" in page.text
    for wrong in ("order=tallest", "language=xx", "after=nonsense", "topic=%00"):
        assert client.get(f"/experts?{wrong}").status_code in {200, 400}


@pytest.mark.one_database
def test_the_directory_asks_as_much_for_many_as_for_few(client, tomasz, app):
    def asked():
        client.get("/experts")
        with counted_queries(app) as queries:
            client.get("/experts")
        return len(queries)

    few = asked()
    for number in range(5):
        answered(ExpertFactory(), number + 1, tags=(f"tag-{number}",))
    deliver_pending()

    assert asked() == few


def test_everything_experts_wrote_is_listed_and_fed_newest_first(client, sign_in, tomasz, ingrid):
    AnswerFactory(
        question=QuestionFactory(
            title="A matter between employees, is it not?", visibility=Visibility.EMPLOYEES, author=StewardFactory()
        ),
        author=ingrid,
    )
    AnswerFactory(question=QuestionFactory(title="What does a member know about this?"), author=PersonFactory())

    page, feed = client.get("/experts/posts").text, client.get("/feeds/experts.atom").text

    for text in (page, feed):
        assert text.index("Tomasz Wilk") < text.index("Ingrid Solheim")
        assert "A matter between employees" not in text
        assert "What does a member know" not in text
    assert "A matter between employees" in sign_in(tomasz).get("/experts/posts").text


@pytest.mark.one_database
def test_topics_and_products_name_who_answers_on_them(client, tomasz):
    assert names(client.get("/tags/replication")) == BOTH[:1]
    assert names(client.get("/products/halyard-400")) == BOTH[1:]
    assert "/experts</loc>" in client.get("/sitemap.xml?page=0").text
