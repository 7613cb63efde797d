"""The shape of what is typed when a thread is looked after; the rules stay in the domain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.curation.rules import LONGEST_NOTE, LONGEST_WORDS
from app.questions.models import Question
from app.web.ui.fields import at_most, squeeze

ADDRESS = "Its address or its number"


class OtherForm(FlaskForm):
    """Another question: by its address or number, or one of those that look like this one."""

    similar = RadioField("These look close", choices=[], validators=[Optional()], validate_choice=False)
    other = StringField(
        ADDRESS,
        description="Paste it from the address bar. What stands here counts more than a choice above.",
        filters=[squeeze],
        validators=[Optional(), Length(max=300, message="That is no address of a question here.")],
    )

    def offer(self, questions: Iterable[Question]) -> None:
        """Let one of these be chosen."""
        self.similar.choices = [SelectChoice(str(one.id), one.title) for one in questions]

    @property
    def named(self) -> str:
        """What was chosen, as it was typed."""
        return self.other.data or self.similar.data or ""


class DuplicateForm(OtherForm):
    """Which question asks the same."""

    note = StringField(
        "How can one tell?",
        description="One sentence for whoever decides.",
        filters=[squeeze],
        validators=[Optional(), at_most(LONGEST_NOTE)],
    )


class MergeForm(OtherForm):
    """Which thread takes this one in."""

    note = StringField(
        "A word to those who wrote here",
        filters=[squeeze],
        validators=[Optional(), at_most(LONGEST_WORDS)],
    )


class RefusalForm(FlaskForm):
    """Why two questions do not ask the same."""

    words = StringField(
        filters=[squeeze],
        validators=[
            DataRequired("Say in a few words how they differ."),
            at_most(LONGEST_NOTE),
        ],
    )


class NoteForm(FlaskForm):
    """A few words, or none."""

    note = TextAreaField(
        "A word to those who read it",
        validators=[Optional(), at_most(LONGEST_WORDS)],
    )


class CloseForm(NoteForm):
    """Why a question takes no more answers."""

    reason = RadioField("Why", choices=[], validators=[DataRequired("Choose why.")], validate_choice=False)


class MoveForm(FlaskForm):
    """Other topics for a question."""

    tags = StringField(
        "Tags",
        description="One to five topics with commas between. Another name of a topic leads to its main one.",
        validators=[DataRequired("Add at least one tag.")],
    )
    reason = StringField(
        "Why",
        description="It stands in the revisions.",
        filters=[squeeze],
        validators=[Optional(), Length(max=200, message="Keep the reason to 200 letters.")],
    )


class SplitForm(FlaskForm):
    """The question that comments are to become."""

    comments = SelectMultipleField("The comments that belong together", choices=[], coerce=int, validate_choice=False)
    title = StringField(
        "The question in one sentence",
        description="As whoever wrote the first of them would ask it.",
        filters=[squeeze],
        validators=[DataRequired("Enter the question in one sentence.")],
    )
    tags = StringField("Tags", validators=[DataRequired("Add at least one tag.")])


class NarrowForm(FlaskForm):
    """Why a public question becomes confidential."""

    reason = StringField(
        "Why",
        description="Those who can still read it see this.",
        filters=[squeeze],
        validators=[
            DataRequired("Say in a few words why."),
            at_most(LONGEST_WORDS),
        ],
    )


class ConsentForm(FlaskForm):
    """Agreeing that a confidential thread becomes public; whoever asked says what goes with it."""

    withhold = BooleanField("Withhold the company", description="Your handle stays, and so does everybody's.")


def with_reasons(form: CloseForm, reasons: Iterable[Any]) -> CloseForm:
    """Let one of these (reason and what it says) be chosen."""
    form.reason.choices = [SelectChoice(value, words) for value, words in reasons]
    return form
