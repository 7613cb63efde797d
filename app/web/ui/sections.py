"""The sections in the head of every page. Staff sections stand at the far end, for those who work there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.people.models import Person, Role


def stands_at(path: str, place: str) -> bool:
    """True for `place` and for everything below it: "/tags" and "/tags/boot", not "/tagsoup"."""
    return path == place or path.startswith(f"{place}/")


@dataclass(frozen=True)
class Section:
    """One link of the head. `roles` is empty for sections that everybody sees."""

    label: str
    path: str
    roles: tuple[Role, ...] = ()

    def holds(self, path: str) -> bool:
        """True when the page at `path` belongs to this section."""
        return stands_at(path, self.path)


SECTIONS = (
    Section("Questions", "/questions"),
    Section("Experts", "/experts"),
    Section("Meet an expert", "/meetings"),
    Section("Our promise", "/promise"),
    Section("Desk", "/desk", (Role.EXPERT, Role.STEWARD)),
    Section("Sales accounts", "/sales", (Role.SALES,)),
    Section("Admin", "/admin", (Role.ADMIN,)),
)
# Pages that belong to the questions without standing below them.
ABOUT_QUESTIONS = ("/tags", "/products")


def sections_for(person: Person | None) -> Iterator[Section]:
    """The sections that `person` (None for a guest) may open."""
    for section in SECTIONS:
        if not section.roles or (person is not None and person.holds(*section.roles)):
            yield section


def current_section(path: str) -> Section | None:
    """The section the page at `path` belongs to."""
    if path == "/" or any(stands_at(path, place) for place in ABOUT_QUESTIONS):
        return SECTIONS[0]
    return next((section for section in SECTIONS if section.holds(path)), None)
