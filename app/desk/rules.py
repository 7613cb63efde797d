"""What may be done about who helps with a question, and by whom."""

from __future__ import annotations

from datetime import timedelta

from app.desk.models import Greeting, Invitation, ReplyTemplate
from app.kernel.errors import NotAllowed, RuleBroken
from app.people.models import Person, Role
from app.people.rules import check_takes_part
from app.posts.rules import may_moderate
from app.questions.models import Question

MOST_OPEN_INVITATIONS = 3
MOST_INVITATIONS = 5
INVITATIONS_WITHIN = timedelta(days=1)
# An expert with so many open invitations is suggested to nobody.
FULL_LOAD = 10
LONGEST_NOTE = 300
LONGEST_REASON = 300
LONGEST_WELCOME = 500
LONGEST_REPLY_TITLE = 80
LONGEST_REPLY = 5_000


def may_use_desk(person: Person | None) -> bool:
    """The desk is for those who answer and for those who see that somebody does."""
    return person is not None and person.holds(Role.EXPERT, Role.STEWARD)


def check_can_use_desk(person: Person) -> None:
    if not may_use_desk(person):
        raise NotAllowed("The desk is where experts and stewards see who waits for them.")


def check_can_share_problem(person: Person, question: Question) -> None:
    """Raise a Refusal unless the person may say that they have the same problem."""
    if person.id == question.author_id:
        raise NotAllowed("You asked this, so you are counted already.")
    if person.is_employee:
        raise NotAllowed("This counts the customers who have the problem. You can help with it instead.")
    if question.is_deleted:
        raise RuleBroken("This question was deleted.")
    if question.is_closed or question.is_locked:
        raise RuleBroken("This question is closed, so nobody is added to it any more.")


def check_needs_help(person: Person, question: Question) -> None:
    """Raise RuleBroken for a question in which nobody has anything left to do."""
    if question.is_deleted:
        raise RuleBroken("This question was deleted.")
    if question.is_solved:
        raise RuleBroken("This question is solved, so nobody has to look at it.")
    if question.is_closed:
        raise RuleBroken("This question is closed, so nobody has to look at it.")
    if question.is_locked and not may_moderate(person):
        raise RuleBroken("This question is locked. A steward can open it again.")


def check_can_invite(person: Person, question: Question) -> None:
    check_takes_part(person)
    if person.id != question.author_id:
        raise NotAllowed("Only the person who asked can ask an expert to look.")
    check_needs_help(person, question)


def check_can_assign(person: Person, question: Question) -> None:
    if not may_moderate(person):
        raise NotAllowed("Only a steward can assign a question.")
    check_needs_help(person, question)


def check_can_be_called(expert: Person, question: Question) -> None:
    """Raise RuleBroken for somebody who does not answer here, is away, or asked the question."""
    if not expert.is_expert or not expert.can_sign_in:
        raise RuleBroken(f"{expert.first_name} does not answer here any more. Ask somebody else.")
    if expert.id == question.author_id:
        raise RuleBroken(f"{expert.first_name} asked this question. Ask somebody else.")
    if expert.is_away and expert.away_until is not None:
        day = f"{expert.away_until.day} {expert.away_until:%B}"
        raise RuleBroken(f"{expert.first_name} is away until {day}. Ask somebody else.")


def check_is_not_called_yet(invitation: Invitation | None, expert: Person) -> None:
    """Raise RuleBroken where the asker has asked this expert before; whatever became of it, it stands."""
    if invitation is None:
        return
    if invitation.declined_at is not None:
        raise RuleBroken(f"{expert.first_name} cannot take this one. Ask somebody else.")
    if invitation.done_at is not None:
        raise RuleBroken(f"{expert.first_name} has answered here. Write a comment below that answer.")
    raise RuleBroken(f"{expert.first_name} has been asked already.")


def check_is_within_limits(open_ones: int, lately: int) -> None:
    """`open_ones` are those of this question, `lately` those the person made within INVITATIONS_WITHIN."""
    if open_ones >= MOST_OPEN_INVITATIONS:
        raise RuleBroken("Three experts are asked already. Wait until one of them says yes or no.")
    if lately >= MOST_INVITATIONS:
        raise RuleBroken("You have asked five experts within a day. Tomorrow you can ask again.")


