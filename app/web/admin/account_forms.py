"""The shape of what admins type about companies; the rules stay with the accounts."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.accounts.mapping import LONGEST_REASON
from app.accounts.models import Ownership, SizeBand, Status
from app.accounts.rules import LONGEST_CRM_ID, LONGEST_NAME
from app.web.ui.fields import at_most, squeeze

SIZES = [
    SelectChoice("", "Not known"),
    SelectChoice(SizeBand.XS, "Up to 50 people"),
    SelectChoice(SizeBand.S, "Up to 500"),
    SelectChoice(SizeBand.M, "Up to 5,000"),
    SelectChoice(SizeBand.L, "Up to 50,000"),
    SelectChoice(SizeBand.XL, "More"),
]
STATUSES = [
    SelectChoice(Status.CUSTOMER.value, "A customer"),
    SelectChoice(Status.PARTNER.value, "A partner, in no portfolio of sales"),
]
OWNERSHIPS = [
    SelectChoice(Ownership.OWNER.value, "look after it"),
    SelectChoice(Ownership.BACKUP.value, "stand in"),
]


def _reason(missing: str, hint: str) -> StringField:
    validators = [InputRequired(missing), at_most(LONGEST_REASON)]
    return StringField("Why", description=hint, filters=[squeeze], validators=validators)


def _reason_to_read() -> StringField:
    return _reason("Say why; the person reads it too.", "The person reads this in their settings.")


def _domain(hint: str) -> StringField:
    validators = [InputRequired("Enter a domain."), at_most(253)]
    return StringField("Domain", description=hint, filters=[squeeze], validators=validators)


def handle_field(hint: str) -> StringField:
    """A field for one handle, with or without its @."""
    validators = [InputRequired("Enter a handle."), at_most(31)]
    return StringField("Handle", description=hint, filters=[squeeze], validators=validators)


class AccountByHandForm(FlaskForm):
    """Where somebody belongs whatever their address says."""

    account = StringField(
        "Account",
        description="Its whole name.",
        filters=[squeeze],
        validators=[InputRequired("Enter the name of the account."), at_most(LONGEST_NAME)],
    )
    reason = _reason_to_read()


class AccountForm(FlaskForm):
    """A customer company."""

    name = StringField(
        "Name",
        filters=[squeeze],
        validators=[InputRequired("Enter the name of the company."), at_most(LONGEST_NAME)],
    )
    size_band = SelectField("How many people it employs", choices=SIZES, validators=[Optional()], default="")
    status = SelectField("What it is to us", choices=STATUSES, validators=[Optional()], default=Status.CUSTOMER.value)
    parent = StringField(
        "Subsidiary of",
        description="The whole name of the account above it. Empty: of nobody.",
        filters=[squeeze],
        validators=[Optional(), at_most(LONGEST_NAME)],
    )
    crm_id = StringField(
        "CRM id",
        description="The number under which your own system knows this company.",
        filters=[squeeze],
        validators=[Optional(), at_most(LONGEST_CRM_ID)],
    )


class NewAccountForm(AccountForm):
    """A customer company that is not here yet."""

    domains = TextAreaField(
        "Domains of its mail addresses",
        description="One a line, like customer.com. Whoever has an address there, or below it, belongs to the account.",
        validators=[Optional(), at_most(2_000)],
    )


class DomainForm(FlaskForm):
    """A mail domain of an account."""

    domain = _domain("What stands after the @, like customer.com.")
    subdomains = BooleanField("Addresses at its subdomains belong to it too", default=True)


class OwnerForm(FlaskForm):
    """Who looks after an account."""

    handle = handle_field("Somebody in sales.")
    role = SelectField("They", choices=OWNERSHIPS, validators=[Optional()], default=Ownership.OWNER.value)


class LeadForm(FlaskForm):
    """Whose accounts a sales person reads about too."""

    handle = handle_field("Somebody in sales whom they lead.")


class ContractorForm(FlaskForm):
    """Why somebody belongs to no company, whatever their address says."""

    contractor_reason = _reason_to_read()


class SharedDomainForm(FlaskForm):
    """A mail domain that many share."""

    domain = _domain("What stands after the @, like university.edu. What is below it counts too.")
    reason = _reason("Say why many share it.", "A university, somebody who sells connections; for the other admins.")


class ImportForm(FlaskForm):
    """A file of accounts."""

    sheet = FileField(
        "The file",
        description="CSV with commas, semicolons or tabs, up to 150 kB. For more, there is a command.",
        validators=[FileRequired("Choose a file.")],
    )


class BringInForm(FlaskForm):
    """The text of a file that was shown line by line, and a mark of what was shown."""

    text = HiddenField()
    seen = HiddenField()
    leave_refused = BooleanField("Leave out the refused lines, and bring in the others")
