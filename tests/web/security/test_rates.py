"""How often something may be tried."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_login import login_user
from sqlalchemy import select

from app.jobs.worker import run_once
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import TooOften
from app.people.models import Person, RateCount
from app.web.security.limits import in_words, spend
from tests.support.factories import PersonFactory

pytestmark = pytest.mark.one_database

PASSWORD = "four words that nobody guesses"
ADDRESS = "marta@fernhill.example"


@pytest.fixture
def limited(app_with):
    return app_with(rate_limits=True)


@pytest.fixture
def marta():
    return PersonFactory(address=ADDRESS, password=PASSWORD)


def sign_in(site: Flask, password, place="192.0.2.1", address=ADDRESS):
    return site.test_client().post(
        "/sign-in", data={"email": address, "password": password}, environ_base={"REMOTE_ADDR": place}
    )


def test_the_eleventh_try_is_refused_even_with_the_right_password(limited, marta, mailbox):
    for number in range(10):
        assert sign_in(limited, "wrong password", f"192.0.2.{number}").status_code == 422

    wrong = sign_in(limited, "wrong password", "192.0.2.10")
    right = sign_in(limited, PASSWORD, "192.0.2.11")
    sign_in(limited, "wrong password", "192.0.2.12")
    run_once()

    assert wrong.status_code == right.status_code == 429
    assert 0 < int(right.headers["Retry-After"]) <= 600
    sentence = "That was one try too many."
    assert sentence in wrong.text
    assert sentence in right.text
    assert [letter["Subject"] for letter in mailbox.to(ADDRESS)] == [
        "Somebody tries passwords for you at Northwind TechCenter"
    ]


def test_unknown_addresses_are_counted_too(limited, marta, mailbox):
    for _ in range(10):
        sign_in(limited, "wrong password", address="nobody@fernhill.example")

    assert sign_in(limited, "wrong password", address="nobody@fernhill.example").status_code == 429
    run_once()
    assert len(mailbox) == 0


def test_the_lock_opens_by_itself(limited, marta, travel_to):
    start = clock.now()
    travel_to(start)
    for _ in range(11):
        sign_in(limited, "wrong password")
    wait = int(sign_in(limited, PASSWORD).headers["Retry-After"])

    travel_to(start + timedelta(seconds=wait + 1))
    assert sign_in(limited, PASSWORD).status_code == 303


def test_signing_in_starts_the_count_anew(limited, marta):
    for _ in range(3):
        for _ in range(8):
            sign_in(limited, "wrong password", "192.0.2.1")
        assert sign_in(limited, PASSWORD, "192.0.2.2").status_code == 303


def test_one_place_cannot_try_many_addresses(limited, marta):
    for number in range(30):
        assert sign_in(limited, "wrong password", address=f"n{number}@fernhill.example").status_code == 422

    assert sign_in(limited, PASSWORD).status_code == 429
    assert sign_in(limited, PASSWORD, "198.51.100.7").status_code == 303


def test_a_household_of_ipv6_addresses_is_one_place(limited, marta):
    for number in range(30):
        sign_in(limited, "wrong password", f"2001:db8:1:2::{number:x}", f"n{number}@fernhill.example")

    assert sign_in(limited, PASSWORD, "2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(limited, PASSWORD, "2001:db8:1:3::1").status_code == 303


def test_forwarded_addresses_count_only_behind_a_proxy_of_ours(limited, marta):
    client = limited.test_client()
    for number in range(31):
        response = client.post(
            "/sign-in",
            data={"email": f"n{number}@fernhill.example", "password": "wrong password"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )

    assert response.status_code == 429


def test_five_people_an_hour_join_from_one_place(limited):
    def join(number):
        name = "abcdefg"[number]
        fields = {"name": "Ana Kim", "handle": f"newcomer-{name}", "email": f"{name}@x.example", "password": PASSWORD}
        return limited.test_client().post("/sign-up", data=fields)

    assert [join(number).status_code for number in range(6)] == [303] * 5 + [429]


def test_three_letters_an_hour_go_to_one_address(limited, marta, mailbox):
    answers = [limited.test_client().post("/reset", data={"email": ADDRESS}).status_code for _ in range(4)]
    run_once()

    assert answers == [303, 303, 303, 429]
    assert len(mailbox) == 3


def test_the_counts_tell_nobody_which_addresses_were_tried(limited, marta):
    sign_in(limited, "wrong password")

    assert "fernhill" not in " ".join(db.session.scalars(select(RateCount.key)))


def test_limits_can_be_off_on_this_machine(app, marta):
    assert {sign_in(app, "wrong password").status_code for _ in range(12)} == {422}


@pytest.mark.pure
@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 second"), (40, "40 seconds"), (180, "3 minutes"), (7_300, "2 hours")]
)
def test_pauses_are_said_in_words(seconds, words):
    assert in_words(seconds) == words


def test_searching_is_limited_by_place_and_says_when_to_go_on(limited):
    client = limited.test_client()
    answers = [client.get("/search?q=replication") for _ in range(21)]

    assert {answer.status_code for answer in answers[:20]} == {200}
    assert answers[20].status_code == 429
    assert 0 < int(answers[20].headers["Retry-After"]) <= 60
    assert "That was 20 searches in a minute. The next one can go in" in answers[20].text


def test_two_people_behind_one_address_are_counted_apart(limited):
    for number in (PersonFactory().id, PersonFactory().id):
        with limited.test_request_context("/", environ_base={"REMOTE_ADDR": "192.0.2.9"}):
            login_user(db.session.get_one(Person, number))
            for _ in range(4):
                spend("posts")
            with pytest.raises(TooOften):
                spend("posts")
