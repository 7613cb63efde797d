"""What may be done to threads as a whole, by whom, and what a closed question tells the person who asked."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.errors import NotAllowed, RuleBroken
from app.people.models import Person, Role
from app.people.rules import check_takes_part
from app.posts.rules import may_moderate
from app.questions.models import CloseReason, Question, Visibility
from app.questions.rules import check_is_unlocked

LONGEST_NOTE = 300
LONGEST_WORDS = 500
MOST_COMMENTS_SPLIT = 20


@dataclass(frozen=True)
class Reason:
    """Why a question takes no more answers, for everybody; and what the person who asked can do about it."""

    words: str
    advice: str


REASONS = {
    CloseReason.OFF_TOPIC: Reason(
        "It is about something else than this place",
        "Our experts cannot help with it here. If one of our products plays a part in it, say which one and how in an "
        "edit, then ask in a comment to have it opened again.",
    ),
    CloseReason.UNCLEAR: Reason(
        "It is not clear enough to be answered yet",
        "Edit it until a stranger could follow: which versions, what you did, what you expected, what came instead. "
        "Then ask in a comment to have it opened again.",
    ),
    CloseReason.TOO_BROAD: Reason(
        "It asks several things at once",
        "Keep the one problem that hurts most, and ask the others as questions of their own. Shorter ones get answers "
        "sooner. Then ask in a comment to have this one opened again.",
    ),
    CloseReason.SUPPORT_CASE: Reason(
        "It goes on as a support case",
        "It needs somebody who looks at your own systems. When the case is solved, say in a comment what helped, so "
        "that the next person finds it here.",
    ),
    CloseReason.WITHDRAWN: Reason(
        "The person who asked no longer needs an answer", "You can open it again whenever you like."
    ),
}
REASONS_OF_ASKERS = (CloseReason.WITHDRAWN, CloseReason.SUPPORT_CASE)
REASONS_OF_CURATORS = (
    CloseReason.UNCLEAR,
    CloseReason.TOO_BROAD,
    CloseReason.OFF_TOPIC,
    CloseReason.SUPPORT_CASE,
)


def may_curate(person: Person | None) -> bool:
    """Experts know what belongs together; stewards and admins look after the place."""
    return person is not None and (person.holds(Role.EXPERT) or may_moderate(person))


def may_settle_duplicate(person: Person, question: Question) -> bool:
    """Whoever asked knows best what answers the question; experts and stewards may say so too."""
    return person.id == question.author_id or may_curate(person)


def reasons_for(person: Person, question: Question) -> tuple[CloseReason, ...]:
    """The reasons for which `person` may close the question; none for bystanders."""
    own = REASONS_OF_ASKERS if person.id == question.author_id else ()
    return tuple(dict.fromkeys([*own, *(REASONS_OF_CURATORS if may_curate(person) else ())]))


def check_is_present(person: Person, question: Question) -> None:
    """What is deleted or locked is not for curating; stewards may change what is locked."""
    if question.is_deleted:
        raise RuleBroken("This question was deleted. Restore it first.")
    check_is_unlocked(person, question)


def check_is_open(person: Person, question: Question) -> None:
    check_is_present(person, question)
    if question.is_closed:
        raise RuleBroken("This question is closed already.")


def check_may_close(person: Person, question: Question) -> None:
    if not reasons_for(person, question):
        raise NotAllowed("Only the person who asked, experts and stewards can close a question.")


def check_can_close(person: Person, question: Question, reason: str) -> None:
    check_may_close(person, question)
    check_is_open(person, question)
    if reason not in reasons_for(person, question):
        raise RuleBroken("Choose one of the reasons.")


def check_can_reopen(person: Person, question: Question) -> None:
    closed_it = person.id == question.closed_by_id and question.close_reason != CloseReason.MERGED
    if not closed_it and not may_moderate(person):
        raise NotAllowed("Only a steward, or whoever closed this, can open it again. A comment asks for it.")
    check_is_present(person, question)
    if not question.is_closed:
        raise RuleBroken("This question is open.")


def check_may_steward(person: Person) -> None:
    if not may_moderate(person):
        raise NotAllowed("Only stewards do this.")


def check_can_lock(person: Person, question: Question) -> None:
    check_may_steward(person)
    if question.is_deleted:
        raise RuleBroken("This question was deleted. Restore it first.")


def check_is_not_locked(question: Question) -> None:
    if question.is_locked:
        raise RuleBroken("This thread is locked already.")


def check_concerns(person: Person, question: Question) -> None:
    """Raise NotAllowed for somebody who neither asked nor answers here for the company."""
    if person.id != question.author_id and not may_curate(person):
        raise NotAllowed("Only the person who asked and our experts look after this.")


def check_reaches_as_many(question: Question, other: Question) -> None:
    """Whoever may read `question` must be able to read `other`, for they will be sent there."""
    same = other.visibility == question.visibility and (
        question.visibility == Visibility.EMPLOYEES
        or (question.author_account_id is not None and other.author_account_id == question.author_account_id)
        or other.author_id == question.author_id
    )
    if not other.is_public and not same:
        raise RuleBroken("Some who can read this question cannot read the other one, so it cannot lead them there.")


def check_can_be_duplicate(person: Person, question: Question, original: Question) -> None:
    """Whether `question` may lead its readers to `original`, which is no duplicate itself."""
    check_is_open(person, question)
    if original.id == question.id:
        raise RuleBroken("That is this question itself, or one that leads here already.")
    if original.is_deleted:
        raise RuleBroken("The other question was deleted, so nobody could read it.")
    check_reaches_as_many(question, original)


def check_can_settle_duplicate(person: Person, question: Question) -> None:
    if not may_settle_duplicate(person, question):
        raise NotAllowed("Only the person who asked, experts and stewards can confirm this.")


def check_can_turn_down(person: Person, question: Question, proposed_by_id: int) -> None:
    """Whoever proposed it may take it back, too."""
    if person.id != proposed_by_id:
        check_can_settle_duplicate(person, question)


def check_can_merge(person: Person, question: Question, target: Question) -> None:
    check_may_steward(person)
    if question.is_deleted or target.is_deleted:
        raise RuleBroken("One of the two was deleted. Restore it first.")
    if target.id == question.id:
        raise RuleBroken("That is this question itself, or one that leads here already.")
    if question.visibility != target.visibility:
        raise RuleBroken("The two are not for the same readers, so their answers cannot stand together.")
    check_reaches_as_many(question, target)


def check_can_split(person: Person, question: Question) -> None:
    if not may_curate(person):
        raise NotAllowed("Only experts and stewards can make a question of comments.")
    check_is_present(person, question)


def check_may_merge(person: Person, question: Question) -> None:
    check_may_steward(person)
    if question.is_deleted:
        raise RuleBroken("This question was deleted. Restore it first.")


def check_can_narrow(person: Person, question: Question) -> None:
    if person.id != question.author_id and not may_moderate(person):
        raise NotAllowed("Only the person who asked or a steward can change who may read this.")
    check_is_present(person, question)
    if not question.is_public:
        raise RuleBroken("This question is confidential already.")


def check_can_propose_duplicate(person: Person, question: Question) -> None:
    """Anybody who takes part may say it of an open question that they can read."""
    check_takes_part(person)
    check_is_open(person, question)


def check_can_propose_opening(person: Person, question: Question, *, has_written: bool, was_refused: bool) -> None:
    """`was_refused`: whoever asked has said that it stays confidential."""
    check_is_confidential(question)
    if person.id == question.author_id:
        return
    if not (person.holds(Role.EXPERT) and has_written):
        raise NotAllowed("Only the person who asked, or an expert who wrote here, can propose this.")
    if was_refused:
        raise NotAllowed("The person who asked wants it to stay confidential, so only they can propose this.")


def check_is_confidential(question: Question) -> None:
    if question.is_public:
        raise RuleBroken("Everybody can read this question already.")
    if question.is_deleted:
        raise RuleBroken("This question was deleted. Restore it first.")


def check_can_consent(*, has_written: bool) -> None:
    if not has_written:
        raise NotAllowed("Only those who wrote here decide about it.")


def check_can_refuse_opening(person: Person, question: Question, proposed_by_id: int) -> None:
    if person.id not in {question.author_id, proposed_by_id}:
        raise NotAllowed("Only the person who asked, or who proposed it, can end this.")
