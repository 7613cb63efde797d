"""What search engines and link previews read of a question: only what everybody may read.

The vocabulary is that of schema.org: QAPage, Question, Answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.kernel.settings import settings
from app.kernel.text import plain_text
from app.posts.models import Post
from app.questions.models import Answer, Question
from app.web.questions.page import QuestionPage
from app.web.ui.shell import role_label

LONGEST_DESCRIPTION = 155

Structured = dict[str, Any]


@dataclass(frozen=True)
class Metadata:
    """A description in one line, and the page as structured data; that is None for a page made for one reader."""

    description: str
    structured: Structured | None


def metadata_of(page: QuestionPage) -> Metadata | None:
    """What machines may read of this page; nothing of a question that is not for everybody or is deleted."""
    question = page.question
    if not question.is_public or question.is_deleted:
        return None
    # Machines come as guests, so that a member's page does without.
    structured = _qa_page(page) if page.can.person is None else None
    return Metadata(_in_one_line(question), structured)


def _in_one_line(question: Question) -> str:
    text = plain_text(question.body_html)
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[:LONGEST_DESCRIPTION].rpartition(" ")[0] + "…"


def _qa_page(page: QuestionPage) -> Structured:
    question = page.question
    address = f"{settings().base_url}/questions/{question.id}/{question.slug}"
    about: Structured = {
        "@type": "Question",
        "name": question.title,
        "answerCount": question.answer_count,
        "url": address,
        **_written(question),
    }
    shown = [answer for answer in page.answers.items if not answer.is_deleted]
    accepted = [answer for answer in shown if answer.id == question.accepted_answer_id]
    suggested = [answer for answer in shown if answer.id != question.accepted_answer_id]
    if accepted:
        about["acceptedAnswer"] = _answer(accepted[0], page, address)
    if suggested:
        about["suggestedAnswer"] = [_answer(answer, page, address) for answer in suggested]
    return {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": about}


def _answer(answer: Answer, page: QuestionPage, address: str) -> Structured:
    return {"@type": "Answer", "url": address + page.link_to(answer), **_written(answer)}


def _written(post: Post) -> Structured:
    author: Structured = {
        "@type": "Person",
        "name": post.author.name,
        "alternateName": f"@{post.author.handle}",
        "url": f"{settings().base_url}/@{post.author.handle}",
    }
    if post.by_employee:
        author |= {
            "jobTitle": post.author_title or role_label(post.author_role),
            "worksFor": {"@type": "Organization", "name": post.author_employer},
        }
    found: Structured = {
        "text": plain_text(post.body_html),
        "upvoteCount": post.helpful_count,
        "downvoteCount": post.unhelpful_count,
        "datePublished": post.created_at.isoformat(),
        "author": author,
    }
    if post.edited_at:
        found["dateModified"] = post.edited_at.isoformat()
    return found
