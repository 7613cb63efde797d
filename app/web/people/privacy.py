"""Who sees what of a person, said to that person with their own values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.accounts import actions, mapping
from app.accounts import queries as accounts
from app.accounts.models import Apart, KeptApart, Membership
from app.affinity.cohort import FEWEST_FOR_A_NUMBER, FEWEST_FOR_A_SPLIT
from app.http import login_required, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.people import audit, links, signs
from app.people.hours import hours_of
from app.people.languages import names_of
from app.people.models import Person
from app.people.personal import languages_of
from app.posts.authorship import employer_of
from app.questions.authored import Written, count_written
from app.web.profiles.page import is_listed
from app.web.security.limits import limit

HERE = "/settings/privacy"
NUMBERS = {3: "three", 5: "five"}

blueprint = Blueprint("privacy", __name__, url_prefix=HERE)


@dataclass(frozen=True)
class PrivacyPage:
    """What is known of one person, by who sees it. `told` are the things of their page with their values."""

    told: Sequence[tuple[str, str]]
    written: Written
    employer: str
    membership: Membership | None
    above: Sequence[str]
    apart: KeptApart | None
    is_listed: bool
    sign_ins_kept: int
    fewest_for_a_number: str
    fewest_for_a_topic: str


@blueprint.get("")
@login_required
def show() -> ResponseReturnValue:
    """What everybody reads, what one's company sees, what sales sees, what stewards and admins see, what is kept."""
    person = signed_in_person()
    return render_template("people/privacy.html", person=person, page=compose(person))


@blueprint.post("/company/remove")
@limit("deeds")
@login_required
def leave_company() -> ResponseReturnValue:
    """Let the address decide again to which company the reader belongs."""
    with write():
        person = signed_in_person()
        mapping.undo_by_hand(person)
        audit.note("people.account_unset", by=person, about=person)
    flash("Your address decides again to which company you belong.", "good")
    return see_other(HERE)


@blueprint.get("/company/leaving")
@login_required
def think_of_leaving() -> ResponseReturnValue:
    """What follows from saying that the company is not one's own."""
    membership = accounts.current_membership(signed_in_person())
    if membership is None:
        return see_other(HERE)
    return render_template("people/leave_company.html", name=membership.account.name)


@blueprint.post("/company/leaving")
@limit("deeds")
@login_required
def say_it_is_not_mine() -> ResponseReturnValue:
    """Belong to no company from now on, whatever one's address says."""
    with write():
        person = signed_in_person()
        account = accounts.account_of(person)
        if account is None:
            raise RuleBroken("You are counted under no company as it is.")
        actions.keep_apart(person, Apart.LEFT)
        audit.note("people.account_left", by=person, about=person, account=account.id, name=account.name)
        said = f"You are not counted under {account.name} any more."
    flash(said, "good")
    return see_other(HERE)


@blueprint.post("/company/return")
@limit("deeds")
@login_required
def come_back() -> ResponseReturnValue:
    """Take back that the company is not one's own."""
    with write():
        person = signed_in_person()
        actions.end_apart(person, Apart.LEFT)
        audit.note("people.account_returned", by=person, about=person)
    flash("Your address decides again to which company you belong.", "good")
    return see_other(HERE)


def compose(person: Person) -> PrivacyPage:
    """Read what the page says."""
    membership = accounts.current_membership(person)
    return PrivacyPage(
        told=[(label, value) for label, value in _told(person) if value],
        written=count_written(person),
        employer=employer_of(person),
        membership=membership,
        above=[one.name for one in accounts.family_of(membership.account)[0]] if membership else [],
        apart=accounts.kept_apart(person),
        is_listed=is_listed(person),
        sign_ins_kept=signs.KEEP.days,
        fewest_for_a_number=NUMBERS[FEWEST_FOR_A_NUMBER],
        fewest_for_a_topic=NUMBERS[FEWEST_FOR_A_SPLIT],
    )


def _told(person: Person) -> Sequence[tuple[str, str]]:
    hours = hours_of(person)
    return (
        ("Name and handle", f"{person.name}, @{person.handle}"),
        ("Photo", "yes" if person.photo else ""),
        ("What you do", person.job_title),
        ("Company", employer_of(person) if person.is_employee or person.company_shown else ""),
        ("In your own words", person.about),
        ("Outside work", person.interests),
        ("Learning", person.learning),
        ("Lives in", person.city),
        ("Speaks", ", ".join(names_of(languages_of(person)))),
        ("Time zone", person.time_zone.replace("_", " ")),
        ("Usual hours", f"{hours.in_words}, {hours.days_in_words}" if hours else ""),
        ("Pages elsewhere", ", ".join(link.url for link in links.links_of(person))),
    )
