"""Loading the thread that is looked after, and the other one that somebody names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.http import one_or_404, viewer
from app.kernel.db import write
from app.kernel.errors import NotFound, RuleBroken
from app.kernel.settings import settings
from app.questions.models import Question
from app.questions.queries import for_page, visible_to
from app.search import queries as search
from app.search.port import IndexUnavailable
from app.web.questions.views import address_of

NUMBER = re.compile(r"#?(\d{1,18})")
PATH = re.compile(r"/questions/(\d{1,18})(?:[/?#].*)?")
NO_SUCH = "There is no such question here, or it is not for you. Paste its address, or type its number."
MOST_SIMILAR = 4


def to_read(question_id: int) -> Question:
    """The question with what pages show of it. Raises NotFound."""
    return one_or_404(for_page(visible_to(viewer())), id=question_id)


def deed_on(question_id: int, deed: Callable[[Question], object]) -> str:
    """Do something to a question in a write transaction; returns where to read it then."""
    with write():
        question = one_or_404(visible_to(viewer()), id=question_id)
        deed(question)
        return address_of(question)


def number_of(typed: str) -> int | None:
    """The number of the question that an address of this site, a path or a number names; None for anything else."""
    typed = typed.strip().removeprefix(settings().base_url)
    found = NUMBER.fullmatch(typed) or PATH.fullmatch(typed)
    return int(found[1]) if found else None


def other_named(typed: str) -> Question:
    """The question that was typed or chosen. Raises RuleBroken where the reader can see none."""
    number = number_of(typed)
    if number is None:
        raise RuleBroken(NO_SUCH)
    try:
        return one_or_404(visible_to(viewer()), id=number)
    except NotFound as error:
        raise RuleBroken(NO_SUCH) from error


def similar_to(question: Question) -> Sequence[Question]:
    """Questions like this one that lead nowhere else; none for want of an index, for one can still be typed."""
    tags = [tag.name for tag in question.tags]
    try:
        found = search.similar_to(question.title, tags, viewer(), exclude=question.id, limit=2 * MOST_SIMILAR)
    except IndexUnavailable:
        return []
    return [one for one in found if one.duplicate_of_id is None][:MOST_SIMILAR]
