"""What each letter says. Links are made as it is composed, and are good for 30 minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.kernel.settings import settings
from app.people import recovery_codes
from app.people.letters import Leased, LetterKind
from app.people.tokens import Purpose, make_token

NEW_PASSWORD = "Set a new password"  # noqa: S105 - words on a link


@dataclass(frozen=True, kw_only=True)
class Words:
    """The news in the subject, paragraphs, one thing to do (a label and a path), and why one gets the letter.

    `calendar` is a file to note it down with, for what has a time.
    """

    subject: str
    paragraphs: tuple[str, ...]
    deed: str
    path: str
    why: str
    calendar: bytes = b""


def _confirm(leased: Leased) -> Words:
    site, handle = settings().site_name, leased.person.handle
    return Words(
        subject=f"Confirm your address for {site}",
        paragraphs=(
            f"Somebody, we hope you, has registered with this address at {site} under the handle @{handle}.",
            "Open the link within 30 minutes and confirm, and you can ask and answer.",
        ),
        deed="Confirm your address",
        path=f"/confirm/{make_token(Purpose.CONFIRM, leased.person)}",
        why="You get this because somebody registered with your address. If it was not you, do nothing: nothing "
        "comes of it then.",
    )


def _already_registered(leased: Leased) -> Words:
    return Words(
        subject=f"You are registered at {settings().site_name} already",
        paragraphs=(
            "Somebody, we hope you, wanted to register with this address.",
            f"It has a place here already: your handle is @{leased.person.handle}. Sign in with your password.",
            "If you do not know it any more, the link leads to a new one.",
        ),
        deed=NEW_PASSWORD,
        path=f"/reset/{make_token(Purpose.RESET, leased.person)}",
        why="You get this because somebody entered your address. If it was not you, do nothing: they have not been "
        "told that you are registered.",
    )


def _reset(leased: Leased) -> Words:
    return Words(
        subject=f"Set a new password for {settings().site_name}",
        paragraphs=("You asked for a way to set a new password. The link is good for 30 minutes and for one use.",),
        deed=NEW_PASSWORD,
        path=f"/reset/{make_token(Purpose.RESET, leased.person)}",
        why="You get this because somebody entered your address. If it was not you, do nothing: your password stays.",
    )


def _password_changed(leased: Leased) -> Words:
    return Words(
        subject=f"Your password at {settings().site_name} was changed",
        paragraphs=(
            "Your password was changed a moment ago, and every other browser was signed out.",
            "If that was you, there is nothing to do. If not, set a new one now, and write to us.",
        ),
        deed=NEW_PASSWORD,
        path="/reset",
        why="You get this whenever your password changes. It cannot be switched off.",
    )


def _address_changing(leased: Leased) -> Words:
    return Words(
        subject=f"Your address at {settings().site_name} is being changed",
        paragraphs=(
            "Somebody who is signed in as you, and knows your password, has entered another address.",
            "It takes the place of this one as soon as it is confirmed.",
            "If that was you, there is nothing to do here. If not, set a new password now: that ends it.",
        ),
        deed=NEW_PASSWORD,
        path=f"/reset/{make_token(Purpose.RESET, leased.person)}",
        why="You get this whenever your address changes. It cannot be switched off.",
    )


def _confirm_new_address(leased: Leased) -> Words:
    return Words(
        subject=f"Confirm your new address for {settings().site_name}",
        paragraphs=("You want to use this address from now on. Open the link within 30 minutes and confirm it.",),
        deed="Confirm this address",
        path=f"/settings/address/{make_token(Purpose.NEW_ADDRESS, leased.person, leased.address)}",
        why="You get this because a member entered your address. If it was not you, do nothing.",
    )


def _many_attempts(leased: Leased) -> Words:
    return Words(
        subject=f"Somebody tries passwords for you at {settings().site_name}",
        paragraphs=(
            "Ten times in ten minutes somebody entered your address with a wrong password.",
            "Nobody can sign in as you for the next minutes, not even with the right one.",
            "If that was you, wait a little or set a new password. If not, your password held.",
        ),
        deed=NEW_PASSWORD,
        path="/reset",
        why="You get this once when it happens. It cannot be switched off.",
    )


def _two_places(leased: Leased) -> Words:
    return Words(
        subject=f"Two people may be signed in as you at {settings().site_name}",
        paragraphs=(
            "Within half an hour your account was used in two different browsers from two different networks.",
            "If both were you, there is nothing to do, and you are not told of the new one again.",
            "If not, end what you do not know on the page below, and change your password. The stewards know.",
            "A colleague who wants to write here gets an account of their own: others rely on whose name they read.",
        ),
        deed="See where you are signed in",
        path="/settings/sessions",
        why="You get this when it happens, at most once a day. It cannot be switched off.",
    )


def _many_codes(leased: Leased) -> Words:
    return Words(
        subject=f"Somebody who knows your password tries codes at {settings().site_name}",
        paragraphs=(
            "Ten times in ten minutes somebody signed in with your password, and then entered a wrong code.",
            "Your second factor held: they are not in. For the next minutes no code is taken, not even the right one.",
            "If that was you, wait a little. If not, set another password now: somebody knows the one you have.",
        ),
        deed=NEW_PASSWORD,
        path="/reset",
        why="You get this once when it happens. It cannot be switched off.",
    )


def _second_factor_changed(leased: Leased) -> Words:
    return Words(
        subject=f"Your second factor at {settings().site_name} was changed",
        paragraphs=(
            "A moment ago an app, a passkey or recovery codes of yours were added, made anew or taken away.",
            "If that was you, there is nothing to do. If not, set a new password now, and write to us.",
        ),
        deed="See what is set up",
        path="/settings/second-factor",
        why="You get this whenever your second factor changes. It cannot be switched off.",
    )


def _second_factor_removed(leased: Leased) -> Words:
    return Words(
        subject=f"Your second factor at {settings().site_name} was taken away",
        paragraphs=(
            "An admin has taken away your app, your passkeys and your recovery codes, and signed every browser out.",
            "If you have asked for that, sign in with your password and set up a new one. If not, write to us now.",
        ),
        deed="Sign in",
        path="/sign-in",
        why="You get this because it concerns how you sign in. It cannot be switched off.",
    )


def _recovery_code_used(leased: Leased) -> Words:
    left = recovery_codes.count_left(leased.person)
    return Words(
        subject=f"A recovery code of yours was used at {settings().site_name}",
        paragraphs=(
            f"Somebody who knows your password has used one of your recovery codes. Codes left: {left}.",
            "If that was you, there is nothing to do; make new codes before the last one is gone.",
            "If not, set a new password now, and make new codes.",
        ),
        deed="Make new codes",
        path="/settings/second-factor",
        why="You get this whenever a recovery code is used. It cannot be switched off.",
    )


def _company_set(leased: Leased) -> Words:
    site = settings().site_name
    return Words(
        subject=f"Your company at {site} was set",
        paragraphs=(
            "One of our admins has set which company you belong to here, and wrote down why.",
            "You can read both in your settings, and undo it there.",
        ),
        deed="Read why",
        path="/settings/privacy",
        why="You get this whenever somebody else sets your company. It cannot be switched off.",
    )


WORDS: dict[LetterKind, Callable[[Leased], Words]] = {
    LetterKind.CONFIRM: _confirm,
    LetterKind.ALREADY_REGISTERED: _already_registered,
    LetterKind.RESET: _reset,
    LetterKind.PASSWORD_CHANGED: _password_changed,
    LetterKind.ADDRESS_CHANGING: _address_changing,
    LetterKind.CONFIRM_NEW_ADDRESS: _confirm_new_address,
    LetterKind.MANY_ATTEMPTS: _many_attempts,
    LetterKind.MANY_CODES: _many_codes,
    LetterKind.COMPANY_SET: _company_set,
    LetterKind.SECOND_FACTOR_CHANGED: _second_factor_changed,
    LetterKind.SECOND_FACTOR_REMOVED: _second_factor_removed,
    LetterKind.RECOVERY_CODE_USED: _recovery_code_used,
    LetterKind.TWO_PLACES: _two_places,
}
