"""Who may read about accounts."""

from __future__ import annotations

from app.kernel.errors import NotAllowed
from app.people.models import Person, Role


def check_can_read_reports(person: Person) -> None:
    if not person.holds(Role.SALES):
        raise NotAllowed("Only our sales colleagues can open this; our promise says what it shows them.")
