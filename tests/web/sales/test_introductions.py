"""What members ask of sales, from the side of sales: their words on one page alone, and an outcome they read."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.introductions.actions import Asked, ask, withdraw
from app.introductions.models import Introduction
from app.introductions.queries import readings_of
from app.kernel.db import db, write
from tests.outcomes.deals import NOW, seller_of
from tests.support.factories import AccountFactory, AdminFactory, ExpertFactory, PersonFactory, SalesFactory

pytestmark = pytest.mark.one_database

WORDS = "We plan a second site next year and would like to talk about it."
CONTACT = "Call the front desk, ask for Marta"
END = {"outcome": "spoke", "words": "We spoke on Tuesday, and Robin sends you an offer."}


@pytest.fixture
def account():
    return AccountFactory(name="Calder & Finch", domains=["calder.example"])


@pytest.fixture
def asker(account):
    return PersonFactory(account=account, name="Marta Finch")


@pytest.fixture
def number(asker):
    with write():
        return ask(Asked(wish="call", words=WORDS, contact=CONTACT), by=asker).id


def row(number):
    return db.session.get_one(Introduction, number)


def test_the_list_says_who_asks_for_what_and_not_their_words(sign_in, seller, number):
    page = sign_in(seller).get("/sales/introductions").text

    assert "Marta Finch asks for a call, Calder &amp; Finch" in page
    assert WORDS not in page
    assert CONTACT not in page
    assert "Waits for" in page
    assert "overdue" not in page


def test_it_ages_in_the_open(sign_in, seller, number, travel_to):
    travel_to(NOW + timedelta(days=20))

    page = sign_in(seller).get("/sales/introductions").text

    assert 'class="overdue"' in page
    assert "an outcome was due on 3 April" in page


def test_reading_it_is_shown_to_the_member(sign_in, seller, asker, number):
    page = sign_in(seller).get(f"/sales/introductions/{number}").text

    assert WORDS in page
    assert CONTACT in page
    assert "is shown that you have read this" in page
    (reading,) = readings_of(asker)[number]
    assert (reading.reader, reading.at) == (seller.name, NOW)


@pytest.mark.parametrize("factory", [PersonFactory, ExpertFactory, AdminFactory])
def test_others_than_sales_read_and_end_nothing(sign_in, factory, seller, number):
    other = sign_in(factory())

    assert other.get("/sales/introductions").status_code == 403
    assert other.get(f"/sales/introductions/{number}").status_code == 403
    assert other.post(f"/sales/introductions/{number}/end", data=END).status_code == 403
    assert row(number).ended_at is None


def test_the_member_does_not_come_in_by_the_door_of_sales(sign_in, asker, number):
    assert sign_in(asker).get(f"/sales/introductions/{number}").status_code == 403


def test_whoever_looks_after_another_account_finds_nothing(sign_in, asker, seller, number):
    other = sign_in(seller_of(AccountFactory()))

    assert "Marta Finch" not in other.get("/sales/introductions").text
    assert other.get(f"/sales/introductions/{number}").status_code == 404
    assert other.post(f"/sales/introductions/{number}/end", data=END).status_code == 404
    assert row(number).ended_at is None
    assert readings_of(asker) == {}


def test_an_account_that_nobody_looks_after_is_everybodys_in_sales(sign_in, number):
    assert sign_in(SalesFactory()).get(f"/sales/introductions/{number}").status_code == 200


def test_ended_it_has_a_sentence_and_the_contact_is_gone(sign_in, seller, number):
    browser = sign_in(seller)

    response = browser.post(f"/sales/introductions/{number}/end", data=END)

    assert (response.status_code, response.location) == (303, "/sales/introductions")
    ended = row(number)
    assert (ended.outcome, ended.outcome_words, ended.contact, ended.ended_by_id) == (
        "spoke",
        END["words"],
        "",
        seller.id,
    )
    page = browser.get(f"/sales/introductions/{number}").text
    assert END["words"] in page
    assert CONTACT not in page
    assert "End it and tell" not in page


@pytest.mark.parametrize(
    "form",
    [{**END, "words": ""}, {**END, "outcome": ""}, {**END, "outcome": "withdrawn"}, {**END, "outcome": "expired"}],
    ids=["no sentence", "no outcome", "withdrawn", "expired"],
)
def test_it_ends_with_an_outcome_and_a_sentence_only(sign_in, seller, number, form):
    response = sign_in(seller).post(f"/sales/introductions/{number}/end", data=form)

    assert response.status_code == 422
    assert "They will read this" in response.text
    assert form["words"] in response.text
    assert row(number).ended_at is None


def test_it_ends_once(sign_in, seller, number):
    browser = sign_in(seller)
    browser.post(f"/sales/introductions/{number}/end", data=END)

    again = browser.post(f"/sales/introductions/{number}/end", data={**END, "words": "Something else entirely."})

    assert again.status_code == 422
    assert row(number).outcome_words == END["words"]


def test_what_is_withdrawn_is_not_here_any_more(sign_in, seller, asker, number):
    with write():
        withdraw(row(number), by=asker)
    browser = sign_in(seller)

    assert "Marta Finch" not in browser.get("/sales/introductions").text
    assert browser.get(f"/sales/introductions/{number}").status_code == 404


def test_there_is_no_way_to_delete_one(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/sales/introductions")]

    assert {(rule.rule, method) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}} == {
        ("/sales/introductions", "GET"),
        ("/sales/introductions/<int:introduction_id>", "GET"),
        ("/sales/introductions/<int:introduction_id>/end", "POST"),
    }


def test_their_words_are_text(sign_in, seller, account):
    with write():
        made = ask(
            Asked(wish="meet", words="<img src=x onerror=alert(1)> please", contact="<b>me</b>", place="<i>Hall 4</i>"),
            by=PersonFactory(account=account),
        )

    page = sign_in(seller).get(f"/sales/introductions/{made.id}").text

    assert "<img src=x" not in page
    assert "<b>me</b>" not in page
    assert "<i>Hall 4" not in page


def test_empty_says_what_would_be_here(sign_in, seller):
    assert "Nobody at the moment" in sign_in(seller).get("/sales/introductions").text
    assert db.session.scalars(select(Introduction)).all() == []
