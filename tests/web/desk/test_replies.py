"""Reply templates: whose they are, what they say, and how they get into an answer."""

import pytest
from sqlalchemy import select

from app.desk.models import ReplyTemplate
from app.desk.replies import ReplyDraft, filled, write_reply
from app.kernel.db import db, write
from app.questions.models import Question
from app.questions.queries import for_page
from tests.support.factories import (
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

TEXT = "Hello {asker}, which version of {product} is it? You wrote {version}.\n\n{me} {else}"


@pytest.fixture
def ingrid():
    return ExpertFactory(name="Ingrid Solheim", handle="sanfox")


@pytest.fixture
def question():
    product = ProductFactory(name="Halyard 400", slug="halyard")
    return QuestionFactory(author=PersonFactory(name="Marta Kowalska"), product=product, product_version="7.2.4")


def write_one(owner, *, title="Ask for the version", body=TEXT, shared=False):
    with write():
        return write_reply(ReplyDraft(title=title, body=body, shared=shared), by=owner).id


@pytest.mark.both_databases
def test_a_template_is_written_shared_and_deleted(sign_in, ingrid):
    browser = sign_in(ingrid)
    assert "No template yet" in browser.get("/desk/replies").text
    assert browser.get("/desk/replies/new").status_code == 200

    made = browser.post("/desk/replies", data={"title": "Ask for  the version", "body": TEXT, "idempotency_key": "a"})
    browser.post("/desk/replies", data={"title": "Ask for the version", "body": TEXT, "idempotency_key": "a"})
    assert made.status_code == 303
    reply = db.session.scalars(select(ReplyTemplate)).one()
    assert (reply.title, reply.body, reply.shared) == ("Ask for the version", TEXT, False)

    colleague = sign_in(ExpertFactory())
    assert "Ask for the version" not in colleague.get("/desk/replies").text
    browser.post(f"/desk/replies/{reply.id}/edit", data={"title": "The version", "body": "Which?", "shared": "y"})
    assert "Shared by Ingrid Solheim" in colleague.get("/desk/replies").text
    assert "The version" in browser.get(f"/desk/replies/{reply.id}/edit").text

    assert browser.post(f"/desk/replies/{reply.id}/deletion").status_code == 303
    assert db.session.scalars(select(ReplyTemplate)).all() == []


@pytest.mark.both_databases
def test_what_is_shared_is_changed_by_its_author_and_stewards_alone(sign_in, ingrid):
    reply_id = write_one(ingrid, shared=True)
    form = {"title": "The version", "body": "Which?", "shared": "y"}
    address = f"/desk/replies/{reply_id}"
    colleague, steward = sign_in(ExpertFactory()), sign_in(StewardFactory())

    assert colleague.get(f"{address}/edit").status_code == 403
    assert colleague.post(f"{address}/edit", data=form).status_code == 403
    assert colleague.post(f"{address}/deletion").status_code == 403
    assert steward.post(f"{address}/edit", data=form).status_code == 303


def test_what_is_somebodys_own_is_unknown_to_others(sign_in, ingrid, question):
    reply_id = write_one(ingrid)
    colleague = sign_in(ExpertFactory())

    assert colleague.get(f"/desk/replies/{reply_id}/edit").status_code == 404
    assert colleague.get(f"/desk/replies/{reply_id}/for/{question.id}").status_code == 404
    assert colleague.get(f"/questions/{question.id}/{question.slug}?reply={reply_id}").status_code == 404


def test_members_and_stewards_write_none(sign_in, ingrid):
    form = {"title": "The version", "body": "Which?"}
    assert sign_in(PersonFactory()).get("/desk/replies").status_code == 403
    assert sign_in(StewardFactory()).get("/desk/replies").status_code == 200
    for factory in (PersonFactory, StewardFactory):
        assert sign_in(factory()).get("/desk/replies/new").status_code == 403
        assert sign_in(factory()).post("/desk/replies", data=form).status_code == 403


@pytest.mark.parametrize(
    "form",
    [{"title": "", "body": "Which?"}, {"title": "x" * 81, "body": "Which?"}, {"title": "x", "body": "x" * 5_001}],
)
def test_what_is_missing_or_too_long_is_refused_and_kept(sign_in, ingrid, form):
    refused = sign_in(ingrid).post("/desk/replies", data=form)

    assert refused.status_code == 422
    assert form["body"] in refused.text


def test_the_placeholders_are_filled_and_other_braces_stay(ingrid, question):
    shown = db.session.scalars(for_page(select(Question))).unique().one()
    text = filled(TEXT, shown, ingrid)

    assert text == "Hello Marta, which version of Halyard 400 is it? You wrote 7.2.4.\n\nIngrid {else}"


def test_what_is_not_known_is_said_in_general_words(sign_in, ingrid):
    reply_id, bare = write_one(ingrid), QuestionFactory()

    text = sign_in(ingrid).get(f"/desk/replies/{reply_id}/for/{bare.id}")

    assert "which version of your product is it? You wrote your version." in text.text
    assert text.content_type == "text/plain; charset=utf-8"


def test_a_template_begins_an_answer_by_its_address(sign_in, ingrid, question):
    reply_id, browser = write_one(ingrid), sign_in(ingrid)
    short = browser.get(f"/questions/{question.id}?reply={reply_id}")
    assert short.location.endswith(f"{question.slug}?reply={reply_id}")

    page = browser.get(short.location).text

    assert "Hello Marta, which version of Halyard 400 is it?" in page


def test_a_template_is_put_below_what_is_typed_already(sign_in, ingrid, question):
    reply_id, browser = write_one(ingrid, body="Regards, {me}"), sign_in(ingrid)
    form = {"body": "Set a keepalive.\n", "reply": str(reply_id), "insert": "1"}

    page = browser.post(f"/questions/{question.id}/answers", data=form)

    assert page.status_code == 200
    assert "Set a keepalive.\n\nRegards, Ingrid" in page.text.replace("\r\n", "\n")
    db.session.refresh(question)
    assert question.answer_count == 0


@pytest.mark.parametrize("reply", ["", "none", "99", str(2**70)])
def test_a_template_that_is_not_there_is_not_found(sign_in, ingrid, question, reply):
    form = {"body": "Set a keepalive.", "reply": reply, "insert": "1"}

    assert sign_in(ingrid).post(f"/questions/{question.id}/answers", data=form).status_code == 404


def test_only_experts_are_offered_templates(sign_in, client, ingrid, question):
    write_one(ingrid, shared=True)
    reply_id = write_one(ingrid, title="My own")

    assert "Reply template" in sign_in(ingrid).get(f"/questions/{question.id}/{question.slug}").text
    assert "Reply template" not in sign_in(PersonFactory()).get(f"/questions/{question.id}/{question.slug}").text
    address = f"/questions/{question.id}/{question.slug}?reply={reply_id}"
    assert sign_in(PersonFactory()).get(address).status_code == 403
    assert client.get(address).status_code == 200


def test_hostile_words_in_a_title_stay_words(sign_in, ingrid):
    question = QuestionFactory(title="Why <script>alert(1)</script> & {me} at night?")
    reply_id = write_one(ingrid, body="About “{question}”")
    AnswerFactory(question=question)

    page = sign_in(ingrid).get(f"/questions/{question.id}/{question.slug}?reply={reply_id}").text

    assert "About “Why &lt;script&gt;alert(1)&lt;/script&gt; &amp; {me} at night?”" in page
    assert "<script>alert(1)" not in page
