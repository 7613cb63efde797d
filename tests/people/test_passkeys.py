"""What a browser answers with a passkey: taken, or refused for each thing that can be wrong with it.

The answers are made here, by the WebAuthn standard itself: data, flags, counts and a signature with a key of our own.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings, strategies
from webauthn.helpers import encode_cbor

from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, NotFound, RuleBroken
from app.people import passkeys, second_factor
from app.people.models import Passkey, Person
from app.people.passkeys import Answer, Party, party_at
from tests.support.factories import ExpertFactory, PersonFactory

PARTY = Party(host="community.northwind.example", origin="https://community.northwind.example", name="Northwind")
CHALLENGE = passkeys.new_challenge()
PRESENT, CHECKED, WITH_KEY = 0x01, 0x04, 0x40


def letters(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Device:
    """An authenticator with one key."""

    def __init__(self, handle="handle-of-a-person"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.handle = handle
        self.count = 0

    def make(self, *, challenge=CHALLENGE, origin=PARTY.origin, host=PARTY.host, flags=PRESENT | CHECKED):
        """What it answers when it shall make a passkey."""
        numbers = self.key.public_key().public_numbers()
        public = encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        data = self._data(host, flags | WITH_KEY) + bytes(16) + len(self.id).to_bytes(2) + self.id + public
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", challenge, origin)
        return self._answer(challenge=CHALLENGE, clientDataJSON=client, attestationObject=attestation)

    def show(self, *, challenge=CHALLENGE, origin=PARTY.origin, host=PARTY.host, flags=PRESENT | CHECKED, handle=None):
        """What it answers when it shall show its passkey."""
        self.count += 1
        data, client = self._data(host, flags), self._client("webauthn.get", challenge, origin)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        named = (self.handle if handle is None else handle).encode()
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer(challenge=CHALLENGE, **parts, **({"userHandle": named} if named else {}))

    def _data(self, host, flags):
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    @staticmethod
    def _client(kind, challenge, origin):
        told = {"type": kind, "challenge": letters(challenge.encode()), "origin": origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, *, challenge, **parts):
        response = {name: letters(raw) for name, raw in parts.items()}
        given = {"id": letters(self.id), "rawId": letters(self.id), "type": "public-key", "response": response}
        text = json.dumps({**given, "clientExtensionResults": {}})
        return Answer(text=text, challenge=challenge, party=PARTY, is_owner_checked=True)


@pytest.fixture
def marta():
    return PersonFactory()


@pytest.fixture
def device(marta):
    """A device whose passkey is Marta's."""
    made = Device()
    with write():
        passkeys.add(marta, "Telephone", made.handle, made.make())
    return made


def take(answer, person=None):
    with write():
        return passkeys.take(person, answer)


def test_the_first_passkey_is_a_second_factor_and_comes_with_recovery_codes(marta):
    device = Device()
    with write():
        codes = passkeys.add(marta, " Blue  key ", device.handle, device.make())

    assert len(codes) == 10
    assert [one.name for one in passkeys.own(marta)] == ["Blue key"]
    assert db.session.get_one(Person, marta.id).tf_primary_method == "webauthn"


def test_a_passkey_says_who_comes_and_is_one_of_theirs(marta, device):
    assert take(device.show()).id == marta.id
    assert take(device.show(), marta).id == marta.id
    assert take(device.show(handle=""), marta).id == marta.id
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
        take(device.show(**wrong))


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.test"}, {"host": "evil.test"}, {"challenge": "another"}, {"flags": CHECKED}],
)
def test_a_new_passkey_that_does_not_fit_is_refused(marta, wrong):
    device = Device()
    with pytest.raises(RuleBroken), write():
        passkeys.add(marta, "Telephone", device.handle, device.make(**wrong))

    assert passkeys.own(marta) == []


def test_a_count_of_uses_that_stands_still_or_goes_back_is_refused(marta, device):
    answer = device.show()
    take(answer)
    with pytest.raises(RuleBroken):
        take(answer)

    device.count = 0
    with pytest.raises(RuleBroken):
        take(device.show())


def test_passkeys_that_count_nothing_are_taken(marta):
    device = Device()
    with write():
        passkeys.add(marta, "In the cloud", device.handle, device.make())
    for _ in range(2):
        device.count = -1
        assert take(device.show()).id == marta.id


def test_a_signature_by_another_key_is_refused(device):
    device.key = ec.generate_private_key(ec.SECP256R1())

    with pytest.raises(RuleBroken):
        take(device.show())


def test_the_passkey_of_another_is_no_second_factor(device):
    with pytest.raises(RuleBroken):
        take(device.show(), PersonFactory())


def test_one_passkey_belongs_to_one_person(device):
    with pytest.raises(RuleBroken), write():
        passkeys.add(PersonFactory(), "Mine too", "another-handle", device.make())


@pytest.mark.parametrize("name", ["", "x" * 65, "with a \u202e turn"])
def test_a_passkey_has_a_name_that_can_be_read(marta, name):
    device = Device()
    with pytest.raises(RuleBroken), write():
        passkeys.add(marta, name, device.handle, device.make())


def test_nobody_has_more_than_ten(marta):
    for number in range(10):
        device = Device()
        with write():
            passkeys.add(marta, f"Key {number}", device.handle, device.make())

    device = Device()
    with pytest.raises(RuleBroken), write():
        passkeys.add(marta, "One more", device.handle, device.make())


def test_only_ones_own_are_removed_and_the_last_one_turns_it_off(marta, device):
    number = passkeys.own(marta)[0].id
    with pytest.raises(NotFound), write():
        passkeys.remove(PersonFactory(), number)
    with write():
        passkeys.remove(marta, number)

    assert not second_factor.is_set_up(marta)
    with pytest.raises(RuleBroken):
        take(device.show())


def test_the_last_one_of_an_employee_stays(app, monkeypatch):
    strict = replace(app.extensions["firsthand.settings"], second_factor="required")
    monkeypatch.setitem(app.extensions, "firsthand.settings", strict)
    expert, device = ExpertFactory(), Device()
    with write():
        passkeys.add(expert, "Telephone", device.handle, device.make())

    with pytest.raises(NotAllowed), write():
        passkeys.remove(expert, passkeys.own(expert)[0].id)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.recursive(strategies.none() | strategies.text() | strategies.integers(), strategies.lists))
def test_whatever_is_no_answer_is_refused(marta, device, rubbish):
    answer = device.show()
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
