"""What earns reputation, in words: for whoever earned it and for everybody else. None of them says who did it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from app.reputation.badges import FOR_OWNING, FOR_TOPIC, Kind, Level
from app.reputation.models import Badge
from app.reputation.points import RULES, Reason
from app.reputation.queries import Balance


class Words(NamedTuple):
    """What happened, as the person reads it, and as others do."""

    own: str
    others: str


CAUSES: Mapping[str, Words] = {
    "answer_up_voted": Words("Your answer was found helpful", "An answer was found helpful"),
    "question_up_voted": Words("Your question was found helpful", "A question was found helpful"),
    "article_up_voted": Words("Your article was found helpful", "An article was found helpful"),
    "answer_accepted": Words("Accepted as the answer", "Accepted as the answer"),
    "accepted_an_answer": Words("You accepted an answer", "Accepted the answer of somebody else"),
    "helped_correct_an_expert": Words(
        "You helped to correct an answer of an expert", "Helped to correct an answer of an expert"
    ),
    "invited_a_colleague": Words(
        "A colleague whom you invited wrote something for all", "Invited a colleague who wrote something for all"
    ),
    "suggested_edit_accepted": Words("A change that you suggested was taken", "A suggested change was taken"),
    "answer_down_voted": Words("Your answer was found not helpful", "An answer was found not helpful"),
    "question_down_voted": Words("Your question was found not helpful", "A question was found not helpful"),
    "article_down_voted": Words("Your article was found not helpful", "An article was found not helpful"),
    "down_voted_an_answer": Words("You voted against an answer", "Voted against an answer"),
    "flags_confirmed": Words(
        "Your post was spam or an insult, as six people and a steward found",
        "A post was spam or an insult, as six people and a steward found",
    ),
}
# After "Taken back: ".
REVERSALS: Mapping[Reason, str] = {
    Reason.TAKEN_BACK: "whoever did it withdrew it",
    Reason.POST_DELETED: "the post is deleted",
    Reason.CONFIDENTIAL: "the thread is not public any more",
    Reason.CORRECTED: "the author has owned the mistake",
    Reason.VOTER_GONE: "whoever voted is not here any more",
    Reason.COLLEAGUES: "what employees think of each other's work counts on the post, not here",
    Reason.SAME_COMPANY: "what comes from the same company counts on the post, not here",
    Reason.BURST: "it was one of many votes for the same author within minutes",
    Reason.LIMIT: "more of this kind than count in that time",
    Reason.COUNTED_ANEW: "it was counted anew",
    Reason.NEW_RULES: "it was counted anew under new rules",
}
# Of votes in general, where the thing that happened is a vote.
VOTE_WITHDRAWN = "the vote was withdrawn"
# With the day beside it, one of these reasons could tell others who voted: who left on that day, or a colleague.
TELLS_WHO = frozenset({Reason.TAKEN_BACK, Reason.VOTER_GONE, Reason.SAME_COMPANY, Reason.COLLEAGUES})
VOTE_UNCOUNTED = "the vote does not count any more"
# Of votes that were never entered.
UNEARNED: Mapping[Reason, str] = {
    Reason.SAME_COMPANY: "A vote from the same company: it counts on the post, not here",
    Reason.COLLEAGUES: "A vote of a colleague: it counts on the post, not here",
}
PARTS = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth"}
LEVELS: Mapping[Level, str] = {Level.BRONZE: "Bronze", Level.SILVER: "Silver", Level.GOLD: "Gold"}


def reversal_words(kind: str, reason: Reason, *, is_own: bool) -> str:
    """Why a line was taken back, in a sentence without its full stop: for whoever earned it, or for others."""
    is_vote = "voted" in kind
    if is_vote and not is_own and reason in TELLS_WHO:
        return f"Taken back: {VOTE_UNCOUNTED}"
    return f"Taken back: {VOTE_WITHDRAWN if is_vote and reason is Reason.TAKEN_BACK else REVERSALS[reason]}"


def share_words(share: Fraction, rule_version: int) -> str:
    """Why less than the whole counts under these rules; "" where all of it does. Shares are one n-th."""
    if share == 1:
        return ""
    part = PARTS.get(share.denominator, f"one in {share.denominator}")
    days = RULES[rule_version].repeated_within.days
    return f"Another vote of somebody who voted for you often within {days} days: {part} of it counts"


def points_words(points: int, share: Fraction = Fraction(1)) -> str:
    """Points with their sign, "+10", "−2" or "+3.3"; what is not whole is rounded to one place."""
    counted = points * share
    size = f"{abs(counted.numerator):,}" if counted.denominator == 1 else f"{abs(float(counted)):.1f}"
    return f"−{size}" if counted < 0 else f"+{size}"


def badge_words(badge: Badge) -> tuple[str, str]:
    """What a badge is called before its topic, and what it means."""
    level = Level(badge.level)
    if badge.kind == Kind.STRAIGHT_TALKER:
        mistakes = FOR_OWNING[level]
        return f"{LEVELS[level]} Straight Talker", (
            "Said “I was wrong” in public"
            if mistakes == 1
            else f"Said “I was wrong” in public {mistakes} times or more"
        )
    _sum, answers = FOR_TOPIC[level]
    return f"{LEVELS[level]} for", f"{answers} answers on it or more, found helpful or accepted often"


def balance_words(balance: Balance) -> str:
    """How much somebody answers for what they ask, with Zhang's z; "" for who did neither."""
    given, asked = balance.answers, balance.questions
    if not given and not asked:
        return ""
    if not asked:
        words = "Answers, and has asked nothing"
    elif not given:
        words = "Asks, and has answered nothing yet"
    elif given >= asked:
        words = f"Answers {_ratio(given, asked)} for each question asked"
    else:
        words = f"Asks {_ratio(asked, given)} for each answer given"
    return f"{words}; z {balance.z:.2f}".replace("-", "−")


def _ratio(more: int, fewer: int) -> str:
    return f"{more / fewer:.1f}".removesuffix(".0")
