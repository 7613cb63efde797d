"""What readers meet on the pages of topics and products, and what stewards can change about them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.cli.recount import find_differences
from app.jobs.indexing import apply_pending
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.questions.models import Question, Visibility
from app.topics import actions
from app.topics.models import Product, ProductVersion, Tag, TagSteward, TagSynonym
from tests.support.factories import (
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

TEXT = {"name": "replication", "description": "", "synonyms": "", "parent": "", "question_template": ""}


@pytest.fixture
def steward(sign_in):
    return sign_in(StewardFactory())


def tag_called(name: str) -> Tag:
    return db.session.scalars(select(Tag).where(Tag.name == name)).one()


@pytest.mark.both_databases
def test_a_topic_says_what_it_is_and_who_looks_after_it(client, steward):
    QuestionFactory(tags=("replication",))
    QuestionFactory(tags=("storage",))
    expert = ExpertFactory(name="Ingrid Solheim", handle="sanfox")

    told = {**TEXT, "description": "Copies that follow.", "synonyms": "mirroring, dr-copy", "parent": "storage"}
    assert steward.post("/tags/replication/edit", data=told).status_code == 303
    assert steward.post("/tags/replication/stewards", data={"stewards": f"@{expert.handle}"}).status_code == 303

    page = client.get("/tags/replication").text
    assert "Copies that follow." in page
    assert "Also called dr-copy, mirroring" in page
    assert "Ingrid Solheim" in page
    assert 'href="/tags/storage"' in page
    assert "replication" in client.get("/tags/storage").text


def test_a_question_asked_under_another_name_comes_to_the_topic(client, steward, sign_in):
    QuestionFactory(tags=("replication",))
    steward.post("/tags/replication/edit", data={**TEXT, "synonyms": "mirroring"})

    form = {"title": "Why does the mirror stop at night?", "body": "It stops.", "tags": "mirroring, replication"}
    sign_in(PersonFactory()).post("/questions/ask", data=form)

    asked = db.session.scalars(select(Question).where(Question.title == form["title"])).one()
    assert [tag.name for tag in asked.tags] == ["replication"]
    assert tag_called("replication").question_count == 2
    assert client.get("/tags/mirroring").location == "/tags/replication"


def test_a_renamed_topic_is_found_under_both_names(client, steward):
    QuestionFactory(tags=("replication",), title="Why does the copy stop at night again?")
    steward.post("/tags/replication/edit", data={**TEXT, "name": "Remote Copy"})
    deliver_pending()
    apply_pending()

    assert client.get("/tags/replication").location == "/tags/remote-copy"
    assert "Why does the copy stop" in client.get("/tags/remote-copy").text
    assert "Why does the copy stop" in client.get("/search?q=tag:remote-copy").text


def test_one_topic_takes_another_in_and_every_number_stays_right(client, steward):
    both = QuestionFactory(tags=("replication", "mirroring"))
    QuestionFactory(tags=("mirroring",))
    QuestionFactory(tags=("replication",))
    QuestionFactory(tags=("mirroring",), visibility=Visibility.COMPANY)

    assert steward.post("/tags/replication/taking-in", data={"other": "mirroring"}).status_code == 303
    deliver_pending()

    assert tag_called("replication").question_count == 3
    assert [tag.name for tag in db.session.get_one(Question, both.id).tags] == ["replication"]
    assert client.get("/tags/mirroring").location == "/tags/replication"
    assert list(find_differences()) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": "storage"}, "There is a topic storage already"),
        ({"name": "no good!"}, "may have letters, digits"),
        ({"synonyms": "storage"}, "storage is a topic of its own"),
        ({"synonyms": "replication"}, "is the name of this topic itself"),
        ({"parent": "nowhere"}, "There is no topic nowhere yet"),
        ({"parent": "replication"}, "cannot belong to it"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_typed_is_lost(steward, changed, sentence):
    QuestionFactory(tags=("replication",))
    QuestionFactory(tags=("storage",))

    page = steward.post("/tags/replication/edit", data={**TEXT, "description": "Kept in the form.", **changed})

    assert page.status_code == 422
    assert sentence in page.text
    assert "Kept in the form." in page.text
    assert tag_called("replication").description == ""
    assert db.session.scalar(select(func.count()).select_from(TagSynonym)) == 0


def test_a_circle_of_parents_is_refused(steward):
    QuestionFactory(tags=("replication",))
    QuestionFactory(tags=("storage",))
    assert steward.post("/tags/replication/edit", data={**TEXT, "parent": "storage"}).status_code == 303

    page = steward.post("/tags/storage/edit", data={**TEXT, "name": "storage", "parent": "replication"})

    assert page.status_code == 422


def test_the_steward_of_a_topic_edits_it_and_no_other(sign_in):
    QuestionFactory(tags=("replication",))
    QuestionFactory(tags=("storage",))
    expert = ExpertFactory()
    with write():
        db.session.add(TagSteward(tag_id=tag_called("replication").id, person_id=expert.id))
    browser = sign_in(expert)

    assert browser.post("/tags/replication/edit", data={**TEXT, "description": "Mine."}).status_code == 303
    assert browser.get("/tags/storage/edit").status_code == 403
    assert browser.post("/tags/replication/stewards", data={"stewards": ""}).status_code == 403
    assert browser.post("/tags/replication/taking-in", data={"other": "storage"}).status_code == 403


def test_only_employees_look_after_topics(steward):
    QuestionFactory(tags=("replication",))
    member = PersonFactory()

    page = steward.post("/tags/replication/stewards", data={"stewards": member.handle})

    assert page.status_code == 422
    assert "is no employee" in page.text


def test_the_name_of_a_topic_that_only_a_confidential_question_has_is_confidential_too(client, sign_in):
    QuestionFactory(tags=("project-heron",), visibility=Visibility.COMPANY)

    assert client.get("/tags/project-heron").status_code == 404
    assert sign_in(PersonFactory()).get("/tags/project-heron").status_code == 404
    assert sign_in(ExpertFactory()).get("/tags/project-heron").status_code == 200


@pytest.mark.both_databases
def test_a_template_helps_to_ask(steward, sign_in):
    QuestionFactory(tags=("replication",))
    steward.post("/tags/replication/edit", data={**TEXT, "question_template": "- Distance between the sites:"})
    member = sign_in(PersonFactory())

    assert "- Distance between the sites:" in member.get("/questions/ask?tag=replication").text
    preview = member.post("/questions/ask", data={"tags": "replication", "title": "", "preview": "1"})
    assert "get answers sooner when they tell this" in preview.text


@pytest.mark.both_databases
def test_a_product_shows_how_long_its_versions_are_supported(client, steward):
    ended = (clock.now() - timedelta(days=2)).date()
    form = {
        "name": "Halyard 400",
        "vendor": "",
        "description": "An array.",
        "versions": f"7.1; 2020-01-31; {ended}\n7.2",
    }
    assert steward.post("/products/new", data=form).location == "/products/halyard-400"
    page = client.get("/products/halyard-400").text
    assert "An array." in page
    assert "31 January 2020" in page
    assert ": ended" in page

    steward.post("/products/halyard-400/edit", data={**form, "name": "Halyard 400 SE", "versions": "7.2; 2026-01-01"})

    versions = db.session.scalars(select(ProductVersion)).all()
    assert [(version.name, str(version.released_on)) for version in versions] == [("7.2", "2026-01-01")]
    assert db.session.scalars(select(Product)).one().slug == "halyard-400"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"versions": "7.1; tomorrow"}, "&#39;tomorrow&#39; is none"),
        ({"versions": "7.1; 2026-02-01; 2025-01-01"}, "cannot end before it came out"),
        ({"name": "ARRAY one"}, "There is a product"),
        ({"name": ""}, "A product needs a name"),
    ],
)
def test_a_product_that_cannot_be_is_told(steward, changed, sentence):
    ProductFactory(name="Array One")

    page = steward.post("/products/new", data={"name": "Array Two", "description": "Kept.", **changed})

    assert page.status_code == 422
    assert sentence in page.text
    assert 'value="Kept."' in page.text
    assert db.session.scalar(select(func.count()).select_from(Product)) == 1


def test_members_change_neither_topics_nor_products(sign_in):
    QuestionFactory(tags=("replication",), product=ProductFactory(name="Array One"))
    browser = sign_in(PersonFactory())

    for address in ("/tags/replication/edit", "/products/array-one/edit", "/products/new"):
        assert browser.get(address).status_code == 403
        assert browser.post(address, data={**TEXT, "versions": ""}).status_code == 403


def test_two_questions_on_new_topics_are_counted_once_each():
    with write():
        actions.tags_named(["one", "two"])
        assert [tag.name for tag in actions.tags_named(["two", "one", "two"])] == ["two", "one"]
