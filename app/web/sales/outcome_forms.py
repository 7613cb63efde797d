"""The shape of what sales types about opportunities; the rules stay in the domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from app.accounts.models import Account
from app.introductions.models import Outcome
from app.introductions.rules import ENDINGS, LONGEST_OUTCOME
from app.kernel.errors import RuleBroken
from app.outcomes import money, rules
from app.outcomes.actions import Said
from app.outcomes.models import Channel, Opportunity, Result
from app.web.people.forms import DayField
from app.web.ui.fields import at_most, squeeze

CHANNELS = {
    Channel.SALES: "Sales: a call, a visit, an offer",
    Channel.EVENT: "An event: a fair, a webinar",
    Channel.PARTNER: "A partner",
    Channel.OTHER: "Elsewhere",
}
RESULTS = {Result.WON: "Won: they bought it from us", Result.LOST: "Lost: they did not"}
OUTCOMES = {
    Outcome.SPOKE: "We spoke, or met",
    Outcome.NOT_REACHED: "We tried, and did not reach them",
    Outcome.NOT_OURS: "It is not something that we can do for them",
}
A_DAY = "Enter the day, such as 2026-03-20."


class OpportunityForm(FlaskForm):
    """What an account may buy."""

    name = StringField(
        "What they may buy",
        description="In a few words, without names of people.",
        filters=[squeeze],
        validators=[InputRequired("Say in a few words what they may buy."), at_most(rules.LONGEST_NAME)],
    )
    amount = StringField(
        "Amount",
        description="As you write it: 250,000 or 250 000.00. Leave it empty while nobody knows.",
        filters=[squeeze],
        validators=[Optional(), at_most(40)],
    )
    currency = StringField(
        "Currency",
        description="Three letters, such as EUR.",
        filters=[squeeze],
        default="EUR",
        validators=[InputRequired("Enter the currency as its three letters, such as EUR.")],
    )
    crm_id = StringField(
        "CRM id",
        description="The number under which your own system knows it. A file of outcomes finds it by that.",
        filters=[squeeze],
        validators=[Optional(), at_most(rules.LONGEST_CRM_ID)],
    )

    @classmethod
    def of(cls, opportunity: Opportunity) -> OpportunityForm:
        """The form with what is known."""
        amount = money.figures(opportunity.amount, opportunity.currency) if opportunity.amount is not None else ""
        fields = {"name": opportunity.name, "currency": opportunity.currency, "crm_id": opportunity.crm_id or ""}
        return cls(formdata=None, amount=amount, **fields)

    def validate_currency(self, field: StringField) -> None:
        """Only currencies that are in use."""
        _asked(lambda: money.clean_currency(field.data or ""))

    def validate_amount(self, field: StringField) -> None:
        """Figures, in the currency that stands beside it if that is one."""
        currency = (self.currency.data or "").strip().upper()
        _asked(lambda: money.parse_amount(field.data or "", currency if currency in money.DIGITS else "EUR"))

    @property
    def said(self) -> Said:
        """What was typed."""
        fields = {name: self[name].data or "" for name in ("name", "amount", "currency", "crm_id")}
        return Said(**fields)


class NewOpportunityForm(OpportunityForm):
    """Something that an account may buy, for the first time."""

    account = SelectField("Account", coerce=int, validators=[InputRequired("Choose the account.")])
    opened = DayField(
        "Opened on",
        description="The day on which it began to be one. It cannot be changed later.",
        validators=[InputRequired(A_DAY)],
    )
    stage = StringField(
        "Stage",
        description="In the words of your own system.",
        filters=[squeeze],
        validators=[Optional(), at_most(rules.LONGEST_STAGE)],
    )

    def offer(self, accounts: Sequence[Account]) -> NewOpportunityForm:
        """Let one of these be chosen."""
        self.account.choices = [SelectChoice(account.id, account.name) for account in accounts]
        return self

    def validate_opened(self, field: DayField) -> None:
        """A day that has been."""
        if field.data:
            _asked(lambda: rules.opening(field.data))


class StageForm(FlaskForm):
    """To which stage it has come."""

    stage = StringField(
        "It has come to the stage",
        filters=[squeeze],
        validators=[InputRequired("Say which stage it has come to."), at_most(rules.LONGEST_STAGE)],
    )


class CloseForm(FlaskForm):
    """How it ended, and why."""

    result = RadioField(
        "How it ended",
        choices=[SelectChoice(result.value, words) for result, words in RESULTS.items()],
        validators=[InputRequired("Choose whether it was won or lost.")],
    )
    closed = DayField("Closed on", validators=[InputRequired(A_DAY)])
    reason = TextAreaField(
        "Why",
        description="What decided it, in a sentence. No names of people.",
        validators=[InputRequired("Say in a sentence why it was won or lost."), at_most(rules.LONGEST_REASON)],
    )


class TouchForm(FlaskForm):
    """Where else the customer met us."""

    channel = SelectField("Where it was", choices=[SelectChoice(one.value, words) for one, words in CHANNELS.items()])
    words = StringField(
        "What it was",
        description="A fair, a call, an offer. No names of people.",
        filters=[squeeze],
        validators=[Optional(), at_most(rules.LONGEST_TOUCH)],
    )
    day = DayField("On", validators=[InputRequired(A_DAY)])


class EndForm(FlaskForm):
    """What came of a member's request."""

    outcome = RadioField(
        "What came of it",
        choices=[SelectChoice(outcome.value, OUTCOMES[outcome]) for outcome in ENDINGS],
        validators=[InputRequired("Choose what came of it.")],
    )
    words = TextAreaField(
        "A sentence for them",
        description="They will read this.",
        validators=[InputRequired("Write a sentence; they wait to read it."), at_most(LONGEST_OUTCOME)],
    )


def _asked(check: Callable[[], object]) -> None:
    """Let a rule of the domain speak at the field."""
    try:
        check()
    except RuleBroken as refusal:
        raise ValidationError(refusal.sentence) from refusal
