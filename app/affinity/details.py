"""What the report of one account says beyond its line in the list of all."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.affinity import queries
from app.affinity.portfolio import Line


def details(line: Line) -> dict[str, Any]:
    """Service, ties, topics and more, as plain values; None and empty while too few people take part."""
    figures = line.report.figures if line.report else None
    if figures is None:
        return {"service": None, "risk_percent": None, "last_contact_week": None, "ties": [], "topics": []}
    named = queries.handles(tie.expert_id for tie in figures.ties)
    return {
        "service": asdict(figures.service),
        "risk_percent": figures.risk,
        "last_contact_week": figures.last_contact,
        "ties": [{"expert": f"@{named[tie.expert_id]}", "tie": tie.word} for tie in figures.ties],
        "topics": [asdict(topic) for topic in figures.topics],
    }
