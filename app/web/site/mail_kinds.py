"""Every kind of mail that the site can send, as a reader is told of it. There is no other."""

from __future__ import annotations

from app.people.letters import LetterKind

MAIL_KINDS: dict[LetterKind, str] = {
    LetterKind.CONFIRM: "A link to confirm your address, when somebody registers with it",
    LetterKind.ALREADY_REGISTERED: "A word that you are registered already, when somebody registers with your address",
    LetterKind.RESET: "A link to set a new password, when you ask for one",
    LetterKind.PASSWORD_CHANGED: "A word when your password was changed",
    LetterKind.ADDRESS_CHANGING: "A word to your old address when you enter another one",
    LetterKind.CONFIRM_NEW_ADDRESS: "A link to your new address, to confirm it",
    LetterKind.MANY_ATTEMPTS: "A warning when somebody tries passwords for you",
    LetterKind.MANY_CODES: "A warning when somebody who knows your password tries codes",
    LetterKind.TWO_PLACES: "A warning when two people seem to use your account",
    LetterKind.SECOND_FACTOR_CHANGED: "A word when your second factor changes",
    LetterKind.SECOND_FACTOR_REMOVED: "A word when an admin takes your second factor away",
    LetterKind.RECOVERY_CODE_USED: "A word when a recovery code of yours is used",
    LetterKind.COMPANY_SET: "A word when an admin says to which company you belong",
    LetterKind.MEETING_AGREED: "A word when a meeting you asked for or offered is agreed, and a file for your calendar",
    LetterKind.MEETING_CHANGED: "A word when another time is proposed for it",
    LetterKind.MEETING_OFF: "A word when it does not take place",
    LetterKind.MEETING_SOON: "A reminder within a day of it",
}
