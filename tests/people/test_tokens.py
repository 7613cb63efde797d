"""Links that prove something."""

import pytest

from app.kernel.db import write
from app.people.actions import change_password, confirm_address
from app.people.tokens import LinkOver, Purpose, make_token, open_token
from tests.support.factories import PersonFactory


def test_a_link_names_its_person():
    person = PersonFactory()

    assert open_token(Purpose.RESET, make_token(Purpose.RESET, person)).person.id == person.id


@pytest.mark.parametrize("other", [Purpose.CONFIRM, Purpose.NEW_ADDRESS])
def test_a_link_for_one_thing_is_worth_nothing_for_another(other):
    with pytest.raises(LinkOver):
        open_token(other, make_token(Purpose.RESET, PersonFactory()))


def test_a_changed_password_ends_a_link():
    person = PersonFactory()
    token = make_token(Purpose.RESET, person)
    with write():
        change_password(person, "another hash")

    with pytest.raises(LinkOver):
        open_token(Purpose.RESET, token)


def test_a_confirmed_address_ends_a_link():
    person = PersonFactory(confirmed=False)
    token = make_token(Purpose.CONFIRM, person)
    with write():
        confirm_address(person)

    with pytest.raises(LinkOver):
        open_token(Purpose.CONFIRM, token)


def test_an_inactive_person_has_no_links():
    person = PersonFactory()
    token = make_token(Purpose.RESET, person)
    with write():
        person.active = False

    with pytest.raises(LinkOver):
        open_token(Purpose.RESET, token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\u00e9", "W10.aaa.bbb"])
def test_nonsense_is_no_link(token):
    with pytest.raises(LinkOver):
        open_token(Purpose.RESET, token)


def test_a_key_can_be_changed_without_breaking_links(app_with):
    person = PersonFactory()
    token = make_token(Purpose.RESET, person)
    old = app_with().extensions["firsthand.settings"].secret_key
    with app_with(secret_key="a new key with many letters in it", secret_key_fallbacks=(old,)).app_context():
        assert open_token(Purpose.RESET, token).person.id == person.id
    with app_with(secret_key="a new key with many letters in it").app_context(), pytest.raises(LinkOver):
        open_token(Purpose.RESET, token)
