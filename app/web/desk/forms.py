"""Forms of the desk: the shape of what is typed. What may be done, rules say."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.desk.rules import LONGEST_NOTE, LONGEST_REASON, LONGEST_REPLY, LONGEST_REPLY_TITLE, LONGEST_WELCOME
from app.web.questions.checking import CheckedForm
from app.web.questions.forms import CreatingForm
from app.web.ui.fields import at_most, squeeze


class CallForm(FlaskForm):
    """An expert to call, by the button that was pressed, and a sentence for them."""

    note = TextAreaField(
        "A sentence for whoever you ask",
        description="Why them, or what to look at first. Everything else stands in the question.",
        validators=[Optional(), at_most(LONGEST_NOTE)],
    )
    expert = IntegerField(validators=[InputRequired(), NumberRange(min=1, max=2**63 - 1)])


class DeclineForm(FlaskForm):
    """Why an expert cannot help."""

    reason = StringField(
        "Why not, and who could?",
        filters=[squeeze],
        validators=[
            DataRequired("Say in a few words why, so that the asker knows whom to ask next."),
            Length(max=LONGEST_REASON, message=f"Keep the reason to {LONGEST_REASON} letters."),
        ],
    )


class WelcomeForm(CheckedForm):
    """What somebody says to a newcomer."""

    words = TextAreaField(
        "Your words",
        description="Who you are, and that the question is in good hands. They stand below the question.",
        validators=[
            DataRequired("Write a few words of welcome first."),
            at_most(LONGEST_WELCOME),
        ],
    )


class ReplyForm(CreatingForm):
    """A reply template."""

    title = StringField(
        "What you call it",
        filters=[squeeze],
        validators=[
            DataRequired("Give it a name, so that you find it again."),
            Length(max=LONGEST_REPLY_TITLE, message=f"Keep the name to {LONGEST_REPLY_TITLE} letters."),
        ],
    )
    body = TextAreaField(
        "The text",
        description="Markdown, as in an answer. Filled in for each question: {asker}, {product}, {version}, {question} "
        "and {me}.",
        validators=[
            DataRequired("Write the text first."),
            Length(max=LONGEST_REPLY, message=f"Keep the text to {LONGEST_REPLY:,} letters."),
        ],
    )
    shared = BooleanField("Share it", description="All experts can use it then; only you and stewards can change it.")
