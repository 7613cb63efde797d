"""Who in sales looks after which account, who stands in, and who leads whom. Whoever leaves sales owns nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select, update

from app.accounts import rules
from app.accounts.events import OwnersChanged
from app.accounts.models import Account, AccountOwner, Ownership, SalesLead, Status
from app.kernel import clock, events
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.turns import take_turn
from app.people.models import Person, PersonRole, Role


def looked_after_by(person: Person | None) -> Select[Account]:
    """The accounts whose report `person` may read: those that they, or somebody they lead, own or stand in for now.

    None for anybody who is not in sales; partners stand in no portfolio.
    """
    if person is None or not person.holds(Role.SALES):
        return select(Account).where(false())
    led = select(SalesLead.person_id).where(SalesLead.lead_id == person.id, SalesLead.until.is_(None))
    whose = or_(AccountOwner.person_id == person.id, AccountOwner.person_id.in_(led))
    owned = select(AccountOwner.account_id).where(whose, _is_current())
    return select(Account).where(Account.id.in_(owned), Account.status != Status.PARTNER)


def looked_after_at(person: Person, moment: datetime) -> Select[int]:
    """The ids of the accounts that `person`, or somebody they led, looked after at a moment."""

    def lasted(period: type[AccountOwner | SalesLead]) -> ColumnElement[bool]:
        return (period.since <= moment) & or_(period.until.is_(None), period.until > moment)

    led = select(SalesLead.person_id).where(SalesLead.lead_id == person.id, lasted(SalesLead))
    whose = or_(AccountOwner.person_id == person.id, AccountOwner.person_id.in_(led))
    return select(AccountOwner.account_id).where(whose, lasted(AccountOwner))


def owners_of(account_ids: Iterable[int]) -> dict[int, list[Person]]:
    """Who looks after each of these accounts now, in one query: owners first, then who stands in.

    Accounts that nobody looks after are left out.
    """
    found: dict[int, list[Person]] = {}
    for row, person in _rows(AccountOwner.account_id.in_(list(account_ids)), _is_current()):
        found.setdefault(row.account_id, []).append(person)
    return found


def owner_history(account: Account) -> list[tuple[AccountOwner, Person]]:
    """Who has looked after an account and from when to when: owners first, then who stands in, each by time."""
    return _rows(AccountOwner.account_id == account.id)


def owned_by(person: Person) -> list[tuple[AccountOwner, Account]]:
    """What somebody looks after now, and as what, by the name of the account."""
    rows = select(AccountOwner, Account).join(Account, Account.id == AccountOwner.account_id)
    mine = rows.where(AccountOwner.person_id == person.id, _is_current()).order_by(Account.name, AccountOwner.id)
    return [(row, account) for row, account in db.session.execute(mine)]


def leads_of(person: Person) -> list[Person]:
    """Who leads this sales person now, by name."""
    rows = select(Person).join(SalesLead, SalesLead.lead_id == Person.id)
    rows = rows.where(SalesLead.person_id == person.id, SalesLead.until.is_(None))
    return list(db.session.scalars(rows.order_by(Person.name, Person.id)))


def led_by(person: Person) -> list[Person]:
    """Whom this sales person leads now, by name."""
    rows = select(Person).join(SalesLead, SalesLead.person_id == Person.id)
    rows = rows.where(SalesLead.lead_id == person.id, SalesLead.until.is_(None))
    return list(db.session.scalars(rows.order_by(Person.name, Person.id)))


def add_owner(account: Account, person: Person, role: Ownership = Ownership.OWNER) -> None:
    """Let a sales person look after an account from now on, or stand in. Whoever did the other ends that."""
    rules.check_can_own(person)
    take_turn("account owners", account.id)
    current = db.session.scalars(select(AccountOwner).where(*_lasting(account, person))).all()
    if any(row.role == role for row in current):
        return
    now = clock.now()
    for row in current:
        row.until = max(now, row.since)
    db.session.add(AccountOwner(account_id=account.id, person_id=person.id, role=role.value, since=now))
    _tell_of([account.id])


def remove_owner(account: Account, person: Person) -> None:
    """Let somebody look after an account no more; that they did, and when, is kept."""
    take_turn("account owners", account.id)
    for row in db.session.scalars(select(AccountOwner).where(*_lasting(account, person))):
        row.until = max(clock.now(), row.since)
    _tell_of([account.id])


def hand_over(account: Account, planned: Mapping[int, Ownership]) -> None:
    """Let exactly these people look after an account, by id and as what; what others did ends now, and is kept.

    The caller has made sure that they are in sales.
    """
    take_turn("account owners", account.id)
    now, missing = clock.now(), dict(planned)
    lasting = AccountOwner.account_id == account.id, AccountOwner.until.is_(None)
    with db.session.no_autoflush:
        rows = db.session.scalars(select(AccountOwner).where(*lasting)).all()
    for row in rows:
        if missing.get(row.person_id) == row.role:
            del missing[row.person_id]
        else:
            row.until = max(now, row.since)
    for person_id, role in missing.items():
        db.session.add(AccountOwner(account_id=account.id, person_id=person_id, role=role.value, since=now))
    events.record(OwnersChanged(account_ids=[account.id]))


def set_lead(lead: Person, person: Person) -> None:
    """Let `lead` read about the accounts of `person` too, from now on. Raises RuleBroken unless both are in sales."""
    rules.check_can_own(lead)
    rules.check_can_own(person)
    if lead.id == person.id:
        raise RuleBroken("Nobody leads themselves.")
    take_turn("sales leads", person.id)
    if db.session.scalar(select(SalesLead.id).where(*_leading(lead, person))) is None:
        db.session.add(SalesLead(lead_id=lead.id, person_id=person.id))
        db.session.flush()


def unset_lead(lead: Person, person: Person) -> None:
    """Let `lead` read about the accounts of `person` no more, unless they own them; that they did is kept."""
    take_turn("sales leads", person.id)
    _end_leads(*_leading(lead, person))


def end_without_role(person: Person) -> None:
    """Let somebody who is not in sales own nothing and lead nobody, and nobody lead them."""
    if person.holds(Role.SALES):
        return
    mine = AccountOwner.person_id == person.id, AccountOwner.until.is_(None)
    owned = list(db.session.scalars(select(AccountOwner.account_id).where(*mine).order_by(AccountOwner.account_id)))
    db.session.execute(update(AccountOwner).where(*mine).values(until=clock.now()))
    if owned:
        _tell_of(owned)
    _end_leads(or_(SalesLead.lead_id == person.id, SalesLead.person_id == person.id), SalesLead.until.is_(None))


def _tell_of(account_ids: list[int]) -> None:
    db.session.flush()
    events.record(OwnersChanged(account_ids=account_ids))


def _is_current() -> ColumnElement[bool]:
    """Lasting, by somebody in sales: who lost the role owns nothing from that moment, before any worker runs."""
    in_sales = select(PersonRole.person_id).where(PersonRole.role == Role.SALES)
    return AccountOwner.until.is_(None) & AccountOwner.person_id.in_(in_sales)


def _rows(*which: ColumnElement[bool]) -> list[tuple[AccountOwner, Person]]:
    rows = select(AccountOwner, Person).join(Person, Person.id == AccountOwner.person_id).where(*which)
    # "owner" comes behind "backup" in the alphabet.
    ordered = rows.order_by(AccountOwner.role.desc(), AccountOwner.since, AccountOwner.id)
    return [(row, person) for row, person in db.session.execute(ordered).unique()]


def _lasting(account: Account, person: Person) -> tuple[ColumnElement[bool], ...]:
    return AccountOwner.account_id == account.id, AccountOwner.person_id == person.id, AccountOwner.until.is_(None)


def _leading(lead: Person, person: Person) -> tuple[ColumnElement[bool], ...]:
    return SalesLead.lead_id == lead.id, SalesLead.person_id == person.id, SalesLead.until.is_(None)


def _end_leads(*which: ColumnElement[bool]) -> None:
    for row in db.session.scalars(select(SalesLead).where(*which)):
        row.until = max(clock.now(), row.since)
    db.session.flush()
