"""The companies that an expert knows, and those from which nothing was heard for months. None of it is for sales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Account
from app.affinity import companies
from app.affinity.companies import Company
from app.affinity.models import Alert
from app.desk import rules
from app.http import login_required, signed_in_person
from app.kernel import clock
from app.kernel.settings import settings
from app.people.models import Person, Role

blueprint = Blueprint("companies", __name__, url_prefix="/desk/companies")

TIE_WORDS = {
    "strong": "You know them well",
    "fair": "You know them",
    "weak": "You have met",
    "some": "You have met",
}


@dataclass(frozen=True)
class CompaniesPage:
    """An expert's own ties, and for stewards which companies are quiet, without anybody's ties.

    `shows_quiet` is False for whoever works in sales as well: that nothing is heard is no reason to call. `is_on` is
    False where affinity is switched off: then nothing that was measured is read.
    """

    known: Sequence[Company]
    quiet: Sequence[tuple[Account, Alert]]
    shows_quiet: bool
    is_expert: bool
    is_steward: bool
    is_on: bool

    @classmethod
    def of(cls, person: Person) -> CompaniesPage:
        """Read what the page says, in a fixed number of queries."""
        shows_quiet = not person.holds(Role.SALES)
        is_steward, is_expert = person.holds(Role.STEWARD), person.is_expert
        is_on = settings().affinity_enabled
        return cls(
            known=companies.companies_of(person, clock.now(), quiet_first=shows_quiet) if is_on and is_expert else [],
            quiet=companies.quiet_companies() if is_on and is_steward and shows_quiet else [],
            shows_quiet=shows_quiet,
            is_expert=is_expert,
            is_steward=is_steward,
            is_on=is_on,
        )

    @staticmethod
    def words(company: Company) -> str:
        """How well the expert knows a company."""
        return TIE_WORDS[company.word]


@blueprint.get("")
@login_required
def show() -> ResponseReturnValue:
    """Everything at once: no expert knows so many companies that they would need pages."""
    person = signed_in_person()
    rules.check_can_use_desk(person)
    return render_template("desk/companies.html", page=CompaniesPage.of(person))
