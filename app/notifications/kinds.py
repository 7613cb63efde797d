"""Everything that people can be told, and the sentence that says it: nowhere else."""

from __future__ import annotations

import enum


class Kind(enum.StrEnum):
    """What a notice says. Of two that come from one cause to one person, the later one of this list is told."""

    EDITED = "edited"
    NEW_ANSWER = "new_answer"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    CLOSED = "closed"
    REOPENED = "reopened"
    DUPLICATE = "duplicate"
    MERGED = "merged"
    OUTDATED = "outdated"
    DANGEROUS = "dangerous"
    MENTIONED = "mentioned"
    COMMENTED = "commented"
    ANSWERED = "answered"
    YOURS_EDITED = "yours_edited"
    YOURS_ACCEPTED = "yours_accepted"
    YOURS_OUTDATED = "yours_outdated"
    YOURS_DANGEROUS = "yours_dangerous"
    THANKED = "thanked"
    WELCOMED = "welcomed"
    RECOMMENDED = "recommended"
    SETTLED = "settled"
    SOLVED_NOW = "solved_now"
    CALLED = "called"
    ASSIGNED = "assigned"
    TAKEN = "taken"
    DECLINED = "declined"
    ASKED_TO_LOOK = "asked_to_look"
    ASKED_FOR_MORE = "asked_for_more"
    DUPLICATE_PROPOSED = "duplicate_proposed"
    OPENING_PROPOSED = "opening_proposed"
    ENDORSED = "endorsed"
    TWO_PLACES = "two_places"
    MEETING_ASKED = "meeting_asked"
    MEETING_JOINED = "meeting_joined"
    MEETING_ACCEPTED = "meeting_accepted"
    MEETING_AGREED = "meeting_agreed"
    MEETING_SEAT = "meeting_seat"
    MEETING_WAITING = "meeting_waiting"
    MEETING_QUEUED = "meeting_queued"
    MEETING_PROPOSED = "meeting_proposed"
    MEETING_NOT_THEN = "meeting_not_then"
    MEETING_DECLINED = "meeting_declined"
    MEETING_ENDED = "meeting_ended"
    MEETING_WITHDRAWN = "meeting_withdrawn"
    MEETING_SOON = "meeting_soon"
    SEARCH_FOUND_MORE = "search_found_more"
    ACCOUNT_FALLING = "account_falling"
    ACCOUNT_WAITS = "account_waits"
    ACCOUNT_REACHED_THREE = "account_reached_three"
    ACCOUNT_GAVE = "account_gave"
    ACCOUNT_ON_ONE = "account_on_one"
    ACCOUNT_QUIET = "account_quiet"
    INTRODUCTION_ASKED = "introduction_asked"
    INTRODUCTION_ENDED = "introduction_ended"
    INTRODUCTION_EXPIRED = "introduction_expired"


WEIGHT = {kind: weight for weight, kind in enumerate(Kind)}

