"""Reply templates: writing them, and filling them in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.desk import rules
from app.desk.models import ReplyTemplate
from app.kernel import clock
from app.kernel.db import db
from app.people.models import Person
from app.questions.models import Question

PLACEHOLDERS = ("asker", "product", "version", "question", "me")
_PLACEHOLDER = re.compile("{(" + "|".join(PLACEHOLDERS) + ")}")


@dataclass(frozen=True, kw_only=True)
class ReplyDraft:
    """A template as it was typed."""

    title: str
    body: str
    shared: bool = False


def write_reply(draft: ReplyDraft, *, by: Person) -> ReplyTemplate:
    """Keep a text for later. The caller holds the write transaction."""
    rules.check_can_write_replies(by)
    title, body = rules.clean_reply(draft.title, draft.body)
    reply = ReplyTemplate(owner_id=by.id, title=title, body=body, shared=draft.shared)
    db.session.add(reply)
    db.session.flush()
    return reply


def change_reply(reply: ReplyTemplate, draft: ReplyDraft, *, by: Person) -> None:
    """Give a template another name or text, share it, or keep it to oneself again."""
    rules.check_can_change_reply(by, reply)
    reply.title, reply.body = rules.clean_reply(draft.title, draft.body)
    reply.shared = draft.shared
    reply.changed_at = clock.now()


def delete_reply(reply: ReplyTemplate, *, by: Person) -> None:
    """Take a template away; what was answered with it stays."""
    rules.check_can_change_reply(by, reply)
    db.session.delete(reply)


def filled(body: str, question: Question, expert: Person) -> str:
    """The text with its placeholders filled in for one question, which comes with its author and product.

    What is not known is said in general words; braces that are no placeholder stay as they are.
    """
    words = {
        "asker": question.author.first_name,
        "product": question.product.name if question.product else "your product",
        "version": question.product_version or "your version",
        "question": question.title,
        "me": expert.first_name,
    }
    return _PLACEHOLDER.sub(lambda found: words[found[1]], body)
