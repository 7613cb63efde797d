"""Searches that lead on from one."""

from __future__ import annotations

from collections.abc import Sequence

from app.questions.models import Question
from app.search.language import Query


def related_to(query: Query, questions: Sequence[Question]) -> list[Query]:
    """Up to five searches by the most telling words of the found titles and tags; each finds one of `questions`."""
    return []
