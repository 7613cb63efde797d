"""Welcoming a newcomer, from the desk to the words below the question."""

import pytest

from app.kernel.events import deliver_pending
from app.questions.models import Visibility
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory, QuestionFactory, SalesFactory

pytestmark = pytest.mark.one_database

WORDS = "Welcome, <i>Ana</i>. I will look tonight."


@pytest.fixture
def ana():
    return PersonFactory(name="Ana Costa")


@pytest.fixture
def question(ana):
    asked = QuestionFactory(author=ana)
    deliver_pending()
    return asked


def path_of(question):
    return f"/questions/{question.id}/{question.slug}"


def test_from_the_desk_to_the_question_and_the_inbox(sign_in, client, ana, question):
    vera = ExpertFactory(name="Vera Lind")
    browser, address = sign_in(vera), f"/desk/greetings/{ana.id}"
    assert f'href="{address}"' in browser.get("/desk").text
    assert f'href="{address}"' in browser.get("/desk/greetings").text
    assert f'href="{address}"' in browser.get(path_of(question)).text
    assert "New here" in client.get(path_of(question)).text
    assert "Welcome Ana" not in client.get(path_of(question)).text
    assert browser.get(address).status_code == 200
    empty = browser.post(address, data={"words": ""})
    assert empty.status_code == 422

    sent = browser.post(address, data={"words": WORDS})
    assert (sent.status_code, sent.location) == (303, path_of(question))
    seen = client.get(path_of(question)).text
    assert "welcomes Ana: “Welcome, &lt;i&gt;Ana&lt;/i&gt;. I will look tonight.”" in seen
    assert ">Vera Lind</a>" in seen
    deliver_pending()
    assert "Vera Lind welcomes you" in sign_in(ana).get("/inbox").text


def test_whoever_comes_second_is_told_so_and_keeps_the_words(sign_in, ana, question):
    address = f"/desk/greetings/{ana.id}"
    sign_in(ExpertFactory()).post(address, data={"words": WORDS})

    second = sign_in(ExpertFactory()).post(address, data={"words": "And my words"})

    assert second.status_code == 422
    assert "faster than you" in second.text
    assert "And my words" in second.text


def test_who_may_not(sign_in, client, ana, question):
    address = f"/desk/greetings/{ana.id}"
    for person in (PersonFactory(), SalesFactory(), ana):
        assert sign_in(person).post(address, data={"words": WORDS}).status_code == 403
        assert sign_in(person).get("/desk/greetings").status_code == 403
    hidden = QuestionFactory(author=PersonFactory(account=AccountFactory()), visibility=Visibility.COMPANY)
    assert sign_in(ExpertFactory()).get(f"/desk/greetings/{hidden.author_id + 1000}").status_code == 404