def check_can_take(person: Person, question: Question) -> None:
    if not person.is_expert:
        raise NotAllowed("Only an expert can take a question.")
    if person.id == question.author_id:
        raise NotAllowed("You asked this question, so somebody else has to take it.")
    check_needs_help(person, question)


def check_is_free(holder: Invitation | None, person: Person) -> None:
    """Raise RuleBroken where another expert has taken the question; `holder` comes with that expert."""
    if holder is not None and holder.expert_id != person.id:
        raise RuleBroken(f"{holder.expert.first_name} has taken this one already.")


def check_can_decline(invitation: Invitation | None) -> None:
    if invitation is None or invitation.declined_at is not None or invitation.done_at is not None:
        raise RuleBroken("Nobody waits for your word on this question.")


def check_can_ask_for_more(person: Person, question: Question) -> None:
    if not person.is_expert:
        raise NotAllowed("Only an expert can hand the next step back to the person who asked.")
    if person.id == question.author_id:
        raise NotAllowed("You asked this question yourself.")
    check_needs_help(person, question)


def clean_note(note: str) -> str:
    """What goes with an invitation, in its one spelling. Raises RuleBroken when it is too long."""
    return _clean(note, LONGEST_NOTE, f"Keep it to {LONGEST_NOTE} letters; the details belong into the question.")


def clean_reason(reason: str) -> str:
    """Why an expert cannot help. Raises RuleBroken when it is missing or too long."""
    reason = _clean(reason, LONGEST_REASON, f"Keep the reason to {LONGEST_REASON} letters.")
    if not reason:
        raise RuleBroken("Say in a few words why, so that the asker knows whom to ask next.")
    return reason


def clean_welcome(words: str) -> str:
    """Words of welcome in their one spelling. Raises RuleBroken for none, and for too many."""
    words = _clean(words, LONGEST_WELCOME, f"Keep it to {LONGEST_WELCOME} letters.")
    if not words:
        raise RuleBroken("Write a few words of welcome first.")
    return words


def check_can_greet(person: Person, greeting: Greeting, question: Question) -> None:
    """Raise a Refusal unless `person` may welcome whoever asked; `greeting` comes as it stands now."""
    check_can_use_desk(person)
    if person.id == greeting.person_id:
        raise NotAllowed("Somebody else welcomes you.")
    if greeting.greeted_at is not None:
        raise RuleBroken("Somebody was faster than you, and has welcomed them already.")
    if question.is_deleted:
        raise RuleBroken("This question was deleted.")


def sees_every_greeting(person: Person) -> bool:
    """Stewards see that nobody is left without a word."""
    return person.holds(Role.STEWARD)


def check_can_write_replies(person: Person) -> None:
    if not person.is_expert:
        raise NotAllowed("Reply templates are for experts, who use them in their answers.")


def check_can_change_reply(person: Person, reply: ReplyTemplate) -> None:
    if person.id != reply.owner_id and not may_moderate(person):
        raise NotAllowed("Only whoever wrote this template, or a steward, can change it.")


def clean_reply(title: str, body: str) -> tuple[str, str]:
    """Title and text as they are kept. Raises RuleBroken for one that is missing or too long."""
    title = _clean(title, LONGEST_REPLY_TITLE, f"Keep the name to {LONGEST_REPLY_TITLE} letters.")
    body = body.replace("\r\n", "\n").replace("\0", "").strip("\n")
    if not title or not body.strip():
        raise RuleBroken("A template has a name and a text.")
    if len(body) > LONGEST_REPLY:
        raise RuleBroken(f"Keep the text to {LONGEST_REPLY:,} letters.")
    return title, body


def _clean(text: str, longest: int, too_long: str) -> str:
    line = " ".join(text.replace("\0", "").split())
    if len(line) > longest:
        raise RuleBroken(too_long)
    return line
