"""The shape of what admins type; the rules stay in the domains. A field that no form names is never read."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.accounts.mapping import LONGEST_REASON
from app.accounts.models import SizeBand
from app.accounts.rules import LONGEST_CRM_ID, LONGEST_NAME
from app.people.invitations import LONGEST_NOTE
from app.people.models import Role
from app.site.choices import CHOICES, ChoiceName
from app.web.topics.forms import squeeze
from app.web.ui.shell import ROLE_LABELS

ROLES = [SelectChoice(role.value, ROLE_LABELS[role]) for role in Role]
SIZES = [
    SelectChoice("", "Not known"),
    SelectChoice(SizeBand.XS, "Up to 50 people"),
    SelectChoice(SizeBand.S, "Up to 500"),
    SelectChoice(SizeBand.M, "Up to 5,000"),
    SelectChoice(SizeBand.L, "Up to 50,000"),
    SelectChoice(SizeBand.XL, "More"),
]


class FindForm(FlaskForm):
    """Whom an admin looks for."""

    words = StringField(
        "Find one person",
        description="A whole handle or address, or the first letters of a name. Every look-up is written down.",
        filters=[squeeze],
        validators=[InputRequired("Enter a handle, an address or a name."), Length(max=254)],
    )


class RoleForm(FlaskForm):
    """A role to give or to take away."""

    role = SelectField("Role", choices=ROLES, validators=[InputRequired("Choose a role.")])


class AccountByHandForm(FlaskForm):
    """Where somebody belongs whatever their address says."""

    account = StringField(
        "Account",
        description="Its whole name.",
        filters=[squeeze],
        validators=[InputRequired("Enter the name of the account."), Length(max=LONGEST_NAME)],
    )
    reason = StringField(
        "Why",
        description="The person reads this in their settings.",
        filters=[squeeze],
        validators=[
            InputRequired("Say why; the person reads it too."),
            Length(max=LONGEST_REASON, message=f"Keep it to {LONGEST_REASON} letters."),
        ],
    )


class InvitationForm(FlaskForm):
    """For whom a link is meant, and as what they join."""

    note = StringField(
        "For whom",
        description="In your own words, to tell the links apart. Only you and the other admins read it.",
        filters=[squeeze],
        validators=[Optional(), Length(max=LONGEST_NOTE, message=f"Keep it to {LONGEST_NOTE} letters.")],
    )
    role = SelectField(
        "They join as", choices=[SelectChoice("", "Member"), *ROLES], validators=[Optional()], default=""
    )


class AccountForm(FlaskForm):
    """A customer company."""

    name = StringField(
        "Name",
        filters=[squeeze],
        validators=[InputRequired("Enter the name of the company."), Length(max=LONGEST_NAME)],
    )
    size_band = SelectField("How many people it employs", choices=SIZES, validators=[Optional()], default="")
    crm_id = StringField(
        "CRM id",
        description="The number under which your own system knows this company.",
        filters=[squeeze],
        validators=[Optional(), Length(max=LONGEST_CRM_ID)],
    )


class NewAccountForm(AccountForm):
    """A customer company that is not here yet."""

    domains = TextAreaField(
        "Domains of its mail addresses",
        description="One a line, like customer.com. Whoever has confirmed an address there belongs to the account.",
        validators=[Optional(), Length(max=2_000)],
    )


class DomainForm(FlaskForm):
    """A mail domain of an account."""

    domain = StringField(
        "Domain",
        description="What stands after the @, like customer.com.",
        filters=[squeeze],
        validators=[InputRequired("Enter a domain."), Length(max=253)],
    )
    subdomains = BooleanField("Addresses at its subdomains belong to it too")


class OwnerForm(FlaskForm):
    """Who looks after an account."""

    handle = StringField(
        "Handle",
        description="Somebody in sales.",
        filters=[squeeze],
        validators=[InputRequired("Enter a handle."), Length(max=31)],
    )


class ChoicesForm(FlaskForm):
    """Every choice of the site; a field is called what its choice is."""


def _field(name: ChoiceName) -> RadioField | TextAreaField:
    choice = CHOICES[name]
    if not choice.options:
        return TextAreaField(choice.label, description=choice.hint, validators=[Optional(), Length(max=5_000)])
    options = [SelectChoice(value, words) for value, words in choice.options.items()]
    return RadioField(choice.label, description=choice.hint, choices=options, validators=[InputRequired()])


for _name in ChoiceName:
    setattr(ChoicesForm, _name.value, _field(_name))
