"""The name of a topic that only confidential questions have: met by whoever may read one of them, by nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.kernel.db import db, write
from app.questions.models import Visibility
from app.questions.tagging import take_in
from app.topics.actions import tags_named
from app.topics.models import Tag, TagSynonym
from tests.support.factories import (
    AccountFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

NAME = "project-heron"


@pytest.fixture
def asker():
    asker = PersonFactory(account=AccountFactory())
    QuestionFactory(author=asker, visibility=Visibility.COMPANY, tags=[NAME])
    return asker


@pytest.mark.both_databases
def test_its_page_is_for_those_who_may_read_one_of_its_questions(client, sign_in, asker):
    for reader in (asker, ExpertFactory(), StewardFactory()):
        assert sign_in(reader).get(f"/tags/{NAME}").status_code == 200
    for browser in (client, sign_in(PersonFactory(account=AccountFactory())), sign_in(SalesFactory())):
        assert browser.get(f"/tags/{NAME}").status_code == 404


def test_another_name_of_it_does_not_give_it_away(client, sign_in, asker):
    with write():
        tag = db.session.scalars(select(Tag).where(Tag.name == NAME)).one()
        db.session.add(TagSynonym(name="heron", tag_id=tag.id))

    answer = client.get("/tags/heron")

    assert (answer.status_code, answer.location) == (404, None)
    assert sign_in(asker).get("/tags/heron").location.endswith(f"/tags/{NAME}")


def test_the_form_for_a_question_does_not_know_it(sign_in, asker):
    pages = [sign_in(PersonFactory()).get(f"/questions/ask?tag={name}").text for name in (NAME, "project-osprey")]
    assert f'value="{NAME}"' not in pages[0]
    assert 'value="project-osprey"' not in pages[1]


def test_taking_a_topic_in_makes_no_circle():
    steward = StewardFactory()
    with write():
        tag, between, other = tags_named(["aaa", "bbb", "ccc"])
        tag.parent_id, between.parent_id = between.id, other.id
        db.session.flush()
        take_in(tag, other, by=steward)

    assert (tag.parent_id, between.parent_id) == (between.id, None)
