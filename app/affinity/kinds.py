"""What can happen between an account and our experts: a closed list, and what each kind adds to which sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Weights(NamedTuple):
    """What one event adds to each of the four day sums."""

    breadth: int = 0
    to_customer: int = 0
    to_expert: int = 0
    advocacy: int = 0


WEIGHTS: Mapping[str, Weights] = {
    "ask": Weights(breadth=2),
    "comment": Weights(breadth=1, to_expert=1),
    "accept": Weights(breadth=1, to_expert=2),
    "solved_note": Weights(breadth=1, to_expert=1),
    "expert_answer": Weights(to_customer=3),
    "expert_comment": Weights(to_customer=1),
    "expert_followup": Weights(to_customer=1),
    "met": Weights(breadth=2, to_customer=2, to_expert=2),
    "correction": Weights(breadth=2, to_expert=3, advocacy=1),
    "peer_answer": Weights(breadth=3, advocacy=2),
    "peer_accepted": Weights(advocacy=3),
    "article": Weights(breadth=4, advocacy=4),
    "invite_joined": Weights(breadth=1, advocacy=2),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened between a person of the account and the community.

    `person` is always the customer's person, also where an expert acted (`expert_answer`);
    `expert` and `question` are None where nobody and nothing is named. `at` is aware.
    """

    id: str
    at: datetime
    person: str
    kind: str
    expert: str | None = None
    question: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in WEIGHTS:
            raise ValueError(f"“{self.kind}” is not a kind of event. The kinds are: {', '.join(WEIGHTS)}.")
