"""The shape of what is said of answers; the rules stay in the domain."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.kernel.text import MAX_SOURCE
from app.marks.models import MarkKind
from app.marks.rules import LONGEST_SENTENCE, LONGEST_THANKS
from app.questions.rules import LONGEST_VERSION
from app.topics import queries as topics
from app.web.questions.checking import CheckedForm
from app.web.questions.forms import NO_PRODUCT, TOO_LONG_BODY
from app.web.ui.fields import at_most, squeeze

TOO_LONG = f"Keep it to {LONGEST_SENTENCE} letters; details belong into a comment."
KINDS = [
    SelectChoice(MarkKind.WORKS, "It works for me"),
    SelectChoice(MarkKind.FAILS, "It does not work for me"),
    SelectChoice(MarkKind.OUTDATED, "It is outdated"),
    SelectChoice(MarkKind.DANGEROUS, "It is dangerous"),
]


class MarkForm(CheckedForm):
    """What somebody found out about an answer, with which product and version."""

    kind = RadioField("What did you find out?", choices=KINDS, validators=[InputRequired("Choose one of these.")])
    product = SelectField("Product", choices=[], default=NO_PRODUCT, validate_choice=False)
    version = StringField(
        "Version",
        description="The one you tried it with; for a warning, the one it is for. Empty means all of them.",
        filters=[squeeze],
        validators=[Optional(), at_most(LONGEST_VERSION)],
    )
    sentence = StringField(
        "In one sentence",
        description="A warning needs one: what is right today, or what happens to those who follow the answer.",
        filters=[squeeze],
        validators=[Optional(), Length(max=LONGEST_SENTENCE, message=TOO_LONG)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = topics.all_products()
        names = [SelectChoice(product.slug, product.name) for product in products]
        self.product.choices = [SelectChoice(NO_PRODUCT, "None, or not sure"), *names]
        self.known_versions = sorted({version.name for product in products for version in product.versions})


class RecommendForm(CheckedForm):
    """Why an expert recommends an answer."""

    reason = StringField(
        "Why do you recommend it?",
        description="One sentence, under your name. It stands above the answer.",
        filters=[squeeze],
        validators=[DataRequired("Say why you recommend it."), Length(max=LONGEST_SENTENCE, message=TOO_LONG)],
    )


class ThanksForm(CheckedForm):
    """Why somebody is thankful for an answer."""

    words = StringField(
        "Your words",
        description="What it did for you, in a sentence. They stand below the answer with your name.",
        filters=[squeeze],
        validators=[
            DataRequired("Say in a few words what you are thankful for."),
            at_most(LONGEST_THANKS),
        ],
    )


class SettleForm(CheckedForm):
    """What was done about a warning."""

    note = StringField(
        "What did you do about it?",
        description="One sentence. The warning stays readable here with your note, and counts no longer.",
        filters=[squeeze],
        validators=[DataRequired("Say what you did about it."), Length(max=LONGEST_SENTENCE, message=TOO_LONG)],
    )


class CorrectionForm(CheckedForm):
    """A right text for an answer that was wrong."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired(), NumberRange(min=1, max=1_000_000)])
    reason = StringField(
        "What was wrong?",
        description="One sentence. It stands below the new text, with the date.",
        filters=[squeeze],
        validators=[DataRequired("Say what was wrong."), Length(max=LONGEST_SENTENCE, message=TOO_LONG)],
    )
    body = TextAreaField(
        "What is right",
        description="The whole answer, as it should be read from now on. Markdown works.",
        validators=[DataRequired("Write what is right."), Length(max=MAX_SOURCE, message=TOO_LONG_BODY)],
    )
    thanks = StringField(
        "Thanks to",
        description="The handle of whoever pointed it out, such as @martak.",
        filters=[squeeze],
        validators=[Optional(), Length(max=40, message="A handle is shorter than that.")],
    )
