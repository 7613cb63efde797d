"""Who belongs to which account: by the verified address they have now, or by an admin's hand.

What is settled here is always read from how things are, so asking once too often changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select

from app.accounts import queries
from app.accounts.events import DomainChanged, MembershipEnded
from app.accounts.freemail import is_free_mail, is_own_domain
from app.accounts.models import Account, KeptApart, Membership, Source
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

    Employees, people at the company's own domains, at domains that many share, without a verified address or kept
    apart have none. What an admin set by hand holds for as long as the person keeps an address at the same domain.
    """
    lock(person)
    current = queries.current_membership(person)
    if current is not None and current.source == Source.ADMIN and _may_belong(person, company_domains):
        return current
    return _go_by_address(person, current, company_domains)


def set_by_hand(person: Person, account: Account, reason: str) -> Membership:
    """Let `person` belong to `account` whatever their address says; they are told by mail. Raises RuleBroken."""
    reason = clean_reason(reason)
    lock(person)
    if db.session.get(KeptApart, person.id) is not None:
        raise RuleBroken("They are kept apart from every company: that has to end first.")
    if not _may_belong(person, settings().company_domains):
        raise RuleBroken("Only a member with a confirmed address, and not one of your own company, can belong to one.")
    current = queries.current_membership(person)
    moment = _moment(person)
    if current is not None:
        _end(current, moment)
    letters.write_letter(person, LetterKind.COMPANY_SET)
    return _begin(person, account, moment, reason)


def undo_by_hand(person: Person) -> None:
    """Let the address decide again. Raises RuleBroken where nothing was set by hand."""
    lock(person)
    current = queries.current_membership(person)
    if current is None or current.source != Source.ADMIN:
        raise RuleBroken("Nothing was set by hand: the address decides already.")
    _go_by_address(person, current, settings().company_domains)


def follow_at_once(domain: str) -> int:
    """Settle for those at `domain` who can be asked at once; returns how many. The worker asks all of them again.

    That is for whoever confirms an address at this very moment, and for those who are too many for one request.
    """
    db.session.flush()
    asked = follow_domain(domain)
    events.record(DomainChanged(domain=domain))
    return asked


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


def clean_reason(reason: str) -> str:
    """Why something was set by hand, in one line. Raises RuleBroken where there is none."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise RuleBroken(f"Say why, in up to {LONGEST_REASON} letters; whoever it is about reads it too.")
    return reason


def lock(person: Person) -> None:
    """Let somebody else who asks about the same person wait, so that nobody belongs twice."""
    db.session.flush()
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    db.session.refresh(person, ["email_domain", "confirmed_at", "roles_held"])


def _go_by_address(person: Person, current: Membership | None, company_domains: Collection[str]) -> Membership | None:
    """End what lasts and begin what the address says, at one and the same moment."""
    account = _account_for(person, company_domains)
    if current is None and account is None:
        return None
    if current is not None and account is not None and _is_same(current, account):
        return current
    moment = _moment(person)
    if current is not None:
        _end(current, moment)
    return None if account is None else _begin(person, account, moment)


def _may_belong(person: Person, company_domains: Collection[str]) -> bool:
    domain = person.email_domain
    if not domain or person.confirmed_at is None or person.is_employee or is_own_domain(domain, company_domains):
        return False
    return db.session.get(KeptApart, person.id) is None


def _account_for(person: Person, company_domains: Collection[str]) -> Account | None:
    domain = person.email_domain
    if not domain or not _may_belong(person, company_domains):
        return None
    if is_free_mail(domain) or queries.shared_among(domain):
        return None
    return queries.account_for_domain(domain)


def _is_same(current: Membership, account: Account) -> bool:
    return current.account_id == account.id and current.source == Source.DOMAIN


def _moment(person: Person) -> datetime:
    """Now, or the end of what was before where the clock has gone back: no two memberships may overlap."""
    ends = func.max(func.coalesce(Membership.until, Membership.since))
    last = db.session.scalar(select(ends).where(Membership.person_id == person.id))
    return clock.now() if last is None else max(clock.now(), last)


def _end(membership: Membership, at: datetime) -> None:
    membership.until = at
    events.record(MembershipEnded(person_id=membership.person_id))
    db.session.flush()


def _begin(person: Person, account: Account, at: datetime, reason: str | None = None) -> Membership:
    """Begin a membership. One with a reason was set by hand."""
    source = Source.DOMAIN if reason is None else Source.ADMIN
    made = Membership(person_id=person.id, account_id=account.id, since=at, source=source.value, reason=reason or "")
    db.session.add(made)
    db.session.flush()
    return made
