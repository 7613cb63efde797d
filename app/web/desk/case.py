"""The operator's own link to a support case, filled in for one question."""

from __future__ import annotations

from urllib.parse import quote

from app.config import CASE_PLACES
from app.http import viewer
from app.kernel.settings import settings
from app.questions.models import Question


def support_case_link(question: Question) -> str:
    """Where the reader may take the question, or "" if the operator has no such place, or it is not for the reader.

    It is for the person who asked and for experts, who all may read the question: so the title goes with it whoever
    else may not.
    """
    template, person = settings().support_case_url, viewer()
    if not template or person is None or not (person.is_expert or person.id == question.author_id):
        return ""
    words = {
        "title": question.title,
        "url": f"{settings().base_url}/questions/{question.id}",
        "product": question.product.name if question.product else "",
        "version": question.product_version,
    }
    for place in CASE_PLACES:
        template = template.replace("{" + place + "}", quote(words[place], safe=""))
    return template
