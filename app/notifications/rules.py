"""What may be followed, and for how long notices are kept."""

from __future__ import annotations

from datetime import timedelta

from app.kernel.errors import RuleBroken
from app.people.models import Person
from app.people.rules import check_takes_part
from app.questions.models import Question

# What is older than the first of these is told to nobody any more, so that a late delivery brings nothing back.
KEEP_READ = timedelta(days=180)
KEEP_UNREAD = timedelta(days=365)
LONGEST_WORDS = 500


def check_can_follow(person: Person, question: Question) -> None:
    check_takes_part(person)
    if question.is_deleted:
        raise RuleBroken("This question was deleted, so there is nothing to follow.")
