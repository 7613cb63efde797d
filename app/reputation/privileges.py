"""What needs reputation, and how much: as the operator chooses (Admin, “What members may do from the start”).

Asking, answering, saying what worked and commenting in one's own threads need none, whatever is chosen. Employees hold
every privilege from the start, since they are here under their company's name; belonging to a customer's company gives
none. Looking after what others wrote is a role that somebody gives, and no number of points.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from app.kernel.errors import NotAllowed
from app.people.models import Person
from app.posts.models import Post
from app.questions.models import Question
from app.reputation.queries import own_total
from app.site.choices import Privileges
from app.site.queries import privileges as chosen


class Privilege(enum.StrEnum):
    """A deed that may need reputation."""

    VOTE_UP = "vote_up"
    VOTE_DOWN = "vote_down"
    COMMENT = "comment"
    NEW_TOPIC = "new_topic"


# What each needs on a young site and on a grown one: the first are ours, the second those of Stack Exchange's
# graduated sites. Where the operator has chosen neither, nothing is needed.
THRESHOLDS: Mapping[Privilege, Mapping[Privileges, int]] = {
    Privilege.VOTE_UP: {Privileges.YOUNG: 8, Privileges.GROWN: 15},
    Privilege.COMMENT: {Privileges.YOUNG: 20, Privileges.GROWN: 50},
    Privilege.VOTE_DOWN: {Privileges.YOUNG: 125, Privileges.GROWN: 125},
    Privilege.NEW_TOPIC: {Privileges.YOUNG: 300, Privileges.GROWN: 300},
}
# After "You can"; and what to do until then.
DEEDS: Mapping[Privilege, str] = {
    Privilege.VOTE_UP: "vote",
    Privilege.COMMENT: "comment in threads of others",
    Privilege.VOTE_DOWN: "vote against something",
    Privilege.NEW_TOPIC: "name a new topic",
}
UNTIL_THEN: Mapping[Privilege, str] = {
    Privilege.VOTE_UP: "ask a good question or answer one.",
    Privilege.COMMENT: "ask a good question or answer one.",
    Privilege.VOTE_DOWN: "a better answer beside it helps more.",
    Privilege.NEW_TOPIC: "choose among the topics that exist.",
}


@dataclass(frozen=True)
class Rights:
    """What somebody may do by their points, and what each deed needs (nothing where it is not in `needed`)."""

    points: int
    needed: Mapping[Privilege, int]

    def may(self, privilege: Privilege) -> bool:
        """True from the threshold on, the threshold included."""
        return self.points >= self.needed.get(privilege, 0)

    def refusal(self, privilege: Privilege) -> str:
        """Why not, in a sentence for the reader; "" for what they may do."""
        if self.may(privilege):
            return ""
        begins = f"You can {DEEDS[privilege]} from {self.needed[privilege]} points on."
        return f"{begins} You have {self.points}: {UNTIL_THEN[privilege]}"


def rights_of(person: Person) -> Rights:
    """What somebody may do now. Their points are asked for only where they matter."""
    needed = thresholds()
    if person.is_employee or not needed:
        return Rights(0, {})
    return Rights(own_total(person), needed)


def thresholds() -> Mapping[Privilege, int]:
    """What each deed needs now, the least first; nothing where everybody may do everything at once."""
    rule = chosen()
    return {} if rule is Privileges.EVERYTHING else {one: needed[rule] for one, needed in THRESHOLDS.items()}


def check_may(person: Person, privilege: Privilege) -> None:
    """Raise NotAllowed, with what is needed and how to come by it, for somebody who has too few points."""
    refusal = rights_of(person).refusal(privilege)
    if refusal:
        raise NotAllowed(refusal)


def is_own_thread(person: Person, post: Post, question: Question) -> bool:
    """True for what somebody wrote, and for all that stands below their question: there nothing is needed."""
    return person.id in {post.author_id, question.author_id}


def check_may_comment(person: Person, post: Post, question: Question) -> None:
    """Raise NotAllowed for a comment on what others wrote in threads of others, where that needs more points."""
    if not is_own_thread(person, post, question):
        check_may(person, Privilege.COMMENT)
