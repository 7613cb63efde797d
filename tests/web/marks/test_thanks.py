"""Thanks, with plain forms."""

import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.marks.models import Thanks
from app.questions.models import Visibility
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

WORDS = "You <b>saved</b> my night"


@pytest.fixture
def answer():
    return AnswerFactory(author=ExpertFactory(name="Vera Lind"))


def page_of(browser, answer):
    return browser.get(browser.get(f"/questions/{answer.question_id}").location).text


def test_a_member_thanks_finds_other_words_and_takes_them_back(sign_in, client, answer):
    ana = PersonFactory()
    browser, address = sign_in(ana), f"/answers/{answer.id}/thanks"
    assert f'href="{address}"' in page_of(browser, answer)
    assert "Thank Vera" in browser.get(address).text

    sent = browser.post(address, data={"words": WORDS})
    assert sent.location.endswith(f"#answer-{answer.id}")
    seen = page_of(client, answer)
    assert "“You &lt;b&gt;saved&lt;/b&gt; my night”" in seen
    assert "Your thanks" in page_of(browser, answer)
    assert "Say it in these words" in browser.get(address).text

    browser.post(address, data={"words": "Twice now"})
    assert "Twice now" in client.get(address).text
    assert "saved" not in page_of(client, answer)
    browser.post(f"{address}/{ana.id}/remove")
    assert db.session.scalars(select(Thanks)).all() == []


def test_what_is_wrong_is_said_above_the_form(sign_in, answer):
    browser = sign_in(PersonFactory())

    for words in ("", "x" * 301):
        refused = browser.post(f"/answers/{answer.id}/thanks", data={"words": words})
        assert refused.status_code == 422
        assert f'value="{words}"' in refused.text


def test_several_are_folded_and_a_steward_can_remove_one(sign_in, client, answer):
    people = [PersonFactory() for _ in range(3)]
    for person in people:
        sign_in(person).post(f"/answers/{answer.id}/thanks", data={"words": f"Thanks from {person.handle}"})
    seen = page_of(client, answer)
    assert "2 more people say thanks" in seen
    assert all(f"Thanks from {person.handle}" in seen for person in people)

    steward = sign_in(StewardFactory())
    assert "Remove" in steward.get(f"/answers/{answer.id}/thanks").text
    steward.post(f"/answers/{answer.id}/thanks/{people[0].id}/remove")
    assert db.session.scalars(select(Thanks.person_id).order_by(Thanks.person_id)).all() == [
        person.id for person in people[1:]
    ]


def test_what_one_may_not_read_one_cannot_thank_for(sign_in):
    asker = PersonFactory(account=AccountFactory())
    answer = AnswerFactory(question=QuestionFactory(author=asker, visibility=Visibility.COMPANY))
    stranger = sign_in(PersonFactory())

    assert stranger.get(f"/answers/{answer.id}/thanks").status_code == 404
    assert stranger.post(f"/answers/{answer.id}/thanks", data={"words": WORDS}).status_code == 404
    assert stranger.post(f"/answers/{answer.id}/thanks/1/remove").status_code == 404
    assert stranger.post("/answers/99999/thanks", data={"words": WORDS}).status_code == 404
