"""One code, sent sixteen times at the same moment, opens once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.people import authenticator, recovery_codes, second_factor
from app.people.models import Person
from tests.support.at_once import at_once
from tests.support.factories import PersonFactory
from tests.support.totp import code_now

AT_ONCE = 16


def sent_at_once(site: Flask, person_id: int, code: str) -> tuple[int, list[Exception]]:
    """How often the code opened, and what else went wrong."""

    def send() -> None:
        second_factor.take_code(db.session.get_one(Person, person_id), code)

    went_wrong = at_once(site, [send] * AT_ONCE)
    return AT_ONCE - len(went_wrong), [fault for fault in went_wrong if not isinstance(fault, RuleBroken)]


@pytest.fixture
def marta_and_her_codes() -> tuple[int, Callable[[], str], list[str]]:
    marta = PersonFactory()
    secret = authenticator.new_secret()
    letters = authenticator.key_in_letters(secret)
    with write():
        codes = second_factor.set_app(marta, secret, code_now(letters))
    with write():
        marta.tf_last_counter = 0
    return marta.id, lambda: code_now(letters), codes


def test_a_code_of_an_app(app, marta_and_her_codes):
    marta_id, code, _ = marta_and_her_codes

    assert sent_at_once(app, marta_id, code()) == (1, [])


def test_a_recovery_code(app, marta_and_her_codes):
    marta_id, _, codes = marta_and_her_codes

    assert sent_at_once(app, marta_id, codes[0]) == (1, [])
    assert recovery_codes.count_left(db.session.get_one(Person, marta_id)) == 9
