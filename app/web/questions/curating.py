"""What the reader of a question can do to its thread as a whole: links to the pages where it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.curation import rules
from app.curation.standing import allowed
from app.people.models import Person
from app.questions.models import Question
from app.questions.rules import check_can_move_to_topics


class Curating(NamedTuple):
    """A page where something is done to a thread. `icon` stands before the words."""

    path: str
    icon: str
    words: str
    check: Callable[[Person, Question], None]


def _may_close(person: Person, question: Question) -> None:
    rules.check_may_close(person, question)
    rules.check_is_open(person, question)


def _may_lock(person: Person, question: Question) -> None:
    rules.check_can_lock(person, question)
    rules.check_is_not_locked(question)


def _may_look_at_opening(person: Person, question: Question) -> None:
    rules.check_is_confidential(question)
    rules.check_concerns(person, question)


PAGES = (
    Curating("duplicate", "copy", "This asks the same as …", rules.check_can_propose_duplicate),
    Curating("closure", "circle-x", "Close the question", _may_close),
    Curating("topics", "move-right", "Move it to other topics", check_can_move_to_topics),
    Curating("merger", "merge", "Merge it into another one", rules.check_may_merge),
    Curating("lock", "lock", "Lock the thread", _may_lock),
    Curating("audience", "eye-off", "Make it confidential", rules.check_can_narrow),
    Curating("opening", "eye", "Make it public", _may_look_at_opening),
)


def curating_of(question: Question, viewer: Person | None) -> list[Curating]:
    """The pages that `viewer` may use."""
    return [page for page in PAGES if allowed(page.check, viewer, question)]
