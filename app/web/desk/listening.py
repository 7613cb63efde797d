"""What people look for: in vain, more and more, and where nobody answers. Of searches, never of those who search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.desk import rules, worklist
from app.desk.worklist import WaitingTopic
from app.http import login_required, signed_in_person
from app.people.models import Person
from app.search import counts, likely
from app.search.counts import Missing, Rising
from app.search.models import LikelyDuplicate

TOPICS_SHOWN = 12
PAIRS_SHOWN = 10

blueprint = Blueprint("listening", __name__, url_prefix="/desk/listening")


@dataclass(frozen=True)
class ListeningPage:
    """What there is to hear. `days` and `weeks_before` say over which time searches were counted."""

    missing: Sequence[Missing]
    rising: Sequence[Rising]
    topics: Sequence[WaitingTopic]
    asked_again: Sequence[LikelyDuplicate]
    days: int = counts.MISSING_DAYS
    recent_days: int = counts.RECENT_DAYS
    weeks_before: int = counts.WEEKS_BEFORE


@blueprint.get("")
@login_required
def show() -> ResponseReturnValue:
    """Everything that is heard, up to yesterday."""
    person = signed_in_person()
    rules.check_can_use_desk(person)
    return render_template("desk/listening.html", page=compose(person))


def compose(person: Person) -> ListeningPage:
    """Read what the page says, in a fixed number of queries."""
    return ListeningPage(
        missing=counts.found_nothing(),
        rising=counts.trending(),
        topics=worklist.waiting_topics(person, TOPICS_SHOWN),
        asked_again=likely.asked_again(PAIRS_SHOWN),
    )
