"""Marking, recommending and settling, with plain forms."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.kernel.db import db, write
from app.marks.models import Mark
from app.people.models import Person
from app.questions.models import Answer, Question
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

WARNING = {"kind": "outdated", "version": "7.2", "product": "", "sentence": "From 7.2 on the keepalive is off"}
REASON = "I have seen this very fault at four sites."
NOTE = "The answer says now from which version on it holds."


@pytest.fixture
def product():
    return ProductFactory(name="Halyard 400", versions=("7.1", "7.2"))


@pytest.fixture
def question(product):
    return QuestionFactory(product=product, product_version="7.2")


@pytest.fixture
def answer(question):
    return AnswerFactory(question=question)


def read(browser, question, version=""):
    address = browser.get(f"/questions/{question.id}").location
    return browser.get(address + (f"?version={version}" if version else "")).text


def test_one_press_says_that_it_works_with_the_version_that_was_asked_about(sign_in, client, question, answer, product):
    browser = sign_in(PersonFactory(account=AccountFactory()))

    pressed = browser.post(f"/answers/{answer.id}/marks", data={"kind": "works"})

    assert pressed.status_code == 303
    assert pressed.location.endswith(f"#answer-{answer.id}")
    made = db.session.scalars(select(Mark)).one()
    assert (made.product_id, made.version) == (product.id, "7.2")
    assert "Works for 1 person at 1 company" in read(client, question)
    assert "With 7.2: works for 1 person" in read(client, question, "7.2")
    browser.post(f"/answers/{answer.id}/marks", data={"kind": "fails"})
    assert "Does not work for 1 person" in read(client, question)
    browser.post(f"/answers/{answer.id}/marks/fails/remove")
    assert db.session.scalars(select(Mark)).all() == []


@pytest.mark.both_databases
def test_a_warning_is_given_with_its_version_and_read_above_the_answer(sign_in, client, question, answer):
    expert = ExpertFactory()
    browser = sign_in(expert)
    assert "What did you find out?" in browser.get(f"/answers/{answer.id}/mark?kind=outdated").text

    assert browser.post(f"/answers/{answer.id}/marks", data=WARNING).status_code == 303

    page = read(client, question, "7.2")
    assert f"Outdated for 7.2: From 7.2 on the keepalive is off. Marked by @{expert.handle}," in page
    body = page.split("<main")[1]
    assert body.index("Outdated for 7.2") < body.index("Look at the schedule of the snapshots")
    assert 'class="post outdated"' in page
    assert 'class="post outdated"' not in read(client, question, "7.1")
    listed = client.get(f"/answers/{answer.id}/marks").text
    assert "From 7.2 on the keepalive is off" in listed
    assert "csrf_token" not in listed


def test_a_form_with_a_fault_is_shown_again_with_what_was_typed(sign_in, answer):
    browser = sign_in(PersonFactory())

    refused = browser.post(f"/answers/{answer.id}/marks", data={**WARNING, "sentence": "Too short"})
    assert refused.status_code == 422
    assert "Say in at least 15 letters what is right today" in refused.text
    assert 'value="Too short"' in refused.text
    assert browser.post(f"/answers/{answer.id}/marks", data={"kind": "fine"}).status_code == 422
    assert browser.post(f"/answers/{answer.id}/marks/fine/remove").status_code == 422


@pytest.mark.both_databases
def test_the_author_settles_a_warning_on_the_list_of_marks(sign_in, client, answer):
    author = db.session.get_one(Person, answer.author_id)
    sign_in(PersonFactory()).post(f"/answers/{answer.id}/marks", data=WARNING)
    warning_id = db.session.scalars(select(Mark.id)).one()
    browser = sign_in(author)
    assert "Settle this warning" in browser.get(f"/answers/{answer.id}/marks").text

    refused = browser.post(f"/marks/{warning_id}/settlement", data={"note": "Done."})
    assert refused.status_code == 422
    assert "at least 15 letters" in refused.text
    assert sign_in(SalesFactory()).post(f"/marks/{warning_id}/settlement", data={"note": NOTE}).status_code == 403
    assert browser.post(f"/marks/{warning_id}/settlement", data={"note": NOTE}).status_code == 303

    listed = client.get(f"/answers/{answer.id}/marks").text
    assert NOTE in listed
    assert "Settled" in listed


def test_an_expert_recommends_by_name(sign_in, client, question, answer):
    expert = ExpertFactory()
    browser = sign_in(expert)
    assert "You stand for it with your name" in browser.get(f"/answers/{answer.id}/recommendation").text
    assert browser.post(f"/answers/{answer.id}/recommendation", data={"reason": ""}).status_code == 422

    assert browser.post(f"/answers/{answer.id}/recommendation", data={"reason": REASON}).status_code == 303

    assert f"@{expert.handle}</a>: {REASON}" in read(client, question)
    assert sign_in(PersonFactory()).get(f"/answers/{answer.id}/recommendation").status_code == 403
    browser.post(f"/answers/{answer.id}/recommendation/remove")
    assert REASON not in read(client, question)


def test_nobody_marks_what_they_may_not_see(sign_in, client):
    asker = PersonFactory(account=AccountFactory())
    answer = AnswerFactory(question=QuestionFactory(author=asker))
    with write():
        db.session.get_one(Question, answer.question_id).visibility = "company"
    stranger = sign_in(PersonFactory())

    assert stranger.post(f"/answers/{answer.id}/marks", data={"kind": "works"}).status_code == 404
    assert stranger.get(f"/answers/{answer.id}/mark").status_code == 404
    assert client.get(f"/answers/{answer.id}/marks").status_code == 404
    assert sign_in(asker).post(f"/answers/{answer.id}/marks", data={"kind": "works"}).status_code == 303
    assert client.get(f"/answers/{answer.question_id}/marks").status_code == 404


def test_warnings_never_name_a_company(sign_in, client, answer):
    account = AccountFactory(name="Fernhill Hospitals")
    sign_in(PersonFactory(account=account)).post(f"/answers/{answer.id}/marks", data=WARNING)

    assert "Fernhill" not in client.get(f"/answers/{answer.id}/marks").text


@pytest.mark.parametrize("withheld", [False, True])
def test_companies_are_counted_unless_the_asker_left_one_out(sign_in, client, withheld):
    account = AccountFactory()
    asker = PersonFactory(account=account)
    question = QuestionFactory(author=asker, company_withheld=withheld)
    answer = AnswerFactory(question=question)
    for browser in (sign_in(asker), sign_in(PersonFactory(account=account))):
        browser.post(f"/answers/{answer.id}/marks", data={"kind": "works"})

    page = read(client, question)
    assert "Works for 2 people" in page
    assert ("at 1 company" in page) is not withheld


def test_sales_people_touch_nobodys_honest_advice(sign_in, client, question):
    author = ExpertFactory()
    answer = AnswerFactory(question=question, author=author)
    with write():
        db.session.get_one(Answer, answer.id).honest_advice = "Brightwater Gateway"
    sales = sign_in(SalesFactory())

    assert sales.post(f"/posts/{answer.id}/deletion").status_code == 403
    edit = {"body": "Buy ours.", "revision": "1", "honest_advice": ""}
    assert sales.post(f"/posts/{answer.id}/edit", data=edit).status_code == 403
    assert sales.get(f"/answers/{answer.id}/correction").status_code == 403
    assert "Honest advice: recommends Brightwater Gateway, which is not ours" in read(client, question)


def test_the_number_of_queries_does_not_grow_with_answers_and_marks(sign_in, client, question, queries):
    def seen():
        with queries() as statements:
            read(client, question, "7.2")
        return len(statements)

    people = [PersonFactory() for _ in range(2)]
    expert = ExpertFactory()

    def say_everything():
        answer = AnswerFactory(question=question)
        for person in people:
            sign_in(person).post(f"/answers/{answer.id}/marks", data={"kind": "works"})
            sign_in(person).post(f"/answers/{answer.id}/marks", data=WARNING)
        sign_in(expert).post(f"/answers/{answer.id}/recommendation", data={"reason": REASON})

    say_everything()
    first = seen()
    for _ in range(4):
        say_everything()

    assert seen() == first


def test_the_page_of_a_version_is_kept_by_caches_on_its_own(client, question, answer):
    address = client.get(f"/questions/{question.id}").location
    page, of_version = client.get(address), client.get(f"{address}?version=7.1")

    assert page.headers["Cache-Control"] == of_version.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert page.headers["ETag"] != of_version.headers["ETag"]
    assert "version=" not in of_version.text.split('rel="canonical"')[1].split(">")[0]
    assert client.get(f"{address}?version=<script>").status_code == 200


@pytest.mark.both_databases
def test_a_steward_marks_and_the_reader_sees_why_answers_stand_so(sign_in, client, question, answer):
    AnswerFactory(question=question)
    sign_in(StewardFactory()).post(f"/answers/{answer.id}/marks", data=WARNING)

    page = read(client, question)

    assert "Why this order" in page
    assert "outdated −300" in page
