"""The shape of what is typed; the rules stay in the domains."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.kernel.settings import settings
from app.kernel.text import MAX_SOURCE
from app.people.handles import LONGEST as LONGEST_HANDLE
from app.people.models import Person
from app.posts.bodies import LONGEST_COMMENT
from app.questions.actions import Involved
from app.questions.composition import compose_body
from app.questions.models import Intent, InvolvedProduct, Visibility
from app.questions.rules import LONGEST_PRODUCT, LONGEST_TITLE, LONGEST_VERSION, SHORTEST_TITLE
from app.topics import queries as topics
from app.topics.models import Product
from app.web.drafts.recalling import DraftedForm
from app.web.questions.checking import CheckedForm
from app.web.ui.fields import at_most, squeeze

NO_PRODUCT = ""
# Asked of everybody, without the name of the company.
WITHHELD = "withheld"
TOO_LONG_BODY = f"Keep it to {MAX_SOURCE:,} characters; a long log is better cut to the lines that matter."


def read_others(value: str | None, products: Sequence[Product]) -> list[Involved]:
    """The other products, one a line or between semicolons. A last word that has a digit is the version."""
    known = {product.name.lower(): product for product in products}
    found = []
    for line in re.split(r"[\n;]+", value or ""):
        words = " ".join(line.split())
        if not words:
            continue
        name, _, version = words.rpartition(" ")
        if not name or not any(letter.isdigit() for letter in version) or words.lower() in known:
            name, version = words, ""
        found.append(Involved(name=name, version=version, product=known.get(name.lower())))
    return found


def write_others(involved: Sequence[InvolvedProduct]) -> str:
    """The other products as they are typed: one a line."""
    return "\n".join(f"{other.name} {other.version}".strip() for other in involved)


def split_tags(value: str | None) -> list[str]:
    """Tags as people type them: with commas or spaces between."""
    return [tag for tag in re.split(r"[,\s]+", value or "") if tag]


class KeyField(HiddenField):
    """The key of a form that creates; another one whenever it is drawn, for what is drawn again was not taken."""

    def _value(self) -> str:
        return secrets.token_urlsafe(16)


class CreatingForm(CheckedForm):
    """A form that creates something: sent twice, it creates once."""

    idempotency_key = KeyField()


class BodyForm(CreatingForm):
    """A form with one long text."""

    body = TextAreaField(
        "Your answer",
        description="Say first what to do, then why. Markdown works; put logs between lines of three backticks.",
        validators=[DataRequired("Write your answer first."), Length(max=MAX_SOURCE, message=TOO_LONG_BODY)],
    )


class AdviceField(FlaskForm):
    """The other maker's product that an answer recommends."""

    honest_advice = StringField(
        "Which product of another maker do you recommend?",
        description="Its name stands above your answer as honest advice. Such an answer ranks like any other.",
        filters=[squeeze],
        validators=[Optional(), at_most(LONGEST_PRODUCT)],
    )


class AnswerForm(BodyForm, DraftedForm, AdviceField):
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
    ask_for_more = BooleanField("I need more from the person who asked", description="They have the next step then.")


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
        validators=[Optional(), at_most(LONGEST_VERSION)],
    )
    others = TextAreaField(
        "Other products involved",
        description="One a line with its version, ours and other makers': Brightwater Hypervisor 8.1. "
        "Questions across vendors are welcome.",
        render_kw={"rows": 2},
        validators=[Optional(), Length(max=1_000, message="Keep this list to 1,000 letters.")],
    )
    body = TextAreaField(
        "What happens, and what did you expect?",
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
    def whole_body(self) -> str:
        """The text of the question."""
        return self.body.data or ""

    @property
    def chosen_product(self) -> Product | None:
        return next((product for product in self.products if product.slug == self.product.data), None)


class AskForm(QuestionFields, CreatingForm, DraftedForm):
    """A new question. The texts of its fields become one, see `app.questions.composition`."""

    intent = RadioField(
        "What is it about?",
        choices=[
            SelectChoice(Intent.PROBLEM, "Something does not work, or I do not know how"),
            SelectChoice(Intent.THINKING, "I am thinking about something, before I decide or buy"),
        ],
        default=Intent.PROBLEM,
    )
    log = TextAreaField(
        "Log lines",
        description="The twenty lines around the moment are worth more than the whole file.",
        validators=[Optional(), Length(max=MAX_SOURCE, message=TOO_LONG_BODY)],
    )
    environment = TextAreaField(
        "Where does it happen?",
        description="How it is set up: topology, protocol, sizes, anything unusual.",
        render_kw={"rows": 2},
        validators=[Optional(), Length(max=5_000, message="Keep this to 5,000 letters.")],
    )
    tried = TextAreaField(
        "What have you tried?",
        render_kw={"rows": 2},
        validators=[Optional(), Length(max=5_000, message="Keep this to 5,000 letters.")],
    )
    visibility = RadioField("Who may read it?", default=Visibility.PUBLIC)
    # The handle of an expert who is asked to look at the question once it is there.
    ask = StringField("Whom to ask to look", validators=[Optional(), Length(max=LONGEST_HANDLE)])

    def __init__(self, *args: Any, asker: Person, employer: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visibility.choices = audiences(asker, employer)

    @property
    def whole_body(self) -> str:
        """The one text that the fields make."""
        return compose_body(
            self.body.data or "",
            environment=self.environment.data or "",
            log=self.log.data or "",
            tried=self.tried.data or "",
        )


def audiences(asker: Person, employer: str) -> list[SelectChoice]:
    """Who may be asked, by the value of the field; what a choice means stands in the template beside it."""
    company = settings().company_name
    if asker.is_employee:
        return [
            SelectChoice(Visibility.PUBLIC, "Everyone"),
            SelectChoice(Visibility.EMPLOYEES, f"Only people who work at {company}"),
        ]
    if not employer:
        return [
            SelectChoice(Visibility.PUBLIC, "Everyone"),
            SelectChoice(Visibility.COMPANY, f"Only I and the engineers of {company}"),
        ]
    return [
        SelectChoice(Visibility.PUBLIC, "Everyone"),
        SelectChoice(WITHHELD, "Everyone, without the name of my company"),
        SelectChoice(Visibility.COMPANY, f"Only my company and the engineers of {company}"),
    ]


class RevisionFields(CheckedForm, DraftedForm):
    """Which text an edit started from, and why it was made."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired(), NumberRange(min=1, max=1_000_000)])
    reason = StringField(
        "What did you change, and why?",
        filters=[squeeze],
        validators=[Optional(), Length(max=200, message="Keep the reason to 200 letters.")],
    )


class EditQuestionForm(QuestionFields, RevisionFields):
    """Another text for a question."""


class EditAnswerForm(RevisionFields, AdviceField):
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
