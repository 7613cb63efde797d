"""What may be done with questions and answers, and by whom."""

from __future__ import annotations

import re
import unicodedata

from app.kernel.errors import NotAllowed, RuleBroken
from app.people.models import Person, Role
from app.people.rules import check_takes_part
from app.posts import rules as post_rules
from app.posts.models import Post
from app.questions.models import Answer, CloseReason, Question, Visibility

SHORTEST_TITLE = 15
LONGEST_TITLE = 150
LONGEST_SLUG = 80
LONGEST_VERSION = 40
LONGEST_PRODUCT = 80
MOST_INVOLVED = 8


def one_line(title: str) -> str:
    """A title in one line, without control characters, in the one spelling Unicode has for it."""
    visible = "".join(" " if unicodedata.category(letter) in {"Cc", "Cf"} else letter for letter in title)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def clean_title(title: str) -> str:
    """A title as it is kept. Raises RuleBroken when it is too short or too long."""
    title = one_line(title)
    if len(title) < SHORTEST_TITLE:
        raise RuleBroken(f"Say in at least {SHORTEST_TITLE} letters what goes wrong, and where.")
    if len(title) > LONGEST_TITLE:
        raise RuleBroken(f"Keep the title to {LONGEST_TITLE} letters; the details belong below.")
    return title


def clean_advice(product: str) -> str:
    """The other maker's product that an answer recommends, as it is kept."""
    product = one_line(product)
    if len(product) > LONGEST_PRODUCT:
        raise RuleBroken(f"Keep the name of the other product to {LONGEST_PRODUCT} letters.")
    return product


def slug_of(title: str) -> str:
    """The readable part of a question's address."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or "question"


def withholds_company(question: Question, author: Person) -> bool:
    """True for what the person who asked writes in a thread that does not name the company."""
    return question.company_withheld and author.id == question.author_id


def may_read_confidential(person: Person | None) -> bool:
    """Experts answer what companies ask in confidence, and those who look after the place can help; sales cannot."""
    return person is not None and person.holds(Role.EXPERT, Role.STEWARD, Role.ADMIN)


def check_can_ask_for(person: Person, visibility: str) -> None:
    """Raise RuleBroken for an audience that does not exist, NotAllowed for one the person does not belong to."""
    check_takes_part(person)
    if visibility not in set(Visibility):
        raise RuleBroken("Choose who may read it: everybody, your company and our experts, or our employees.")
    if visibility == Visibility.EMPLOYEES and not person.is_employee:
        raise NotAllowed("Only employees can ask their colleagues alone.")
    if visibility == Visibility.COMPANY and person.is_employee:
        raise NotAllowed("You belong to no customer's company. Ask everybody, or your colleagues.")


def check_can_change_visibility(person: Person, question: Question) -> None:
    if person.id != question.author_id and not post_rules.may_moderate(person):
        raise NotAllowed("Only the person who asked or a steward can change who may read this.")
    if question.is_deleted:
        raise RuleBroken("This question was deleted. Restore it first.")


def check_is_unlocked(person: Person, question: Question) -> None:
    """A locked thread stays as it is: only stewards answer, comment, vote, edit, mark, accept or delete in it."""
    if question.is_locked and not post_rules.may_moderate(person):
        raise RuleBroken("A steward has locked this thread, so it stays as it is.")


def check_can_vote(person: Person, post: Post, question: Question) -> None:
    """A thread that is deleted is closed as a whole, also for those who still see it."""
    post_rules.check_can_vote(person, post)
    if question.is_deleted:
        raise RuleBroken("This question was deleted, so nobody can vote here.")
    check_is_unlocked(person, question)


def check_can_comment(person: Person, post: Post, question: Question) -> None:
    post_rules.check_can_comment(person, post)
    if question.is_deleted:
        raise RuleBroken("This question was deleted, so nobody can comment here.")
    if question.close_reason == CloseReason.MERGED:
        raise RuleBroken("This question was merged into another one. Write there, where the answers are.")
    check_is_unlocked(person, question)


def check_can_answer(person: Person, question: Question) -> None:
    check_takes_part(person)
    if question.is_deleted:
        raise RuleBroken("This question was deleted, so nobody can answer it.")
    check_is_unlocked(person, question)
    if question.is_closed:
        raise RuleBroken("This question is closed, so it takes no more answers. You can still comment.")


def check_can_edit(person: Person, post: Post, question: Question) -> None:
    post_rules.check_can_edit(person, post)
    check_is_unlocked(person, question)


def check_can_move_to_topics(person: Person, question: Question) -> None:
    if not person.holds(Role.EXPERT) and not post_rules.may_moderate(person):
        raise NotAllowed("Only experts and stewards can move a question to other topics. You can edit your own.")
    if question.is_deleted:
        raise RuleBroken("This question was deleted. Restore it first.")
    check_is_unlocked(person, question)


def check_can_accept(person: Person, question: Question) -> None:
    check_takes_part(person)
    if person.id != question.author_id:
        raise NotAllowed("Only the person who asked can accept an answer.")
    if question.is_deleted:
        raise RuleBroken("This question was deleted.")
    check_is_unlocked(person, question)


def check_stands_in(answer: Answer, question: Question) -> None:
    """Raise RuleBroken where the answer belongs to another thread, or has moved there a moment ago."""
    if answer.question_id != question.id:
        raise RuleBroken("That answer belongs to another question.")


def check_is_acceptable(answer: Answer, question: Question) -> None:
    check_stands_in(answer, question)
    if answer.is_deleted:
        raise RuleBroken("That answer was deleted. Restore it first.")


def check_can_delete_question(person: Person, question: Question) -> None:
    post_rules.check_can_delete(person, question)
    check_is_unlocked(person, question)
    if question.answer_count and not post_rules.may_moderate(person):
        raise RuleBroken("Others have answered already, so only a steward can delete this.")


def check_can_delete_answer(person: Person, answer: Answer, question: Question) -> None:
    post_rules.check_can_delete(person, answer)
    check_is_unlocked(person, question)
    if question.accepted_answer_id == answer.id and not post_rules.may_moderate(person):
        raise RuleBroken("This answer solved the question, so only a steward can delete it.")


def check_can_restore_question(person: Person, question: Question) -> None:
    post_rules.check_can_restore(person, question)
    check_is_unlocked(person, question)


def check_can_restore_answer(person: Person, answer: Answer, question: Question) -> None:
    """What was deleted before a confidential thread was made public was not part of what its people agreed to."""
    post_rules.check_can_restore(person, answer)
    check_is_unlocked(person, question)
    was_left_out = question.opened_at and answer.deleted_at and answer.deleted_at <= question.opened_at
    if was_left_out and person.id != answer.author_id:
        raise NotAllowed("This was deleted before the thread was made public. Only its author can bring it back.")
