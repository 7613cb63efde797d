"""Refusals. Each carries a sentence for the reader and the HTTP status that a shell answers with."""

from __future__ import annotations


class Refusal(Exception):
    """Something was not done. `sentence` says what is wrong and how to mend it."""

    status = 422
    retry_after: int | None = None

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Malformed(Refusal):
    """The request cannot be read."""

    status = 400


class SignInNeeded(Refusal):
    """Only a signed-in person may do this."""

    status = 401


class NotAllowed(Refusal):
    """The person may see this but may not do it."""

    status = 403


class NotFound(Refusal):
    """Unknown, or not visible to this person: the answer is the same."""

    status = 404

    def __init__(self, sentence: str = "This page is not here. Either it never was, or it is not for you.") -> None:
        super().__init__(sentence)


class ChangedMeanwhile(Refusal):
    """Somebody else changed the same thing first."""

    status = 409


class TooLarge(Refusal):
    """More than we take."""

    status = 413


class WrongKind(Refusal):
    """A kind of file that we do not take."""

    status = 415


class RuleBroken(Refusal):
    """Understood, and refused by a rule."""

    status = 422


class TooOften(Refusal):
    """Too many of these in a short time. `retry_after` in seconds."""

    status = 429

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Busy(Refusal):
    """The site cannot do it right now. `retry_after` in seconds."""

    status = 503

    def __init__(self, sentence: str, retry_after: int = 10) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class NoRoom(Refusal):
    """There is no room left to store it."""

    status = 507
