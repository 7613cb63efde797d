"""What needs reputation, where the operator wants that: voting, commenting in threads of others, naming new topics."""

from __future__ import annotations

from app.http import signed_in_person
from app.kernel.errors import RuleBroken
from app.posts.rules import HELPFUL, UNHELPFUL
from app.questions.tagging import names_met_by
from app.reputation.privileges import Privilege, check_may, rights_of
from app.topics.rules import clean_tags

VOTES = {HELPFUL: Privilege.VOTE_UP, UNHELPFUL: Privilege.VOTE_DOWN}


def check_may_vote(value: int) -> None:
    """Raise NotAllowed for a vote that the reader has too few points for. Taking one back needs none."""
    if value in VOTES:
        check_may(signed_in_person(), VOTES[value])


def check_may_use(topics: list[str]) -> None:
    """Raise RuleBroken, so that the form stays, for a topic that is new and that the reader may not name.

    A topic whose name the reader cannot know is new to them: whether it exists makes no difference.
    """
    refusal = refusal_of_new_topics()
    if not refusal:
        return
    names = clean_tags(topics)
    known = names_met_by(signed_in_person(), names)
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise RuleBroken(f"There is no topic {unknown} yet. {refusal}")


def refusal_of_new_topics() -> str:
    """Why the reader cannot name a new topic; "" for who can."""
    return rights_of(signed_in_person()).refusal(Privilege.NEW_TOPIC)