# `who` is a name, `post` says whether it is about the question or about an answer; `words` and `search` are those of
# the notice, `account` is the name of a company.
SENTENCES: dict[Kind, str] = {
    Kind.EDITED: "{who} edited the {post}",
    Kind.NEW_ANSWER: "{who} answered a question you follow",
    Kind.ACCEPTED: "{who} accepted an answer",
    Kind.CORRECTED: "{who} says “I was wrong” and has put the answer right",
    Kind.CLOSED: "{who} closed a question you follow",
    Kind.REOPENED: "{who} opened a question you follow again",
    Kind.DUPLICATE: "{who} found the same question, asked before. You follow that one now",
    Kind.MERGED: "{who} merged this into another question. You follow that one now",
    Kind.OUTDATED: "{who} warns that an answer is outdated",
    Kind.DANGEROUS: "{who} warns that an answer is dangerous",
    Kind.MENTIONED: "{who} mentioned you",
    Kind.COMMENTED: "{who} commented on your {post}",
    Kind.ANSWERED: "{who} answered your question",
    Kind.YOURS_EDITED: "{who} edited your {post}",
    Kind.YOURS_ACCEPTED: "{who} accepted your answer",
    Kind.YOURS_OUTDATED: "{who} warns that your answer is outdated",
    Kind.YOURS_DANGEROUS: "{who} warns that your answer is dangerous",
    Kind.THANKED: "{who} thanks you for your answer",
    Kind.WELCOMED: "{who} welcomes you",
    Kind.RECOMMENDED: "{who} recommends your answer",
    Kind.SETTLED: "{who} has dealt with your warning",
    Kind.SOLVED_NOW: "{who} says “I was wrong” and has put the answer right. Is your question solved?",
    Kind.CALLED: "{who} asks you to look",
    Kind.ASSIGNED: "{who} gave this question to you",
    Kind.TAKEN: "{who} takes your question",
    Kind.DECLINED: "{who} cannot take the question",
    Kind.ASKED_TO_LOOK: "{who} in sales asks you to see that somebody answers: this still waits",
    Kind.ASKED_FOR_MORE: "{who} needs to know more from you",
    Kind.DUPLICATE_PROPOSED: "{who} thinks that your question was asked before",
    Kind.OPENING_PROPOSED: "{who} would like everybody to read this, and asks you to agree",
    Kind.ENDORSED: "{who} says that you know a topic",
    Kind.TWO_PLACES: "Two people seem to use one account: it is signed in from two places at once",
    Kind.MEETING_ASKED: "{who} asks to meet you",
    Kind.MEETING_JOINED: "{who} comes to your office hour",
    Kind.MEETING_ACCEPTED: "{who} will meet you",
    Kind.MEETING_AGREED: "{who} takes the time that you proposed",
    Kind.MEETING_SEAT: "You have a seat",
    Kind.MEETING_WAITING: "{who} would like to meet you. All seats are taken, so you are in the waiting list",
    Kind.MEETING_QUEUED: "All seats are taken, so you are in the waiting list",
    Kind.MEETING_PROPOSED: "{who} proposes another time to meet",
    Kind.MEETING_NOT_THEN: "{who} cannot come at the time that you proposed",
    Kind.MEETING_DECLINED: "{who} cannot meet you",
    Kind.MEETING_ENDED: "The meeting does not take place",
    Kind.MEETING_WITHDRAWN: "{who} does not come",
    Kind.MEETING_SOON: "You meet within a day",
    Kind.SEARCH_FOUND_MORE: "{words} for {search}",
    Kind.ACCOUNT_FALLING: "The affinity of {account} has fallen by ten or more in 90 days",
    Kind.ACCOUNT_WAITS: "A public question of {account} has waited for longer than three days",
    Kind.ACCOUNT_REACHED_THREE: "Three people of {account} have taken part, so there are figures now",
    Kind.ACCOUNT_GAVE: "{account} has done something for other customers",
    Kind.ACCOUNT_ON_ONE: "More than half of the affinity of {account} rests on one person",
    Kind.ACCOUNT_QUIET: "Nothing was heard from {account} for four months",
    Kind.INTRODUCTION_ASKED: "A member of a company that you look after asks sales for something",
    Kind.INTRODUCTION_ENDED: "{who} says how your request to sales ended",
    Kind.INTRODUCTION_EXPIRED: "Nobody in sales has answered your request in 90 days, so it has ended",
}
NOBODY_NOW = "A former member"


def sentence(
    kind: str, *, who: str | None, on_question: bool, words: str = "", search: str = "", account: str = ""
) -> str:
    """What a notice says, in one sentence without a full stop; `who` is None for somebody who has left.

    `search` is what somebody keeps looking for, in the search language, and `account` the name of a company.
    """
    post = "question" if on_question else "answer"
    quoted = search if '"' in search else f"“{search}”"
    said = {"who": who or NOBODY_NOW, "post": post, "words": words, "search": quoted, "account": account}
    return SENTENCES[Kind(kind)].format(**said)
