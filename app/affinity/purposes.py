"""What a report is read for: a closed list. What is chosen is printed below the report, and the members read it."""

from __future__ import annotations

import enum


class Purpose(enum.StrEnum):
    """Why somebody opened a report. The values stand in the trail and in `report_views`."""

    LOOKING_AFTER = "looking_after"
    VISIT = "visit"
    REVIEW = "review"
    ANSWER = "answer"
    LEADERSHIP = "leadership"

    @property
    def words(self) -> str:
        """The purpose as a reader says it."""
        return WORDS[self]


WORDS = {
    Purpose.LOOKING_AFTER: "Looking after the account",
    Purpose.VISIT: "Preparing a visit or a call that was agreed",
    Purpose.REVIEW: "Going through the year with the customer",
    Purpose.ANSWER: "Seeing to a question that waits",
    Purpose.LEADERSHIP: "Telling leadership how accounts are served",
}
USUAL = Purpose.LOOKING_AFTER


def read_purpose(value: str | None) -> Purpose:
    """The purpose that goes by this name; the usual one for none, and for one that is not in the list."""
    try:
        return Purpose(value or "")
    except ValueError:
        return USUAL


def words_of(value: str) -> str:
    """What a purpose that was kept is called; "" for one of a time before there were any."""
    return next((purpose.words for purpose in Purpose if purpose == value), "")
