"""Who has the next step in a question: one table of states and deeds, and one place that applies it.

An expert's id stands beside the state. While the expert has the step it says whose it is; while the asker has it, who
waits for the asker; in a settled question, who had it last.

| after …                                | nobody      | asker, for X        | expert X    |
| -------------------------------------- | ----------- | ------------------- | ----------- |
| an expert E asks for more, or answers  | asker, E    | asker, E            | asker, E    |
| somebody else answers                  | asker       | asker, for X        | expert X    |
| the asker comments or edits            | nobody      | expert X, or nobody | expert X    |
| an expert E takes it, or is assigned   | expert E    | expert E            | expert E    |
| the expert E gives it back             | nobody      | asker, no longer E  | not E       |
| the last answer goes, and it was X's   | nobody      | nobody              | expert X    |

An accepted answer and a closed question leave nothing to do, whatever happens below them: the state is none. When the
acceptance is withdrawn, the expert who had the step last has it again; a question that is opened again waits for
anybody.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from app.kernel import clock
from app.people.models import Person
from app.questions.models import Answer, NextStep, Question


class Deed(enum.StrEnum):
    """What somebody did that may hand the next step on."""

    ASKED_FOR_MORE = "asked for more"
    EXPERT_ANSWERED = "expert answered"
    PEER_ANSWERED = "peer answered"
    ASKER_WROTE = "asker wrote"
    TOOK_IT = "took it"
    GAVE_IT_BACK = "gave it back"
    LAST_ANSWER_WENT = "last answer went"
    SETTLED = "settled"
    ACCEPTANCE_WITHDRAWN = "acceptance withdrawn"
    REOPENED = "reopened"


@dataclass(frozen=True)
class Step:
    """Who has to move, and the expert who stands beside that (see the head of this module)."""

    whose: NextStep
    expert_id: int | None = None


NOBODY = Step(NextStep.NOBODY)

Transition = Callable[[Step, int | None], Step]


def to_the_asker(now: Step, expert_id: int | None) -> Step:
    """An expert has said what there is to say; the asker tries it, or tells more."""
    return Step(NextStep.ASKER, expert_id)


def try_a_peers_answer(now: Step, expert_id: int | None) -> Step:
    """An expert who has taken the question keeps it; else the asker tries what a peer proposes."""
    return Step(NextStep.ASKER) if now.whose == NextStep.NOBODY else now


def back_from_the_asker(now: Step, expert_id: int | None) -> Step:
    """Whoever waited for the asker has it again."""
    return to_the_expert(now, now.expert_id) if now.whose == NextStep.ASKER else now


def to_the_expert(now: Step, expert_id: int | None) -> Step:
    """The expert has it; without one, nobody."""
    return NOBODY if expert_id is None else Step(NextStep.EXPERT, expert_id)


def let_go(now: Step, expert_id: int | None) -> Step:
    """The expert no longer has it, nor waits for it."""
    if now.expert_id != expert_id:
        return now
    return NOBODY if now.whose == NextStep.EXPERT else Step(now.whose)


def nothing_to_try(now: Step, expert_id: int | None) -> Step:
    """No answer is left to be tried; who asked for more still waits."""
    return NOBODY if now == Step(NextStep.ASKER, expert_id) else now


def settle(now: Step, expert_id: int | None) -> Step:
    """Nobody has anything to do; the expert who had it last is remembered."""
    return Step(NextStep.NONE, now.expert_id)


def back_to_the_last(now: Step, expert_id: int | None) -> Step:
    """The expert who had it last has it again."""
    return to_the_expert(now, now.expert_id) if now.whose == NextStep.NONE else now


def start_again(now: Step, expert_id: int | None) -> Step:
    """It waits for anybody."""
    return NOBODY


TRANSITIONS: dict[Deed, Transition] = {
    Deed.ASKED_FOR_MORE: to_the_asker,
    Deed.EXPERT_ANSWERED: to_the_asker,
    Deed.PEER_ANSWERED: try_a_peers_answer,
    Deed.ASKER_WROTE: back_from_the_asker,
    Deed.TOOK_IT: to_the_expert,
    Deed.GAVE_IT_BACK: let_go,
    Deed.LAST_ANSWER_WENT: nothing_to_try,
    Deed.SETTLED: settle,
    Deed.ACCEPTANCE_WITHDRAWN: back_to_the_last,
    Deed.REOPENED: start_again,
}


def step_after(now: Step, deed: Deed, expert_id: int | None = None) -> Step:
    """The step after `deed`; `expert_id` is that of the expert who did it, or for whom it was done."""
    return TRANSITIONS[deed](now, expert_id)


def hand_on(question: Question, deed: Deed, expert_id: int | None = None) -> None:
    """Give the question the step that follows from `deed`. The caller has locked the question.

    What is solved or closed by now has none. "Since" stays while the step is the same.
    """
    now = Step(NextStep(question.next_step), question.next_step_by_id)
    then = step_after(now, deed, expert_id)
    if question.is_solved or question.is_closed:
        then = settle(then, None)
    if then != now:
        question.next_step, question.next_step_by_id = then.whose, then.expert_id
        question.next_step_since = clock.now()


def note_answer(question: Question, answer: Answer) -> None:
    """`answer` was given, or is shown again."""
    if answer.by_expert and answer.author_id != question.author_id:
        hand_on(question, Deed.EXPERT_ANSWERED, answer.author_id)
    else:
        hand_on(question, Deed.PEER_ANSWERED)


def note_lost_answer(question: Question, answer: Answer) -> None:
    """`answer` was deleted, and no longer counts."""
    if question.answer_count == 0:
        own = answer.by_expert and answer.author_id != question.author_id
        hand_on(question, Deed.LAST_ANSWER_WENT, answer.author_id if own else None)


def note_words(question: Question, author: Person) -> None:
    """`author` commented in the thread, or edited the question."""
    if author.id == question.author_id:
        hand_on(question, Deed.ASKER_WROTE)
