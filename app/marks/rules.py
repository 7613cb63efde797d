"""What may be said of an answer, and by whom."""

from __future__ import annotations

from app.kernel.errors import NotAllowed, RuleBroken
from app.marks.models import DOUBTS, Mark, MarkKind
from app.people.models import Person, Role
from app.people.rules import check_takes_part
from app.posts.rules import may_moderate
from app.questions.models import Answer, Question
from app.questions.rules import LONGEST_VERSION, check_is_unlocked, one_line

SHORTEST_SENTENCE = 15
LONGEST_SENTENCE = 500
LONGEST_THANKS = 300
# Whose warning stands at once: those who answer for the company, and those who look after the place.
FIRM_ROLES = (Role.EXPERT, Role.STEWARD, Role.ADMIN)
# The part of the characters that an "I was wrong" must change. Less than that is mended with a plain edit.
LEAST_CHANGED = 0.20


def clean_kind(kind: str) -> MarkKind:
    """One of the kinds of mark. Raises RuleBroken for anything else."""
    if kind not in set(MarkKind):
        raise RuleBroken("Say whether the answer works, fails, is outdated or is dangerous.")
    return MarkKind(kind)


def clean_sentence(kind: MarkKind, sentence: str) -> str:
    """What a mark says in words. A warning without a reason helps nobody."""
    if kind not in DOUBTS and not sentence.strip():
        return ""
    ask = "Say in at least 15 letters what is dangerous about it, so that others are warned."
    if kind == MarkKind.OUTDATED:
        ask = "Say in at least 15 letters what is right today, or since when this no longer holds."
    return _clean(sentence, ask)


def clean_reason(reason: str) -> str:
    """Why an expert recommends an answer."""
    return _clean(reason, "Say in at least 15 letters why you recommend this answer.")


def clean_confession(reason: str) -> str:
    """What an author says about a mistake."""
    return _clean(reason, "Say in at least 15 letters what was wrong.")


def clean_note(note: str) -> str:
    """What was done about a warning."""
    return _clean(note, "Say in at least 15 letters what you did about it, or why it does not hold.")


def clean_thanks(words: str) -> str:
    """The words of thanks as they are kept. Raises RuleBroken for none, and for too many."""
    words = one_line(words)
    if not words:
        raise RuleBroken("Say in a few words what you are thankful for.")
    if len(words) > LONGEST_THANKS:
        raise RuleBroken(f"Keep it to {LONGEST_THANKS} letters.")
    return words


def clean_version(version: str) -> str:
    """A version as it is kept."""
    version = one_line(version)
    if len(version) > LONGEST_VERSION:
        raise RuleBroken(f"Keep the version to {LONGEST_VERSION} letters.")
    return version


def versions_within(version: str) -> list[str]:
    """Every spelling of a mark's version that speaks of `version`: 7.2 speaks of 7.2.4 as well, and 7 of both."""
    parts = version.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)]


def check_can_mark(person: Person, answer: Answer, question: Question, kind: MarkKind | None = None) -> None:
    """Whether `person` may mark the answer so; without a kind, whether in any way."""
    check_takes_part(person)
    check_is_open(person, answer, question)
    if person.confirmed_at is None:
        raise NotAllowed("Confirm your address first; the letter with the link is in your mail.")
    if person.id == answer.author_id and kind not in {None, *DOUBTS}:
        raise NotAllowed("You wrote this answer, so others say whether it works.")


def check_can_recommend(person: Person, answer: Answer, question: Question) -> None:
    if not person.is_expert:
        raise NotAllowed("Only our experts recommend answers, each under their own name.")
    if person.id == answer.author_id:
        raise NotAllowed("You cannot recommend your own answer.")
    check_is_open(person, answer, question)


def check_can_say_thanks(person: Person, answer: Answer, question: Question) -> None:
    check_takes_part(person)
    if person.id == answer.author_id:
        raise NotAllowed("You wrote this answer; others may thank you for it.")
    if person.confirmed_at is None:
        raise NotAllowed("Confirm your address first; the letter with the link is in your mail.")
    check_is_open(person, answer, question)


def check_can_take_thanks_back(person: Person, thankful_id: int, answer: Answer, question: Question) -> None:
    """Whoever said thanks can take that back, and a steward what does not belong here."""
    if person.id != thankful_id and not may_moderate(person):
        raise NotAllowed("Only who said this, or a steward, can take it away.")
    check_is_open(person, answer, question)


def check_can_settle(person: Person, mark: Mark, answer: Answer, question: Question, *, looks_after: bool) -> None:
    """Whether `person` may settle the mark; `looks_after` says that a topic of the question is theirs to keep."""
    if not mark.is_doubt:
        raise RuleBroken("Only outdated and dangerous marks are settled.")
    if not may_settle(person, answer, looks_after=looks_after):
        raise NotAllowed("Only the author of the answer or a steward can settle this.")
    check_is_open(person, answer, question)


def may_settle(person: Person | None, answer: Answer, *, looks_after: bool) -> bool:
    """The author knows what the answer meant; stewards, and those who look after one of its topics, keep the peace."""
    return person is not None and (looks_after or may_moderate(person) or person.id == answer.author_id)


def check_can_own_mistake(person: Person, answer: Answer, question: Question) -> None:
    """Nobody says for somebody else that they were wrong."""
    check_takes_part(person)
    if person.id != answer.author_id:
        raise NotAllowed("Only the person who wrote this answer can say that it was wrong.")
    check_is_open(person, answer, question)
    if answer.corrected_at is not None:
        raise RuleBroken(
            "You have corrected this answer once already, and earlier votes against it were set aside then. "
            "Change it with a plain edit, and say why in its reason."
        )


def check_can_thank(person: Person, thanks: Person | None) -> None:
    if thanks is not None and thanks.id == person.id:
        raise RuleBroken("Thank somebody else, or nobody.")


def check_changes_enough(person: Person, changed: float) -> None:
    """`changed` is the part of the characters that differ. Small repairs must not wipe out votes."""
    if changed < LEAST_CHANGED and not may_moderate(person):
        raise RuleBroken(
            f"This changes {changed:.0%} of the answer, and a correction changes at least {LEAST_CHANGED:.0%}. "
            "Say more about what is right, or mend it with a plain edit."
        )


def check_is_open(person: Person, answer: Answer, question: Question) -> None:
    """A closed question takes no more answers, but those that stand there are still marked."""
    if question.is_deleted:
        raise RuleBroken("This question was deleted, so nothing can be said of its answers.")
    if answer.is_deleted:
        raise RuleBroken("This answer was deleted, so nothing can be said of it.")
    check_is_unlocked(person, question)


def _clean(sentence: str, ask: str) -> str:
    sentence = one_line(sentence)
    if len(sentence) < SHORTEST_SENTENCE:
        raise RuleBroken(ask)
    if len(sentence) > LONGEST_SENTENCE:
        raise RuleBroken(f"Keep it to {LONGEST_SENTENCE} letters; details belong into a comment.")
    return sentence
