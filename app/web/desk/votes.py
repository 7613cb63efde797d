"""Votes that look arranged: for stewards to look at, and to say what they found. Nobody is suspended by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from app.http import login_required, one_or_404, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import Malformed, RuleBroken
from app.people.models import Person
from app.reputation import rules, suspicions
from app.reputation.models import VoteRing
from app.reputation.rings import ring_of
from app.reputation.suspicions import LONGEST_VERDICT, Burst, Pair
from app.web.ui.fields import at_most, squeeze

blueprint = Blueprint("votes", __name__, url_prefix="/desk/votes")

# How rarely chance alone would do it, in words, for tails up to each of these.
RARELY = {1e-12: "less than once in a trillion times", 1e-9: "less than once in a billion times"}
SELDOM = "less than once in a million times"


class VerdictForm(FlaskForm):
    """What a steward found about a pair."""

    first = IntegerField(validators=[InputRequired(), NumberRange(min=1, max=2**63 - 1)])
    second = IntegerField(validators=[InputRequired(), NumberRange(min=1, max=2**63 - 1)])
    verdict = StringField(
        "What you found",
        description="One sentence, for other stewards.",
        filters=[squeeze],
        validators=[
            DataRequired("Say in a sentence what you found, so that the next one need not look again."),
            at_most(LONGEST_VERDICT),
        ],
    )


@dataclass(frozen=True)
class VotesPage:
    """Pairs who wait for a look, pairs who had one, and bursts; `topics` says on what each pair votes."""

    waiting: Sequence[VoteRing]
    looked_at: Sequence[VoteRing]
    bursts: Sequence[Burst]
    topics: Mapping[Pair, Sequence[str]]

    def topics_of(self, ring: VoteRing) -> Sequence[str]:
        return self.topics.get((ring.first_id, ring.second_id), [])

    @staticmethod
    def share(votes: int, of_all: int) -> str:
        """Votes for one person as a part of all that somebody found helpful: "18 of 24, 75 %"."""
        return f"{votes} of {of_all}, {round(100 * votes / of_all)} %" if of_all else f"{votes}"

    @staticmethod
    def chance(ring: VoteRing) -> str:
        """How often chance would make the likelier of the two directions as one-sided."""
        return next((words for tail, words in RARELY.items() if ring.tail < tail), SELDOM)

    @staticmethod
    def mutual(ring: VoteRing) -> int:
        """How many percent of both people's votes go back and forth between them, as many there as back."""
        both = ring.votes_of_first + ring.votes_of_second
        return round(100 * ring_of(ring.first_to_second, ring.second_to_first, both))


@blueprint.get("")
@login_required
def show() -> ResponseReturnValue:
    """What there is to look at."""
    _steward()
    return _page()


@blueprint.post("")
@login_required
def look_at() -> ResponseReturnValue:
    """Keep a verdict about a pair."""
    _steward()
    form = VerdictForm()
    if not form.validate_on_submit():
        if form.first.errors or form.second.errors:
            raise Malformed("This form names no pair. Load the page again.")
        return _page(form), 422
    try:
        with write():
            pair = {"first_id": form.first.data, "second_id": form.second.data}
            ring = one_or_404(select(VoteRing), **pair)
            suspicions.look_at(ring, form.verdict.data or "", by=signed_in_person())
    except RuleBroken as refusal:
        return _page(form, refusal.sentence), refusal.status
    flash("Kept, for the next steward. Nothing else has changed.", "good")
    return see_other("/desk/votes")


def _steward() -> Person:
    """Whoever asks, if they may see votes. Raises NotAllowed."""
    person = signed_in_person()
    rules.check_can_see_votes(person)
    return person


def _page(form: VerdictForm | None = None, refusal: str = "") -> str:
    waiting, looked_at = suspicions.pairs(looked_at=False), suspicions.pairs(looked_at=True)
    page = VotesPage(waiting, looked_at, suspicions.bursts(), suspicions.topics_of([*waiting, *looked_at]))
    return render_template("desk/votes.html", page=page, form=form or VerdictForm(formdata=None), refusal=refusal)
