"""What a browser answers with a passkey: taken, or refused for each thing that can be wrong with it."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings, strategies

from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, NotFound, RuleBroken
from app.people import passkeys, second_factor
from app.people.models import Passkey, Person
from app.people.passkeys import Party, party_at
from tests.support.authenticator import CHECKED, PRESENT, Device
from tests.support.factories import ExpertFactory, PersonFactory

PARTY = Party(host="community.northwind.example", origin="https://community.northwind.example", name="Northwind")
CHALLENGE = passkeys.new_challenge()


@pytest.fixture
def marta():
    return PersonFactory()


@pytest.fixture
def device(marta):
    """A device whose passkey is Marta's."""
    made = Device()
    with write():
        passkeys.add(marta, "Telephone", made.handle, made.make(CHALLENGE, PARTY))
    return made


def asked(challenge=CHALLENGE, host=PARTY.host, origin=PARTY.origin):
    """What the device believes that it was asked, and by whom."""
    return challenge, Party(host, origin, PARTY.name)


def shown(device, *, flags=PRESENT | CHECKED, handle=None, **wrong):
    """What the device answers to another question than ours, presented as an answer to ours."""
    return replace(device.show(*asked(**wrong), flags=flags, handle=handle), challenge=CHALLENGE, party=PARTY)


def made(device, *, flags=PRESENT | CHECKED, **wrong):
    return replace(device.make(*asked(**wrong), flags=flags), challenge=CHALLENGE, party=PARTY)


def take(answer, person=None):
    with write():
        return passkeys.take(person, answer)


def test_the_first_passkey_is_a_second_factor_and_comes_with_recovery_codes(marta):
    device = Device()
    with write():
        codes = passkeys.add(marta, " Blue  key ", device.handle, device.make(CHALLENGE, PARTY))

    assert len(codes) == 10
    assert [one.name for one in passkeys.own(marta)] == ["Blue key"]
    assert db.session.get_one(Person, marta.id).tf_primary_method == "webauthn"


def test_a_passkey_says_who_comes_and_is_one_of_theirs(marta, device):
    assert take(device.show(CHALLENGE, PARTY)).id == marta.id
    assert take(device.show(CHALLENGE, PARTY), marta).id == marta.id
    assert take(device.show(CHALLENGE, PARTY, handle=""), marta).id == marta.id
    assert db.session.query(Passkey).one().sign_count == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.test"},
        {"origin": "http://community.northwind.example"},
        {"origin": "https://community.northwind.example.evil.test"},
        {"origin": "https://sub.community.northwind.example"},
        {"origin": "https://community.northwind.example:8443"},
        {"host": "northwind.example"},
        {"challenge": "another challenge altogether"},
        {"flags": PRESENT},
        {"flags": CHECKED},
        {"handle": "handle-of-another"},
        {"handle": ""},
    ],
)
def test_an_answer_that_does_not_fit_is_refused(device, wrong):
    with pytest.raises(RuleBroken):
        take(shown(device, **wrong))


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.test"}, {"host": "evil.test"}, {"challenge": "another"}, {"flags": CHECKED}],
)
def test_a_new_passkey_that_does_not_fit_is_refused(marta, wrong):
    device = Device()
    with pytest.raises(RuleBroken), write():
        passkeys.add(marta, "Telephone", device.handle, made(device, **wrong))

    assert passkeys.own(marta) == []


def test_a_count_of_uses_that_stands_still_or_goes_back_is_refused(marta, device):
    answer = device.show(CHALLENGE, PARTY)
    take(answer)
    with pytest.raises(RuleBroken):
        take(answer)

    device.count = 0
    with pytest.raises(RuleBroken):
        take(device.show(CHALLENGE, PARTY))


def test_passkeys_that_count_nothing_are_taken(marta):
    device = Device()
    with write():
        passkeys.add(marta, "In the cloud", device.handle, device.make(CHALLENGE, PARTY))
    for _ in range(2):
        device.count = -1
        assert take(device.show(CHALLENGE, PARTY)).id == marta.id


