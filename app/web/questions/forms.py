"""The shape of what is typed; the rules stay in the domains."""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.kernel.text import MAX_SOURCE
from app.posts.bodies import LONGEST_COMMENT
from app.questions.rules import LONGEST_TITLE, LONGEST_VERSION, SHORTEST_TITLE
from app.topics import queries as topics
from app.topics.models import Product

NO_PRODUCT = ""
TOO_LONG_BODY = f"Keep it to {MAX_SOURCE:,} characters; a long log is better cut to the lines that matter."


def squeeze(value: str | None) -> str | None:
    """One line with single spaces."""
    return " ".join(value.split()) if value else value


def split_tags(value: str | None) -> list[str]:
    """Tags as people type them: with commas or spaces between."""
    return [tag for tag in re.split(r"[,\s]+", value or "") if tag]


class CreatingForm(FlaskForm):
    """A form that creates something: sent twice, it creates once."""

    idempotency_key = HiddenField(default=lambda: secrets.token_urlsafe(16))


class BodyForm(CreatingForm):
    """A form with one long text."""

    body = TextAreaField(
        "Your answer",
        description="Say first what to do, then why. Markdown works; put logs between lines of three backticks.",
        validators=[DataRequired("Write your answer first."), Length(max=MAX_SOURCE, message=TOO_LONG_BODY)],
    )


class AnswerForm(BodyForm):
    """An answer."""


class CommentForm(CreatingForm):
    """A remark below a post."""

    body = TextAreaField(
        "Your comment",
        description="To ask back or to add a detail. A solution belongs into an answer.",
        validators=[
            DataRequired("Write your comment first."),
            Length(max=LONGEST_COMMENT, message=f"Keep a comment to {LONGEST_COMMENT:,} characters."),
        ],
    )


class QuestionFields(FlaskForm):
    """What asking and editing a question have in common."""

    title = StringField(
        "Your question in one sentence",
        description="What goes wrong, on what, since when. This is what others will search for.",
        filters=[squeeze],
        validators=[
            DataRequired("Enter your question in one sentence."),
            Length(min=SHORTEST_TITLE, message=f"Say in at least {SHORTEST_TITLE} letters what goes wrong, and where."),
            Length(max=LONGEST_TITLE, message=f"Keep it to {LONGEST_TITLE} letters; the details belong below."),
        ],
    )
    product = SelectField("Product", description="The one that misbehaves.", choices=[], default=NO_PRODUCT)
    version = StringField(
        "Version",
        description="As the device shows it.",
        filters=[squeeze],
        validators=[Optional(), Length(max=LONGEST_VERSION, message=f"Keep it to {LONGEST_VERSION} letters.")],
    )
    body = TextAreaField(
        "What happens, and what did you try?",
        description="What you did, what you expected, what came instead. Put logs between lines of three backticks.",
        validators=[
            DataRequired("Say what happens, so that somebody can help."),
            Length(max=MAX_SOURCE, message=TOO_LONG_BODY),
        ],
    )
    tags = StringField(
        "Tags",
        description="One to five topics with commas between, such as replication, firmware.",
        validators=[DataRequired("Add at least one tag, so that the right people see your question.")],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.products = topics.all_products()
        names = [SelectChoice(product.slug, product.name) for product in self.products]
        self.product.choices = [SelectChoice(NO_PRODUCT, "None, or not sure"), *names]
        # What the version field suggests. Worked out now: a form that is shown again because it was refused outlives
        # the transaction in which the products were read.
        self.known_versions = sorted({version.name for product in self.products for version in product.versions})

    @property
    def chosen_product(self) -> Product | None:
        return next((product for product in self.products if product.slug == self.product.data), None)


class AskForm(QuestionFields, CreatingForm):
    """A new question."""


class RevisionFields(FlaskForm):
    """Which text an edit started from, and why it was made."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired(), NumberRange(min=1, max=1_000_000)])
    reason = StringField(
        "What did you change, and why?",
        filters=[squeeze],
        validators=[Optional(), Length(max=200, message="Keep the reason to 200 letters.")],
    )


class EditQuestionForm(QuestionFields, RevisionFields):
    """Another text for a question."""


class EditAnswerForm(RevisionFields):
    """Another text for an answer."""

    body = TextAreaField(
        "Your answer",
        validators=[DataRequired("Write your answer first."), Length(max=MAX_SOURCE, message=TOO_LONG_BODY)],
    )


class VoteForm(FlaskForm):
    """1 helpful, -1 not helpful, 0 takes the vote back."""

    value = IntegerField(validators=[AnyOf((1, 0, -1))])


class AcceptForm(FlaskForm):
    """Which answer solved the question."""

    answer = IntegerField(validators=[InputRequired(), NumberRange(min=1, max=2**63 - 1)])


# The forms with a text that can be looked at before it is posted.
PreviewedForm = AskForm | AnswerForm | EditQuestionForm | EditAnswerForm
