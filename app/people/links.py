"""Pages of somebody's own elsewhere, and the proof that they are theirs: the page links back with rel="me"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import Select, or_, select, update

from app.kernel import clock, outbound
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.outbound import AddressRefused, NoAnswer, Reply
from app.kernel.settings import settings
from app.kernel.turns import take_turn
from app.people.models import KeptHandle, Person, ProfileLink

MOST_LINKS = 5
MOST_READ = 256 * 1024
CHECKED_EVERY = timedelta(days=30)
PAGES = ("text/html", "application/xhtml+xml")
USUAL_PORTS = {"http": 80, "https": 443}

DOES_NOT_LINK = 'The page does not link back to your page here with rel="me".'
NO_PAGE = "No page could be read there."


@dataclass(frozen=True)
class Check:
    """A link that is to be checked: `homes` are the addresses here of which the page has to name one."""

    link_id: int
    url: str
    homes: Sequence[str]


def add_link(person: Person, address: str) -> ProfileLink:
    """Link a page; it has no tick before the worker has read it. Raises RuleBroken."""
    address = address.strip()
    outbound.check_address(address, allowed=settings().outbound_allowed)
    take_turn("links", person.id)
    here = links_of(person)
    if any(link.url == address for link in here):
        raise RuleBroken("You have that link already.")
    if len(here) >= MOST_LINKS:
        raise RuleBroken(f"You have {MOST_LINKS} links. Take one away first.")
    link = ProfileLink(person_id=person.id, url=address)
    db.session.add(link)
    db.session.flush()
    return link


def links_of(person: Person) -> Sequence[ProfileLink]:
    """What somebody links, in the order in which they did."""
    return db.session.scalars(links_of_one(person).order_by(ProfileLink.id)).all()


def links_of_one(person: Person) -> Select[ProfileLink]:
    """The links of one person."""
    return select(ProfileLink).where(ProfileLink.person_id == person.id)


def home_of(person: Person) -> str:
    """The address of somebody's page here, which a page of theirs has to link to."""
    return _home(person.handle)


def remove_link(link: ProfileLink) -> None:
    """Link the page no more."""
    db.session.delete(link)


def ask_again(link: ProfileLink) -> None:
    """Let the worker read the page again. Until it has, what it saw last stands."""
    link.checked_at = None


def ask_all_again(person: Person) -> None:
    """The person's address here has changed: let the worker see what their pages link to now."""
    rows = update(ProfileLink).where(ProfileLink.person_id == person.id)
    db.session.execute(rows.values(checked_at=None))


def due_checks(limit: int) -> list[Check]:
    """The links that were never checked, or asked about again, first; then those checked longest ago."""
    is_due = or_(ProfileLink.checked_at.is_(None), ProfileLink.checked_at < clock.now() - CHECKED_EVERY)
    rows = (
        select(ProfileLink, Person)
        .join(Person, Person.id == ProfileLink.person_id)
        .where(is_due, Person.active)
        .order_by(ProfileLink.checked_at.is_not(None), ProfileLink.checked_at, ProfileLink.id)
        .limit(limit)
    )
    found = db.session.execute(rows).all()
    homes = _homes_of([person for _link, person in found])
    return [Check(link.id, link.url, homes[person.id]) for link, person in found]


def find_problem(check: Check) -> str:
    """Read the page: "" if it links back, else a sentence that says what is wrong. Opens no transaction."""
    try:
        reply = outbound.fetch(check.url, most=MOST_READ, allowed=settings().outbound_allowed)
    except AddressRefused as refusal:
        return refusal.sentence
    except NoAnswer as error:
        return str(error)
    return _problem_with(reply, check.homes)


def settle(check: Check, problem: str) -> None:
    """Write down what reading the page has shown. A link that is gone by now is left alone."""
    link = db.session.get(ProfileLink, check.link_id)
    if link is not None and link.url == check.url:
        link.checked_at = clock.now()
        link.verified_at = None if problem else link.checked_at
        link.problem = problem


def links_back(html: str, homes: Sequence[str]) -> bool:
    """True if a link or an anchor with rel="me" leads to one of `homes`: same scheme, host and path."""
    wanted = {_place(urlsplit(home)) for home in homes}
    reader = _OwnLinks()
    # The parser gives up on some declarations; what stands before them counts.
    with suppress(AssertionError):
        reader.feed(html)
    return any(place in wanted for place in _places(reader.found))


class _OwnLinks(HTMLParser):
    """Collects where the links with rel="me" of a page lead."""

    # What browsers show as text, or not at all, is no link of the page: it may be what a visitor typed.
    CDATA_CONTENT_ELEMENTS = (  # type: ignore[misc]
        *("script", "style", "textarea", "title", "template"),
        *("noembed", "noframes", "noscript", "iframe", "xmp"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"a", "link"} and "me" in (given.get("rel") or "").lower().split():
            self.found.append((given.get("href") or "").strip())


def _problem_with(reply: Reply, homes: Sequence[str]) -> str:
    if 300 <= reply.status < 400:
        return "The page sends its readers elsewhere. Link the page that it leads to."
    if reply.status != 200 or reply.content_type not in PAGES:
        return NO_PAGE
    return "" if links_back(reply.content.decode("utf-8", "replace"), homes) else DOES_NOT_LINK


def _places(addresses: Sequence[str]) -> Iterator[tuple[str, str, int | None, str]]:
    for address in addresses:
        try:
            yield _place(urlsplit(address))
        except ValueError:
            continue


def _place(parts: SplitResult) -> tuple[str, str, int | None, str]:
    """What has to be the same. A handle is the same in any capitals, so the path is compared without them."""
    port = parts.port or USUAL_PORTS.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port, parts.path.lower()


def _homes_of(people: Sequence[Person]) -> dict[int, list[str]]:
    """The addresses of people's pages here, and those that they had: an old handle leads to nobody else."""
    handles = {person.id: [person.handle] for person in people}
    for kept in db.session.scalars(select(KeptHandle).where(KeptHandle.person_id.in_(handles))):
        handles[kept.person_id or 0].append(kept.handle)
    return {key: [_home(handle) for handle in own] for key, own in handles.items()}


def _home(handle: str) -> str:
    return f"{settings().base_url}/@{handle}"
