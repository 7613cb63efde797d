"""People as their company's own sign-in knows them: the pair of issuer and subject, and the roles that come with it.

An address is never the link between the two: whoever is known here already shows it by signing in first.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Select, delete, or_, select, update

from app.config import Issuer
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotAllowed, RuleBroken
from app.kernel.settings import settings
from app.people import actions, audit, sessions
from app.people.admins import check_another_admin, is_last_admin
from app.people.models import Identity, Person, Role, StoredSession

# How long a provider may be silent before sessions that came by it end.
GRACE = timedelta(minutes=15)
# Longer than any answer is waited for; whoever asked has died after that.
LONGEST_CHECK = timedelta(seconds=60)
NONCE_BYTES = 12

log = structlog.get_logger(__name__)


def find(issuer: Issuer, subject: str) -> Identity | None:
    """The identity with this name at this issuer. The same subject at another issuer is somebody else."""
    return db.session.scalar(select(Identity).where(Identity.issuer == issuer.url, Identity.subject == subject))


def with_id(identity_id: int) -> Identity | None:
    """The identity that a session rests on; None once it was taken away."""
    return db.session.get(Identity, identity_id)


def owner_of(identity: Identity) -> Person:
    """Whom the identity leads to."""
    return db.session.get_one(Person, identity.person_id)


def linked_to(person: Person) -> Select[Identity]:
    """The company sign-ins that lead to `person`."""
    return select(Identity).where(Identity.person_id == person.id).order_by(Identity.id)


def of_person(person: Person) -> Sequence[Identity]:
    """The company sign-ins that lead to `person`, loaded."""
    return db.session.scalars(linked_to(person)).all()


def giving_roles(person: Person) -> int | None:
    """A company sign-in that gives `person` a role: whatever way they come in, its word is asked for from then on."""
    if not person.is_employee:
        return None
    return next((one.id for one in vouching_for(person) if one.roles), None)


def vouching_for(person: Person) -> list[Identity]:
    """The company sign-ins whose word about `person` counts; none of them has let the person go.

    One that the operator has taken out, or that is at another address now, can be asked for nothing.
    """
    return [one for one in of_person(person) if one.ended_at is None and issuer_of(one) is not None]


def issuer_of(identity: Identity) -> Issuer | None:
    """The settings of the identity's issuer; None where the operator has taken it out."""
    return next((issuer for issuer in settings().issuers if issuer.url == identity.issuer), None)


def link(person: Person, issuer: Issuer, subject: str) -> Identity:
    """Let a company sign-in lead to `person`. Raises RuleBroken when it leads to somebody, or the person has one."""
    present = find(issuer, subject)
    if present is not None and present.person_id == person.id:
        return present
    if present is not None:
        raise RuleBroken(f"That {issuer.label} account belongs to somebody else here. Nothing was changed.")
    if any(one.issuer == issuer.url for one in of_person(person)):
        raise RuleBroken(f"You have linked another {issuer.label} account. Take that one away first.")
    identity = Identity(person_id=person.id, issuer=issuer.url, subject=subject)
    db.session.add(identity)
    db.session.flush()
    audit.note("company_sign_in.linked", by=person, about=person, issuer=issuer.name)
    return identity


def unlink(identity: Identity, person: Person) -> None:
    """Take a company sign-in of `person` away, with the roles and the sessions that came by it.

    Raises RuleBroken where nothing else would let them in, and for the role of the last admin.
    """
    if person.password is None:
        raise RuleBroken("You have no password here, so this is your only way in. Set a password first.")
    actions.hold_roles(person)
    if Role.ADMIN in identity.roles.split():
        check_another_admin(person)
    settle_roles(identity, person, frozenset())
    issuer = issuer_of(identity)
    audit.note("company_sign_in.unlinked", by=person, about=person, issuer=issuer.name if issuer else "")
    db.session.delete(identity)


def note_arrival(identity: Identity, tokens: Mapping[str, Any]) -> None:
    """The issuer has just vouched for the person."""
    identity.used_at = clock.now()
    note_here(identity, tokens)


def note_here(identity: Identity, tokens: Mapping[str, Any]) -> None:
    """The issuer says that the person is still there; `tokens` ask it the next time."""
    identity.checked_at = clock.now()
    identity.tokens = seal_tokens(identity.issuer, identity.subject, tokens)
    identity.ended_at = identity.unanswered_since = identity.asking_until = None


def note_silence(identity: Identity) -> bool:
    """The issuer did not answer. Returns False, and ends the sessions that came by it, once that has been too long."""
    identity.checked_at, identity.asking_until = clock.now(), None
    identity.unanswered_since = identity.unanswered_since or clock.now()
    if clock.now() - identity.unanswered_since <= GRACE:
        return True
    end_sessions(identity)
    return False


def note_gone(identity: Identity, person: Person) -> None:
    """The issuer says that the person is gone: every session of theirs ends, and what came by its word goes."""
    identity.ended_at = clock.now()
    identity.tokens = None
    settle_roles(identity, person, frozenset())
    sessions.end_all_of(person)
    issuer = issuer_of(identity)
    audit.note("company_sign_in.gone", by=None, about=person, issuer=issuer.name if issuer else "")


def end_sessions(identity: Identity) -> None:
    """End the sessions that came by this company sign-in, and no others."""
    db.session.execute(delete(StoredSession).where(StoredSession.identity_id == identity.id))


