"""Forms of signing in and of settings: the shape of what is typed. What a password or a handle must be, rules say."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Optional

from app.people.invitations import LONGEST_NOTE
from app.people.rules import LONGEST_AWAY_NOTE
from app.web.ui.fields import at_most, squeeze

LONGEST_TYPED = 1_000

ADDRESS_MISSING = "Enter your e-mail address."
PASSWORD_MISSING = "Enter your password."  # noqa: S105 - a sentence
HANDLE_HINT = "What people call you here: 3 to 30 letters, digits, - or _. It can be changed once in 90 days."
STAFF_PASSWORD_HINT = "15 characters or more. Four or five words are easy to remember."  # noqa: S105 - a sentence
PASSWORD_HINT = "10 characters or more. Four or five words are easy to remember."  # noqa: S105 - a sentence


def bare_handle(value: str | None) -> str | None:
    """A handle without the @ that people put in front of it."""
    return value.strip().removeprefix("@") if value else value


def address_field(label: str = "E-mail address", hint: str = "") -> EmailField:
    """A field for one address."""
    validators = [InputRequired(ADDRESS_MISSING), at_most(LONGEST_TYPED)]
    return EmailField(label, description=hint, validators=validators)


def password_field(label: str = "Password", missing: str = PASSWORD_MISSING, hint: str = "") -> PasswordField:
    """A field for one password."""
    validators = [InputRequired(missing), at_most(LONGEST_TYPED)]
    return PasswordField(label, description=hint, validators=validators)


class PlainForm(FlaskForm):
    """A button alone."""


class SignInForm(FlaskForm):
    """Address and password."""

    email = address_field()
    password = password_field()
    stay = BooleanField("Stay signed in on this computer")
    next = HiddenField()


class NewMemberForm(FlaskForm):
    """What is asked of somebody who joins."""

    name = StringField(
        "Your name",
        filters=[squeeze],
        description="Your real name, as colleagues know it. Everybody can read it.",
        validators=[InputRequired("Enter your name as colleagues know it."), at_most(LONGEST_TYPED)],
    )
    handle = StringField(
        "Your handle",
        filters=[bare_handle],
        description=HANDLE_HINT,
        validators=[InputRequired("Choose a handle."), at_most(LONGEST_TYPED)],
    )
    email = address_field("Your work address", hint="Nobody else sees it. We send one mail to it, to confirm it.")
    password = password_field(missing="Choose a password.", hint=PASSWORD_HINT)


class HandleForm(FlaskForm):
    """Another handle."""

    handle = StringField(
        "Your handle",
        filters=[bare_handle],
        description="3 to 30 letters, digits, - or _. Capitals are shown as you type them.",
        validators=[InputRequired("Enter a handle."), at_most(LONGEST_TYPED)],
    )


class InvitationForm(FlaskForm):
    """For whom an invitation is."""

    note = StringField(
        "For whom is it?",
        filters=[squeeze],
        description="So that you can tell your invitations apart. Only you and the admins read it.",
        validators=[Optional(), at_most(LONGEST_NOTE)],
    )


class FirstAdminForm(NewMemberForm):
    """The first admin also shows that the machine is theirs, and has an employee's password."""

    email = address_field("Your work address", hint="Nobody else sees it.")
    password = password_field(missing="Choose a password.", hint=STAFF_PASSWORD_HINT)

    code = StringField(
        "First-run code",
        filters=[squeeze],
        validators=[InputRequired("Enter the code from the file."), at_most(LONGEST_TYPED)],
    )


class ProofForm(FlaskForm):
    """Whoever does something weighty shows once more who they are."""

    password = password_field("Your password")
    next = HiddenField()


class AddressForm(FlaskForm):
    """An address that a letter shall go to."""

    email = address_field()


class PasswordAgainForm(FlaskForm):
    """The password of somebody who opened a link in another browser than the one they joined with."""

    password = PasswordField("The password you chose", validators=[at_most(LONGEST_TYPED)])


class NewPasswordForm(FlaskForm):
    """A password to be used from now on."""

    new_password = password_field("New password", missing="Choose a new password.")


class ChangePasswordForm(NewPasswordForm):
    """Whoever changes a password shows that they know the present one."""

    password = password_field("Present password", missing="Enter your present password.")


class ChangeAddressForm(FlaskForm):
    """Whoever changes an address shows that they know the password."""

    email = address_field("New e-mail address")
    password = password_field("Your password")


class DayField(DateField):
    """A day that one can also type."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a day such as 2026-08-31.")


class AwayForm(FlaskForm):
    """Until when an expert is away."""

    until = DayField(
        "Back on",
        description="The first day on which people can ask you again.",
        validators=[InputRequired("Enter the day on which you are back, such as 2026-08-31.")],
    )
    note = StringField(
        "A few words for others",
        filters=[squeeze],
        description="Who can help meanwhile, say. Everybody can read it.",
        validators=[Optional(), at_most(LONGEST_AWAY_NOTE)],
    )
