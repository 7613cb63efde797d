"""Forms of the second factor: what is typed, and what a browser with a passkey fills in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from app.people.passkeys import LONGEST_ANSWER, LONGEST_NAME
from app.web.ui.fields import squeeze

LONGEST_CODE = 60
NAME_MISSING = "Give the passkey a name: the device it lies on, say."


def code_field(label: str, hint: str) -> StringField:
    """A field for a code."""
    validators = [InputRequired("Enter the code."), Length(max=LONGEST_CODE, message="A code is shorter.")]
    return StringField(label, filters=[squeeze], description=hint, validators=validators)


class CodeForm(FlaskForm):
    """Whoever signs in, or shows once more who they are."""

    code = code_field("Code", "The six digits that your app shows now, or one of your recovery codes.")
    next = HiddenField()


class AppForm(FlaskForm):
    """The first code of an app shows that it is set up."""

    code = code_field("Code", "The six digits that the app shows now.")


class PasskeyForm(FlaskForm):
    """A browser's answer with a passkey; its script fills it in."""

    credential = HiddenField(validators=[Length(max=LONGEST_ANSWER)])
    next = HiddenField()


class NewPasskeyForm(FlaskForm):
    """A new passkey, and what it is called."""

    name = StringField(
        "Name",
        filters=[squeeze],
        description="So that you know it again: “Telephone”, “Blue key”.",
        validators=[InputRequired(NAME_MISSING), Length(max=LONGEST_NAME, message=f"{LONGEST_NAME} letters at most.")],
    )
    credential = HiddenField(validators=[Length(max=LONGEST_ANSWER)])
