"""The shape of what admins type; the rules stay in the domains. A field that no form names is never read."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.people.invitations import LONGEST_NOTE
from app.people.models import Role
from app.site.choices import CHOICES, ChoiceName
from app.web.ui.fields import at_most, squeeze
from app.web.ui.shell import ROLE_LABELS

ROLES = [SelectChoice(role.value, ROLE_LABELS[role]) for role in Role]


class FindForm(FlaskForm):
    """Whom an admin looks for."""

    words = StringField(
        "Find one person",
        description="A whole handle or address, or the first letters of a name. Every look-up is written down.",
        filters=[squeeze],
        validators=[InputRequired("Enter a handle, an address or a name."), at_most(254)],
    )


class RoleForm(FlaskForm):
    """A role to give or to take away."""

    role = SelectField("Role", choices=ROLES, validators=[InputRequired("Choose a role.")])


class InvitationForm(FlaskForm):
    """For whom a link is meant, and as what they join."""

    note = StringField(
        "For whom",
        description="In your own words, to tell the links apart. Only you and the other admins read it.",
        filters=[squeeze],
        validators=[Optional(), at_most(LONGEST_NOTE)],
    )
    role = SelectField(
        "They join as", choices=[SelectChoice("", "Member"), *ROLES], validators=[Optional()], default=""
    )


class ChoicesForm(FlaskForm):
    """Every choice of the site; a field is called what its choice is."""


def _field(name: ChoiceName) -> RadioField | TextAreaField:
    choice = CHOICES[name]
    if not choice.options:
        return TextAreaField(choice.label, description=choice.hint, validators=[Optional(), at_most(5_000)])
    options = [SelectChoice(value, words) for value, words in choice.options.items()]
    return RadioField(choice.label, description=choice.hint, choices=options, validators=[InputRequired()])


for _name in ChoiceName:
    setattr(ChoicesForm, _name.value, _field(_name))