def settle_roles(identity: Identity, person: Person, wanted: Collection[Role]) -> bool:
    """Let the person hold the roles that the issuer's claims give now. Returns whether anything changed.

    A role that an admin gave stays, whatever the claims say; so does one that another issuer gives too, and the last
    admin's, until there is another admin.
    """
    actions.hold_roles(person)
    before = frozenset(identity.roles.split())
    wanted = _with_last_admin(identity, person, wanted)
    others = {role for one in vouching_for(person) if one.id != identity.id for role in one.roles.split()}
    brought = before.union(*(one.roles.split() for one in of_person(person)))
    new = [role for role in sorted(wanted) if role not in person.role_names]
    gone = [Role(role) for role in sorted(before.difference(wanted)) if role not in others]
    for role in new:
        actions.grant_role(person, role)
        _note_role("roles.granted", person, role, identity)
    for role in gone:
        actions.revoke_role(person, role)
        _note_role("roles.revoked", person, role, identity)
    kept = {role.value for role in wanted if role in brought or role in new}
    identity.roles = " ".join(sorted(kept))
    return bool(new or gone)


def is_due(identity: Identity) -> bool:
    """True when the issuer is to be asked about the person, and nobody is asking it."""
    is_asked = identity.asking_until is not None and identity.asking_until > clock.now()
    return not is_asked and clock.now() - identity.checked_at >= timedelta(seconds=settings().oidc_check_seconds)


def begin_check(identity_id: int, seen: datetime) -> bool:
    """True for the one who shall ask the issuer now; nobody else has begun or ended a check since the one at `seen`.

    Tokens that renew themselves work once: asking twice at a time would look like a stolen one.
    """
    moment = clock.now()
    is_free = or_(Identity.asking_until.is_(None), Identity.asking_until <= moment)
    row = update(Identity).where(Identity.id == identity_id, Identity.checked_at == seen, is_free)
    taken = db.session.execute(
        row.values(asking_until=moment + LONGEST_CHECK), execution_options={"synchronize_session": False}
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def forget_unproved(person: Person) -> None:
    """Let go of what was linked before the address was confirmed: whoever it was need not be its owner."""
    for identity in of_person(person):
        issuer = issuer_of(identity)
        audit.note("company_sign_in.unlinked", by=None, about=person, issuer=issuer.name if issuer else "")
        db.session.delete(identity)
    db.session.flush()


def check_not_let_go(person: Person) -> None:
    """Raise NotAllowed for an employee whom a company sign-in has let go: no other door lets them in."""
    if not person.is_employee:
        return
    ended = db.session.scalar(select(Identity).where(Identity.person_id == person.id, Identity.ended_at.is_not(None)))
    if ended is not None:
        issuer = issuer_of(ended)
        label = issuer.label if issuer else "company sign-in"
        raise NotAllowed(f"Sign in with {label}, please: it said that you had left. If it refuses you, ask an admin.")


def forget_ended(person: Person) -> bool:
    """Let somebody in by other doors again, whom a company sign-in has let go. Returns False where none has."""
    ended = delete(Identity).where(Identity.person_id == person.id, Identity.ended_at.is_not(None))
    return bool(db.session.execute(ended).rowcount)  # type: ignore[attr-defined]


def forget_role(person: Person, role: Role) -> None:
    """An admin has taken away what a company sign-in once gave that the site has no longer."""
    for identity in of_person(person):
        identity.roles = " ".join(one for one in identity.roles.split() if one != role)


def seal_tokens(issuer: str, subject: str, tokens: Mapping[str, Any]) -> str:
    """Tokens as the database keeps them: AES-GCM, readable with ADDRESS_KEY alone and for this subject alone."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = _cipher(settings().address_key).encrypt(nonce, json.dumps(tokens).encode(), _whose(issuer, subject))
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def open_tokens(identity: Identity) -> dict[str, Any]:
    """The tokens of an identity; none where they cannot be opened, because the key has changed."""
    return {} if identity.tokens is None else open_sealed(identity.issuer, identity.subject, identity.tokens)


def open_sealed(issuer: str, subject: str, sealed_tokens: str) -> dict[str, Any]:
    """What seal_tokens sealed for this subject; nothing where it cannot be opened."""
    sealed = base64.urlsafe_b64decode(sealed_tokens)
    whose = _whose(issuer, subject)
    try:
        plain = _cipher(settings().address_key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], whose)
    except InvalidTag:
        return {}
    opened: dict[str, Any] = json.loads(plain)
    return opened


def _whose(issuer: str, subject: str) -> bytes:
    return json.dumps([issuer, subject]).encode()


def _with_last_admin(identity: Identity, person: Person, wanted: Collection[Role]) -> frozenset[Role]:
    """The roles that are wanted, and the last admin's where claims would take it: somebody must be left to mend them.

    Whoever is gone altogether can run nothing, so the role goes with them, and the first-run page makes an admin again.
    """
    is_lost = Role.ADMIN in identity.roles.split() and Role.ADMIN not in wanted
    if not is_lost or not is_last_admin(person):
        return frozenset(wanted)
    issuer = issuer_of(identity)
    if identity.ended_at is not None:
        log.warning("the last admin is gone", issuer=issuer.name if issuer else "")
        return frozenset(wanted)
    if audit.last_deed_about(person, "roles.") != "roles.kept":
        log.warning("the last admin keeps the role", issuer=issuer.name if issuer else "")
        _note_role("roles.kept", person, Role.ADMIN, identity)
    return frozenset({*wanted, Role.ADMIN})


def _note_role(deed: str, person: Person, role: Role, identity: Identity) -> None:
    issuer = issuer_of(identity)
    audit.note(deed, by=None, about=person, role=role.value, issuer=issuer.name if issuer else "")


@lru_cache(maxsize=4)
def _cipher(key: str) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"firsthand company sign-in")
    return AESGCM(derived.derive(key.encode()))
