"""Who belongs to which account: by the verified address they have now, or by an admin's hand.

What is settled here is always read from how things are, so asking once too often changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select

from app.accounts import queries
from app.accounts.events import DomainChanged
from app.accounts.freemail import is_free_mail
from app.accounts.models import Account, Membership, Source
from app.kernel import clock, events
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.people import letters
from app.people.letters import LetterKind
from app.people.models import Person

AT_ONCE = 300
LONGEST_REASON = 200


def map_by_address(person: Person, *, company_domains: Collection[str]) -> Membership | None:
    """Make the membership of `person` agree with the verified address they have now, and end an earlier one.

    Employees, people at the company's own domains, at free-mail domains or without a verified address have none. What
    an admin set by hand holds for as long as the person keeps an address at the same domain.
    """
    _lock(person)
    current = queries.current_membership(person)
    if current is not None and current.source == Source.ADMIN and _may_belong(person, company_domains):
        return current
    account = _account_for(person, company_domains)
    if current is not None and account is not None and _is_same(current, account):
        return current
    if current is not None:
        _end(current)
    return None if account is None else _begin(person, account, Source.DOMAIN)


def set_by_hand(person: Person, account: Account, reason: str) -> Membership:
    """Let `person` belong to `account` whatever their address says; they are told by mail. Raises RuleBroken."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise RuleBroken(f"Say why, in up to {LONGEST_REASON} letters; the person reads it too.")
    _lock(person)
    if not _may_belong(person, settings().company_domains):
        raise RuleBroken("Only a member with a confirmed address, and not one of your own company, can belong to one.")
    current = queries.current_membership(person)
    if current is not None:
        _end(current)
    letters.write_letter(person, LetterKind.COMPANY_SET)
    return _begin(person, account, Source.ADMIN, reason)


def undo_by_hand(person: Person) -> None:
    """Let the address decide again. Raises RuleBroken where nothing was set by hand."""
    _lock(person)
    current = queries.current_membership(person)
    if current is None or current.source != Source.ADMIN:
        raise RuleBroken("Nothing was set by hand: the address decides already.")
    _end(current)
    map_by_address(person, company_domains=settings().company_domains)


def follow_domain(domain: str, *, after: int = 0) -> int:
    """Ask the next people at `domain` and below it anew; whoever is left is asked by the worker. Returns how many."""
    below = Person.email_domain.endswith(f".{domain}", autoescape=True)
    there = select(Person).where(or_(Person.email_domain == domain, below), Person.id > after)
    people = db.session.scalars(there.order_by(Person.id).limit(AT_ONCE)).all()
    for person in people:
        map_by_address(person, company_domains=settings().company_domains)
    if len(people) == AT_ONCE:
        events.record(DomainChanged(domain=domain, after=people[-1].id))
    return len(people)


def follow_person(person_id: int) -> None:
    """Ask one person anew, if they are still there."""
    person = db.session.get(Person, person_id)
    if person is not None:
        map_by_address(person, company_domains=settings().company_domains)


def _lock(person: Person) -> None:
    """Somebody else who asks about the same person waits, so that nobody belongs twice."""
    db.session.flush()
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    db.session.refresh(person, ["email_domain", "confirmed_at", "roles_held"])


def _may_belong(person: Person, company_domains: Collection[str]) -> bool:
    domain = person.email_domain
    return bool(domain) and person.confirmed_at is not None and not person.is_employee and domain not in company_domains


def _account_for(person: Person, company_domains: Collection[str]) -> Account | None:
    domain = person.email_domain
    if not domain or not _may_belong(person, company_domains) or is_free_mail(domain):
        return None
    return queries.account_for_domain(domain)


def _is_same(current: Membership, account: Account) -> bool:
    return current.account_id == account.id and current.source == Source.DOMAIN


def _end(membership: Membership) -> None:
    membership.until = clock.now()
    db.session.flush()


def _begin(person: Person, account: Account, source: Source, reason: str = "") -> Membership:
    made = Membership(person_id=person.id, account_id=account.id, since=clock.now(), source=source.value, reason=reason)
    db.session.add(made)
    db.session.flush()
    return made
