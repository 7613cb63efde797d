"""Who may say what an expert knows, what is counted of it, and who hears of it."""

from __future__ import annotations

import pytest

from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.notifications.models import Notice
from app.people.models import Person
from app.questions.tagging import take_in
from app.reputation.endorsements import carry_over
from app.reputation.models import TopicExpertise
from app.reputation.proof import differences
from app.topics.models import Tag, TagSteward
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


@pytest.fixture
def ingrid():
    person = ExpertFactory(handle="sanfox", name="Ingrid Solheim")
    AnswerFactory(question=QuestionFactory(tags=("replication",)), author=person)
    deliver_pending()
    return person


def endorse(sign_in, by, tag="replication", deed="endorsements"):
    return sign_in(by).post(f"/@sanfox/{deed}", data={"tag": tag}).status_code


def counted(person):
    """Colleagues and customers by topic."""
    db.session.expire_all()
    rows = db.session.query(TopicExpertise).filter_by(person_id=person.id)
    return {
        db.session.get_one(Tag, one.tag_id).name: (one.endorsed_by_colleagues, one.endorsed_by_customers)
        for one in rows
    }


@pytest.mark.one_database
def test_colleagues_and_customers_are_counted_apart_and_a_company_once(sign_in, ingrid):
    account = AccountFactory()
    for by in (PersonFactory(account=account), PersonFactory(account=account), PersonFactory(), StewardFactory()):
        assert endorse(sign_in, by) == 303
        assert endorse(sign_in, by) == 303
    assert counted(ingrid) == {"replication": (1, 2)}
    assert list(differences()) == []

    endorse(sign_in, by, deed="endorsements/remove")

    assert counted(ingrid) == {"replication": (0, 2)}


@pytest.mark.one_database
def test_who_cannot_tell_cannot_endorse(sign_in, client, ingrid):
    QuestionFactory(tags=("cooling",))
    refused = {SalesFactory: 403, AdminFactory: 403}
    for made, status in refused.items():
        assert endorse(sign_in, made()) == status
    assert endorse(sign_in, ingrid) == 403
    assert endorse(sign_in, PersonFactory(), tag="cooling") == 422
    assert endorse(sign_in, PersonFactory(), tag="nothing") == 404
    PersonFactory(handle="martak")
    assert sign_in(StewardFactory()).post("/@martak/endorsements", data={"tag": "replication"}).status_code == 422
    assert counted(ingrid) == {"replication": (0, 0)}


@pytest.mark.one_database
def test_whoever_looks_after_a_topic_is_endorsed_for_it_without_answers(sign_in, ingrid):
    QuestionFactory(tags=("cooling",))
    with write():
        tag = db.session.query(Tag).filter_by(name="cooling").one()
        db.session.add(TagSteward(tag_id=tag.id, person_id=ingrid.id))

    assert endorse(sign_in, PersonFactory(), tag="cooling") == 303
    assert counted(ingrid)["cooling"] == (0, 1)


@pytest.mark.one_database
def test_the_expert_is_told_while_it_stands(sign_in, ingrid):
    by = PersonFactory(name="Marta Kowalska")
    endorse(sign_in, by)
    deliver_pending()

    inbox = sign_in(ingrid).get("/inbox").text
    assert "Marta Kowalska says that you know a topic" in inbox
    assert "replication" in inbox
    assert 'action="/@sanfox' not in sign_in(ingrid).get("/@sanfox").text

    endorse(sign_in, by, deed="endorsements/remove")
    deliver_pending()
    assert db.session.query(Notice).filter_by(kind="endorsed").count() == 0


def test_what_is_said_of_a_topic_that_is_taken_in_is_said_of_the_other(sign_in, ingrid):
    AnswerFactory(question=QuestionFactory(tags=("mirroring",)), author=ingrid)
    deliver_pending()
    both = PersonFactory()
    for by, tag in ((both, "replication"), (both, "mirroring"), (StewardFactory(), "mirroring")):
        endorse(sign_in, by, tag=tag)
    keeper = StewardFactory()
    with write():
        tag, other = (db.session.query(Tag).filter_by(name=name).one() for name in ("replication", "mirroring"))
        carry_over(other, tag)
        take_in(tag, other, by=db.session.get_one(Person, keeper.id))
    deliver_pending()

    assert counted(ingrid) == {"replication": (1, 1)}
    assert list(differences()) == []


@pytest.mark.one_database
def test_a_topic_that_is_in_public_use_no_more_is_named_nowhere(client, sign_in, ingrid):
    question = QuestionFactory(tags=("quuxtopic",))
    AnswerFactory(question=question, author=ingrid)
    deliver_pending()
    assert endorse(sign_in, PersonFactory(), tag="quuxtopic") == 303
    assert "quuxtopic" in client.get("/@sanfox").text

    sign_in(StewardFactory()).post(f"/posts/{question.id}/deletion", data={"reason": "It names a secret project."})
    deliver_pending()

    assert client.get("/tags/quuxtopic").status_code == 404
    assert "quuxtopic" not in client.get("/@sanfox").text
