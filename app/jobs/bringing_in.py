"""Bringing in a file of accounts, some lines at a time: others who write meanwhile come in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy.exc import IntegrityError

from app.accounts import importing
from app.accounts.importing import Plan
from app.accounts.trying import Line
from app.kernel.db import write
from app.kernel.errors import ChangedMeanwhile
from app.people.models import Person

# SQLite's one writer is waited for by looking ten times a second whether it is free.
PAUSE_SECONDS = 0.25


def bring_in_accounts(
    text: str,
    *,
    by: Person | None,
    leave_refused: bool = False,
    seen: str | None = None,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Sequence[Line]:
    """Do what each line says, and return the lines as they were before; `told` hears how far it is, in steps.

    Cut short, it leaves whole lines behind, and goes on where it was when it is begun anew. Raises as
    app.accounts.importing does: RuleBroken before anything is written, ChangedMeanwhile also in the middle.
    """
    plan = Plan.of(text, leave_refused=leave_refused, seen=seen)
    while left := _some(plan, by):
        told(plan.steps - left, plan.steps)
        time.sleep(PAUSE_SECONDS)
    return plan.lines


def _some(plan: Plan, by: Person | None) -> int:
    try:
        with write():
            return importing.bring_in_some(plan, by=by)
    except IntegrityError as error:
        raise ChangedMeanwhile(
            "Somebody adds the same at this moment. The lines that are done stay; look at the others."
        ) from error
