"""A device with a passkey, as the WebAuthn standard describes one: data, flags, a count of uses, and a signature."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

from app.people.passkeys import Answer, Party

PRESENT, CHECKED, WITH_KEY = 0x01, 0x04, 0x40


def letters(raw: bytes) -> str:
    """Bytes as browsers write them: base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Device:
    """An authenticator that holds one key."""

    def __init__(self, handle: str = "handle-of-a-person") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.handle = handle
        self.count = 0

    def make(self, challenge: str, party: Party, *, flags: int = PRESENT | CHECKED) -> Answer:
        """What it answers when it shall make a passkey."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        data = self._data(party, flags | WITH_KEY) + bytes(16) + len(self.id).to_bytes(2) + self.id
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data + encode_cbor(public)})
        client = _client("webauthn.create", challenge, party)
        return self._answer(challenge, party, clientDataJSON=client, attestationObject=attestation)

    def show(
        self, challenge: str, party: Party, *, flags: int = PRESENT | CHECKED, handle: str | None = None
    ) -> Answer:
        """What it answers when it shall show its passkey; `handle` of "" leaves out whose it is."""
        self.count += 1
        data, client = self._data(party, flags), _client("webauthn.get", challenge, party)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        named = self.handle if handle is None else handle
        return self._answer(challenge, party, **parts, **({"userHandle": named.encode()} if named else {}))

    def _data(self, party: Party, flags: int) -> bytes:
        return hashlib.sha256(party.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _answer(self, challenge: str, party: Party, **parts: bytes) -> Answer:
        response = {name: letters(raw) for name, raw in parts.items()}
        given = {"id": letters(self.id), "rawId": letters(self.id), "type": "public-key", "response": response}
        text = json.dumps({**given, "clientExtensionResults": {}})
        return Answer(text=text, challenge=challenge, party=party, is_owner_checked=True)


def _client(kind: str, challenge: str, party: Party) -> bytes:
    told = {"type": kind, "challenge": letters(challenge.encode()), "origin": party.origin, "crossOrigin": False}
    return json.dumps(told).encode()
