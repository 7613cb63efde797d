"""Beginning an answer with a reply template."""

from __future__ import annotations

import re

from app.desk.queries import replies_for
from app.desk.replies import filled
from app.http import one_or_404, signed_in_person
from app.kernel.errors import NotAllowed, NotFound
from app.questions.models import Question
from app.web.questions.forms import AnswerForm

NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def with_reply(form: AnswerForm, question: Question, reply_id: str) -> AnswerForm:
    """The form with the template's text, filled in for the question, below what is typed already.

    Raises NotAllowed for those who are no experts, NotFound for a template that is not theirs to use.
    """
    person = signed_in_person()
    if not person.is_expert:
        raise NotAllowed("Reply templates are for experts.")
    if not NUMBER.fullmatch(reply_id):
        raise NotFound
    reply = one_or_404(replies_for(person), id=int(reply_id))
    typed = (form.body.data or "").rstrip()
    text = filled(reply.body, question, person)
    form.body.data = f"{typed}\n\n{text}" if typed else text
    return form
