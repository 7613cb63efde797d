"""The day on which sales reads here, and a measured account with somebody who looks after it and reads.

A module whose account or reader is another one says so by a fixture of the same name.
"""

from __future__ import annotations

import pytest

from app.accounts.models import Account
from app.people.models import Person
from tests.outcomes.deals import NOW, measured, seller_of
from tests.support.factories import AccountFactory


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


@pytest.fixture
def account() -> Account:
    account = AccountFactory(name="Calder & Finch", domains=["calder.example"])
    measured(account)
    return account


@pytest.fixture
def seller(account) -> Person:
    return seller_of(account)


@pytest.fixture
def browser(sign_in, seller):
    return sign_in(seller)
