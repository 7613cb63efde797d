"""What members ask of sales, and what becomes of it. The caller holds the write transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.queries import account_of
from app.introductions import queries, rules
from app.introductions.contact import open_contact, seal
from app.introductions.events import IntroductionChanged
from app.introductions.models import Introduction, Outcome
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.kernel.events import record
from app.kernel.turns import take_turn
from app.people import audit
from app.people.models import Person

ELSEWHERE = "You do not belong to the company any more for which you asked. You can ask again."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a member types: what they would like, why, where to meet, and how to reach them, all in their own words.

    An empty `contact` leaves that of a request that is changed as it is.
    """

    wish: str
    words: str
    contact: str
    place: str = ""


def ask(asked: Asked, *, by: Person) -> Introduction:
    """Ask sales for something, for 90 days."""
    rules.check_can_ask(by)
    wish, contact = rules.clean_wish(asked.wish), rules.clean_contact(asked.contact)
    words, place = rules.clean_request(asked.words), rules.clean_place(asked.place, wish)
    take_turn("requests to sales", by.id)
    rules.check_has_room(len(queries.open_of(by)))
    account, now = account_of(by), clock.now()
    introduction = Introduction(
        person_id=by.id,
        account_id=account.id if account else None,
        wish=wish,
        words=words,
        place=place,
        contact=seal(contact),
        made_at=now,
        good_until=now + rules.GOOD_FOR,
    )
    db.session.add(introduction)
    db.session.flush()
    record(IntroductionChanged(introduction_id=introduction.id))
    return introduction


def change(introduction: Introduction, asked: Asked, *, by: Person) -> None:
    """Ask for something else instead; it ends when the first one would have ended."""
    _take_turn_as_member(introduction, by)
    rules.check_is_open(introduction)
    wish = rules.clean_wish(asked.wish)
    words, place = rules.clean_request(asked.words), rules.clean_place(asked.place, wish)
    if asked.contact.strip():
        introduction.contact = seal(rules.clean_contact(asked.contact))
    introduction.wish, introduction.words, introduction.place = wish, words, place
    record(IntroductionChanged(introduction_id=introduction.id))


def withdraw(introduction: Introduction, *, by: Person) -> None:
    """The member does not want it any more: from this moment on sales cannot read it."""
    _take_turn_as_member(introduction, by)
    rules.check_is_open(introduction)
    _end(introduction, Outcome.WITHDRAWN, by=by)


def open_request(introduction: Introduction, *, by: Person) -> str:
    """How the member wants to be reached. That `by` has read it stands in the trail, and the member sees it.

    Raises NotFound for what `by` may not read.
    """
    _check_is_sales(introduction, by)
    audit.note(
        queries.READ, by=by, about=_person_of(introduction), introduction=introduction.id, **_account_of(introduction)
    )
    return open_contact(introduction.contact) if rules.is_open(introduction) else ""


def end(introduction: Introduction, outcome: str, words: str, *, by: Person) -> None:
    """Sales says how it ended, in a sentence that the member reads. Raises NotFound for what `by` may not read."""
    rules.check_can_end(by)
    ending, words = rules.clean_outcome(outcome), rules.clean_outcome_words(words)
    take_turn("requests to sales", introduction.person_id)
    _check_is_sales(introduction, by)
    db.session.refresh(introduction)
    rules.check_is_open(introduction)
    introduction.outcome_words = words
    _end(introduction, ending, by=by)
    about = _person_of(introduction)
    audit.note("introduction.ended", by=by, about=about, introduction=introduction.id, outcome=ending)


def withdraw_all_of(person: Person) -> None:
    """Withdraw whatever somebody still asks for, who is let in no more or has come to work here."""
    take_turn("requests to sales", person.id)
    for introduction in queries.open_of(person):
        _end(introduction, Outcome.WITHDRAWN, by=person)


def withdraw_elsewhere(person: Person) -> None:
    """Withdraw what somebody asked as one of a company to which they belong no more: it went to those who know it."""
    take_turn("requests to sales", person.id)
    rows = select(Introduction).where(Introduction.person_id == person.id, queries.is_open(), ~queries.is_of_company())
    for introduction in db.session.scalars(rows).all():
        introduction.outcome_words = ELSEWHERE
        _end(introduction, Outcome.WITHDRAWN, by=None)


def expire() -> int:
    """End what nobody has answered in 90 days, and return how many that were."""
    late = Introduction.ended_at.is_(None), Introduction.good_until <= clock.now()
    found = db.session.scalars(select(Introduction).where(*late).with_for_update(skip_locked=True)).all()
    for introduction in found:
        _end(introduction, Outcome.EXPIRED, by=None)
    return len(found)


def _end(introduction: Introduction, outcome: Outcome, *, by: Person | None) -> None:
    introduction.outcome, introduction.contact = outcome, ""
    introduction.ended_at = clock.now()
    introduction.ended_by_id = by.id if by else None
    record(IntroductionChanged(introduction_id=introduction.id))


def _take_turn_as_member(introduction: Introduction, by: Person) -> None:
    rules.check_is_members(by, introduction)
    take_turn("requests to sales", by.id)
    db.session.refresh(introduction)


def _check_is_sales(introduction: Introduction, by: Person) -> None:
    """Raise NotFound for a request that `by` does not read as sales."""
    rules.check_can_end(by)
    theirs = queries.visible_to(by).where(Introduction.id == introduction.id, Introduction.person_id != by.id)
    if db.session.scalar(theirs.with_only_columns(Introduction.id)) is None:
        raise NotFound


def _person_of(introduction: Introduction) -> Person:
    return db.session.get_one(Person, introduction.person_id)


def _account_of(introduction: Introduction) -> dict[str, int]:
    return {"account": introduction.account_id} if introduction.account_id else {}