def test_a_signature_by_another_key_is_refused(device):
    device.key = ec.generate_private_key(ec.SECP256R1())

    with pytest.raises(RuleBroken):
        take(device.show(CHALLENGE, PARTY))


def test_a_key_that_did_not_know_its_owner_never_stands_for_the_password(marta):
    key = Device()
    with write():
        passkeys.add(
            marta, "Key", key.handle, replace(key.make(CHALLENGE, PARTY, flags=PRESENT), is_owner_checked=False)
        )

    with pytest.raises(RuleBroken, match="with both"):
        take(key.show(CHALLENGE, PARTY))
    assert take(key.show(CHALLENGE, PARTY), marta).id == marta.id


def test_the_passkey_of_another_is_no_second_factor(device):
    with pytest.raises(RuleBroken):
        take(device.show(CHALLENGE, PARTY), PersonFactory())


def test_one_passkey_belongs_to_one_person(device):
    with pytest.raises(RuleBroken), write():
        passkeys.add(PersonFactory(), "Mine too", "another-handle", device.make(CHALLENGE, PARTY))


@pytest.mark.parametrize("name", ["", "x" * 65, "with a \u202e turn"])
def test_a_passkey_has_a_name_that_can_be_read(marta, name):
    device = Device()
    with pytest.raises(RuleBroken), write():
        passkeys.add(marta, name, device.handle, device.make(CHALLENGE, PARTY))


def test_nobody_has_more_than_ten(marta):
    for number in range(10):
        device = Device()
        with write():
            passkeys.add(marta, f"Key {number}", device.handle, device.make(CHALLENGE, PARTY))

    device = Device()
    with pytest.raises(RuleBroken), write():
        passkeys.add(marta, "One more", device.handle, device.make(CHALLENGE, PARTY))


def test_only_ones_own_are_removed_and_the_last_one_turns_it_off(marta, device):
    number = passkeys.own(marta)[0].id
    with pytest.raises(NotFound), write():
        passkeys.remove(PersonFactory(), number)
    with write():
        passkeys.remove(marta, number)

    assert not second_factor.is_set_up(marta)
    with pytest.raises(RuleBroken):
        take(device.show(CHALLENGE, PARTY))


def test_the_last_one_of_an_employee_stays(app, monkeypatch):
    strict = replace(app.extensions["firsthand.settings"], second_factor="required")
    monkeypatch.setitem(app.extensions, "firsthand.settings", strict)
    expert, device = ExpertFactory(), Device()
    with write():
        passkeys.add(expert, "Telephone", device.handle, device.make(CHALLENGE, PARTY))

    with pytest.raises(NotAllowed), write():
        passkeys.remove(expert, passkeys.own(expert)[0].id)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.recursive(strategies.none() | strategies.text() | strategies.integers(), strategies.lists))
def test_whatever_is_no_answer_is_refused(marta, device, rubbish):
    answer = device.show(CHALLENGE, PARTY)
    whole = json.loads(answer.text)
    texts = [json.dumps(rubbish), str(rubbish), json.dumps({**whole, "response": rubbish})]
    texts += [json.dumps({**whole, "response": {**whole["response"], part: rubbish}}) for part in whole["response"]]
    for text in texts:
        with pytest.raises(RuleBroken):
            take(replace(answer, text=text))
        with pytest.raises(RuleBroken), write():
            passkeys.add(marta, "Telephone", "handle", replace(answer, text=text))


@pytest.mark.pure
@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "http://[::1]:8000", "https://192.0.2.7"])
def test_no_passkey_belongs_to_a_network_address(origin):
    assert party_at(origin, "Northwind") is None


@pytest.mark.pure
def test_a_site_is_known_by_its_host_and_its_exact_origin():
    assert party_at("http://localhost:8000", "Northwind") == Party("localhost", "http://localhost:8000", "Northwind")
