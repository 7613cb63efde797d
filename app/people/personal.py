"""What people tell about themselves beside their work, all of it by choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, or_, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.people import rules
from app.people.models import Person, PersonLanguage, PersonRole


@dataclass(frozen=True, kw_only=True)
class PersonalSide:
    """As it was typed; `languages` by code, hours in minutes after midnight, days as digits with 1 for Monday."""

    about: str = ""
    interests: str = ""
    learning: str = ""
    city: str = ""
    works_here_since: int | None = None
    languages: Sequence[str] = ()
    time_zone: str = ""
    desk_from: int | None = None
    desk_to: int | None = None
    desk_days: str = ""
    pace_shown: bool = False
    findable: bool = False


def change_personal_side(person: Person, side: PersonalSide) -> None:
    """Keep what somebody tells about themselves. Raises RuleBroken. What is not theirs to say stays as it is."""
    person.about = rules.clean_about(side.about, before=person.about)
    person.interests = rules.clean_words(side.interests, rules.LONGEST_INTERESTS)
    person.learning = rules.clean_words(side.learning, rules.LONGEST_LEARNING)
    person.city = rules.clean_words(side.city, rules.LONGEST_CITY)
    rules.check_hours(side.time_zone, side.desk_from, side.desk_to, side.desk_days)
    person.time_zone = side.time_zone
    person.desk_from, person.desk_to, person.desk_days = side.desk_from, side.desk_to, side.desk_days
    _speak(person, side.languages)
    if person.is_employee:
        person.works_here_since = rules.check_year(side.works_here_since, clock.now().year)
        person.findable = side.findable
    if person.is_expert:
        person.pace_shown = side.pace_shown


def languages_of(person: Person) -> Sequence[str]:
    """The codes of the languages that somebody speaks."""
    rows = select(PersonLanguage.code).where(PersonLanguage.person_id == person.id)
    return db.session.scalars(rows.order_by(PersonLanguage.code)).all()


def findable_handles() -> Sequence[str]:
    """The handles of the employees whose pages search engines may list."""
    employed = Person.id.in_(select(PersonRole.person_id))
    rows = select(Person.handle).where(employed, Person.findable, Person.active).order_by(Person.id)
    return db.session.scalars(rows).all()


def incomplete_employees(limit: int) -> Sequence[tuple[Person, Sequence[str]]]:
    """Employees whose pages lack something, with what that is (rules.missing_on_page), by handle."""
    no_line = and_(*(column == "" for column in (Person.about, Person.interests, Person.learning, Person.city)))
    lacks = or_(Person.photo.is_(None), no_line, Person.desk_from.is_(None), Person.desk_to.is_(None))
    rows = select(Person).where(Person.id.in_(select(PersonRole.person_id)), Person.active, lacks)
    found = db.session.scalars(rows.order_by(Person.handle_skeleton).limit(limit)).all()
    return [(person, rules.missing_on_page(person)) for person in found]


def _speak(person: Person, codes: Sequence[str]) -> None:
    take_turn("languages", person.id)
    db.session.execute(delete(PersonLanguage).where(PersonLanguage.person_id == person.id))
    db.session.add_all(PersonLanguage(person_id=person.id, code=code) for code in codes)
