"""Snapshots with reports that say what a test needs, stored as they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.accounts.models import Account
from app.affinity.cohort import active_bucket, band_word
from app.affinity.figures import Figures, Report, Service, to_text
from app.affinity.models import AffinitySnapshot
from app.kernel.db import db, write

NOTHING_ASKED = Service(asked=0, solved=0, solve_rate=None, first_answer_hours=None)


def report_says(account: Account, at: datetime, *, active: int = 6, affinity: int = 30, **says: Any) -> None:
    """Store a snapshot whose report says this; without figures where fewer than three people are active."""
    told: dict[str, Any] = {
        "change": 0,
        "parts": dict.fromkeys(("breadth", "depth", "reciprocity", "responsiveness", "advocacy"), 6),
        "service": NOTHING_ASKED,
        "risk": None,
        "helped": 0,
        "last_contact": None,
        "ties": [],
        "topics": [],
        "topics_withheld": False,
    }
    figures = Figures(affinity=affinity, **(told | says)) if active >= 3 else None
    report = Report(band=band_word(affinity, active), people=active_bucket(active), confidence="low", figures=figures)
    with write():
        db.session.add(
            AffinitySnapshot(
                account_id=account.id,
                taken_at=at,
                score_version="1",
                score=float(affinity),
                active_people=active,
                overdue=0,
                report=to_text(report),
            )
        )
