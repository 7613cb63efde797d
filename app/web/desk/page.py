"""What the desk shows, from several domains, in a fixed number of queries however much waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.curation import queries as curation
from app.curation.models import DuplicateProposal
from app.desk import greetings, queries, worklist
from app.desk.models import Greeting, Invitation
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.paging import PAGE_SIZE, Page, page_of
from app.kernel.settings import settings
from app.marks.models import Mark
from app.marks.queries import open_doubts_for
from app.people.models import Person
from app.people.personal import incomplete_employees
from app.people.rules import looks_after_pages
from app.posts.rules import may_moderate
from app.questions.models import Question
from app.reputation.suspicions import count_waiting
from app.topics.models import Tag
from app.topics.queries import tags_stewarded_by
from app.web.ui.dates import duration_words

# What is everybody's stands at the head, and must not push down what is the reader's own.
RISEN_SHOWN = 5
WORDS_SHOWN = 5
GREETINGS_SHOWN = 5
# How something waits, before the time for which it does.
ASKED, CALLED, HANDED_ON = "Waits", "Waits for your word", "Waits for you"


@dataclass(frozen=True)
class Waiting:
    """A question in a list of the desk: since when it waits for what, and what was said with the call, if any."""

    question: Question
    since: datetime
    how: str
    call: Invitation | None = None


@dataclass(frozen=True)
class Part:
    """One list of the desk: what it is called in addresses, on the page, and where nothing is in it."""

    key: str
    title: str
    nothing: str
    rows: Sequence[Waiting]
    next_key: str | None


@dataclass(frozen=True)
class DeskPage:
    """Everything on somebody's desk. `first_answers` holds when a question was first answered, by its id."""

    parts: Sequence[Part]
    doubts: Page[Mark]
    topics: Sequence[Tag]
    first_answers: dict[int, datetime]
    rises_after: timedelta
    duplicates: Sequence[DuplicateProposal] = ()
    openings: Sequence[Question] = ()
    greetings: Page[Greeting] = Page([], None)  # noqa: RUF009 - a page cannot be changed
    late_greetings: int = 0
    # Colleagues whose pages lack something, with what that is, for those who look after pages.
    incomplete: Sequence[tuple[Person, Sequence[str]]] = ()
    # How many pairs vote for each other as chance does not explain, for those who may know.
    pairs: int | None = None

    @property
    def is_clear(self) -> bool:
        return not any(part.rows for part in self.parts) and not self.doubts.items and not self.greetings.items


class Desk:
    """The lists of one person's desk, each read a page at a time."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self.rises_after = timedelta(hours=settings().desk_rise_hours)
        self._risen_before = clock.now() - self.rises_after
        self.topics = worklist.tags_of(person)

    def risen(self, after: str | None = None, limit: int = PAGE_SIZE) -> Part:
        """What nobody has answered for too long, on whatever topic."""
        title = f"Without an answer for more than {duration_words(self.rises_after)}"
        rows = worklist.risen(self._person, self._risen_before)
        nothing = "Nothing has waited that long."
        return _part("risen", title, nothing, _page(rows, worklist.ASKED, after, _asked, limit))

    def called(self, after: str | None = None) -> Part:
        """Calls that wait for a word."""
        page = _page(worklist.asked_of(self._person), worklist.CALLED, after, _called)
        return _part("called", "Asked of you", "Nobody has asked you to look at a question.", page)

    def waiting(self, after: str | None = None) -> Part:
        """Questions in which the next step is the person's."""
        page = _page(worklist.waiting_for(self._person), worklist.HANDED_ON, after, _handed_on)
        return _part("waiting", "Waiting for you", "The next step is yours in no question.", page)

    def unanswered(self, after: str | None = None) -> Part:
        """New questions on the person's topics."""
        title = "Unanswered on your topics" if self.topics else "Unanswered on any topic"
        rows = worklist.unanswered(self._person, [tag.id for tag in self.topics], self._risen_before)
        page = _page(rows, worklist.ASKED, after, _asked)
        return _part("unanswered", title, "No new question waits for an answer here.", page)

    def doubts(self, after: str | None = None) -> Page[Mark]:
        """Warnings on the person's answers and on the topics they look after, the oldest first."""
        looked_after = [tag.id for tag in tags_stewarded_by(self._person)]
        rows = open_doubts_for(self._person, looked_after)
        return page_of(rows, by=(Mark.made_at, Mark.id), after=after, ascending=True)

    def greetings(self, after: str | None = None, limit: int = PAGE_SIZE) -> Page[Greeting]:
        """Newcomers whom nobody has welcomed, the one who waits longest first."""
        rows = greetings.greetings_for(self._person, [tag.id for tag in self.topics])
        return page_of(rows, by=greetings.OLDEST, after=after, limit=limit, ascending=True)


# The lists with a page of their own, for those that are long.
LISTS: dict[str, Callable[[Desk, str | None], Part]] = {
    "risen": Desk.risen,
    "called": Desk.called,
    "waiting": Desk.waiting,
    "unanswered": Desk.unanswered,
}


def compose(person: Person) -> DeskPage:
    """The first rows of every list."""
    desk = Desk(person)
    parts = [desk.risen(limit=RISEN_SHOWN), desk.called(), desk.waiting(), desk.unanswered()]
    return replace(
        _composed(desk, parts, desk.doubts()),
        duplicates=curation.proposals_to_settle(person, WORDS_SHOWN),
        openings=curation.openings_to_agree_to(person, WORDS_SHOWN),
        greetings=desk.greetings(limit=GREETINGS_SHOWN),
        late_greetings=greetings.count_late(person),
        incomplete=incomplete_employees(WORDS_SHOWN) if looks_after_pages(person) else (),
        pairs=count_waiting() if may_moderate(person) else None,
    )


def compose_one(person: Person, key: str, after: str | None) -> DeskPage:
    """One list, from `after` on. Raises NotFound for one that does not exist."""
    if key not in LISTS:
        raise NotFound
    desk = Desk(person)
    return _composed(desk, [LISTS[key](desk, after)], Page([], None))


def compose_greetings(person: Person, after: str | None) -> DeskPage:
    """The newcomers alone, from `after` on."""
    desk = Desk(person)
    return replace(_composed(desk, [], Page([], None)), greetings=desk.greetings(after))


def compose_doubts(person: Person, after: str | None) -> DeskPage:
    """The warnings alone, from `after` on."""
    desk = Desk(person)
    return _composed(desk, [], desk.doubts(after))


def _composed(desk: Desk, parts: Sequence[Part], doubts: Page[Mark]) -> DeskPage:
    shown = {row.question.id for part in parts for row in part.rows}
    return DeskPage(
        parts=parts,
        doubts=doubts,
        topics=desk.topics,
        first_answers=queries.first_answers(shown),
        rises_after=desk.rises_after,
    )


def _page(
    rows: Any, by: Sequence[Any], after: str | None, row: Callable[[Any], Waiting], limit: int = PAGE_SIZE
) -> Page[Waiting]:
    page: Page[Any] = page_of(rows, by=by, after=after, limit=limit, ascending=True)
    return Page([row(one) for one in page.items], page.next_key)


def _part(key: str, title: str, nothing: str, page: Page[Waiting]) -> Part:
    return Part(key, title, nothing, page.items, page.next_key)


def _asked(question: Question) -> Waiting:
    return Waiting(question, question.asked_at, ASKED)


def _called(call: Invitation) -> Waiting:
    return Waiting(call.question, call.made_at, CALLED, call)


def _handed_on(question: Question) -> Waiting:
    return Waiting(question, question.next_step_since or question.asked_at, HANDED_ON)
