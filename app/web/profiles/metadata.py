"""What search engines read of a person who wants to be found: schema.org's ProfilePage."""

from __future__ import annotations

from typing import Any

from app.kernel.settings import settings
from app.people.links import home_of
from app.people.models import Person
from app.web.profiles.page import ProfilePage, is_listed


def metadata_of(person: Person, page: ProfilePage) -> dict[str, Any] | None:
    """The page as structured data; None for everybody whose page is not listed."""
    if not is_listed(person):
        return None
    about: dict[str, Any] = {
        "@type": "Person",
        "name": person.name,
        "alternateName": f"@{person.handle}",
        "url": home_of(person),
        "worksFor": {"@type": "Organization", "name": page.company},
        "knowsAbout": [area.known.tag.name for area in page.areas],
        "sameAs": [link.url for link in page.in_short.links if link.verified_at],
    }
    if person.job_title:
        about["jobTitle"] = person.job_title
    if person.photo_url:
        about["image"] = settings().base_url + person.photo_url
    return {"@context": "https://schema.org", "@type": "ProfilePage", "mainEntity": about}
