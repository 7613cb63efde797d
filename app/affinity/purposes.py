"""What a report is read for: a closed list. What is chosen is printed below the report, and the members read it."""

from __future__ import annotations

import enum

from app.kernel.errors import RuleBroken


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


def choose_purpose(value: str | None) -> Purpose:
    """The purpose that a reader has chosen by this name. Raises RuleBroken for what is not in the list."""
    try:
        return Purpose(value or "")
    except ValueError as unknown:
        raise RuleBroken("Choose from the list what you are reading this for.") from unknown


def read_purpose(value: str | None) -> Purpose:
    """The purpose that was kept under this name; the usual one where none was, or one that is in the list no more."""
    return next((purpose for purpose in Purpose if purpose == value), USUAL)


def words_of(value: str) -> str:
    """What a purpose that was kept is called; "" for one of a time before there were any."""
    return next((purpose.words for purpose in Purpose if purpose == value), "")
