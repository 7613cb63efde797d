"""Writing the questions and answers of a dump, with their history, votes and tags."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Update, insert, update

from app.cli.importing.drafts import Draft
from app.cli.importing.known import PERSON, POST, Known, Pair
from app.cli.importing.origin import Origin
from app.kernel import events
from app.kernel.db import db
from app.kernel.text import Rendered, render_many
from app.posts.models import Revision, VoteTally
from app.questions.events import ThreadsImported
from app.questions.models import Answer, Question, question_tags
from app.questions.rules import slug_of
from app.topics import actions as topics


@dataclass(frozen=True)
class RenderedDraft:
    """A draft and what it looks like."""

    draft: Draft
    rendered: Rendered


def rendered(drafts: Sequence[Draft]) -> list[RenderedDraft]:
    """Render the bodies, with all processors and outside of any transaction."""
    looks = render_many([draft.body for draft in drafts])
    return [RenderedDraft(draft, look) for draft, look in zip(drafts, looks, strict=True)]


class PostWriter:
    """Writes one batch of drafts in the open write transaction."""

    def __init__(self, known: Known, origin: Origin) -> None:
        self._known = known
        self._origin = origin
        self._people: dict[str, int] = {}
        self._posts: dict[str, int] = {}

    def write(self, batch: Sequence[RenderedDraft]) -> list[Pair]:
        """Write the posts; returns their keys and ids."""
        drafts = [one.draft for one in batch]
        editors = {version.author for draft in drafts for version in draft.versions}
        self._people = self._known.ids(PERSON, editors | {draft.author for draft in drafts})
        self._posts = self._known.ids(POST, {draft.thread for draft in drafts})
        questions = self._add([one for one in batch if one.draft.is_question])
        answers = self._add([one for one in batch if not one.draft.is_question])
        self._tag(questions)
        self._add_versions_and_votes(drafts)
        self._count_answers(answers)
        self._accept(answers)
        pairs: list[Pair] = [(str(draft.source_id), self._id(draft.source_id)) for draft in drafts]
        self._known.store(POST, pairs)
        threads = sorted({self._id(draft.thread) for draft in drafts})
        # One message a batch: search reads the threads anew. Nothing is earned by what happened elsewhere.
        events.record(ThreadsImported(question_ids=threads))
        return pairs

    def _id(self, source_id: int) -> int:
        return self._posts[str(source_id)]

    def _add(self, batch: Sequence[RenderedDraft]) -> list[Draft]:
        posts = [self._question(one) if one.draft.is_question else self._answer(one) for one in batch]
        db.session.add_all(posts)
        db.session.flush()
        for one, post in zip(batch, posts, strict=True):
            self._posts[str(one.draft.source_id)] = post.id
        return [one.draft for one in batch]

    def _question(self, one: RenderedDraft) -> Question:
        draft = one.draft
        return Question(
            **self._common(one),
            source_address=self._origin.question(draft.source_id),
            title=draft.title,
            slug=slug_of(draft.title),
            asked_at=draft.at,
            last_activity_at=draft.at,
            last_activity_by_id=self._people[draft.author],
        )

    def _answer(self, one: RenderedDraft) -> Answer:
        address = self._origin.answer(one.draft.source_id)
        return Answer(**self._common(one), source_address=address, question_id=self._id(one.draft.thread))

    def _common(self, one: RenderedDraft) -> dict[str, Any]:
        draft, look = one.draft, one.rendered
        return {
            "author_id": self._people[draft.author],
            "body": draft.body,
            "body_html": look.html,
            "renderer_version": look.renderer_version,
            "shown_plain": look.fell_back,
            "created_at": draft.at,
            "edited_at": datetime.fromisoformat(draft.versions[-1].at) if draft.versions else None,
            "revision_number": max(len(draft.versions), 1),
            "helpful_count": draft.helpful,
            "unhelpful_count": draft.unhelpful,
            "source": self._origin.label,
            "source_licence": draft.licence,
        }

    def _tag(self, questions: Sequence[Draft]) -> None:
        names = sorted({name for draft in questions for name in draft.tags})
        if not names:
            return
        ids = {tag.name: tag.id for tag in topics.tags_named(names)}
        rows = [
            {"question_id": self._id(draft.source_id), "tag_id": ids[name]}
            for draft in questions
            for name in draft.tags
        ]
        db.session.execute(insert(question_tags), rows)
        for tag_id, count in sorted(Counter(row["tag_id"] for row in rows).items()):
            topics.count_questions([tag_id], count)

    def _add_versions_and_votes(self, drafts: Sequence[Draft]) -> None:
        versions = [row for draft in drafts for row in self._versions(draft)]
        tallies = [
            {
                "post_id": self._id(draft.source_id),
                "source": self._origin.label,
                "helpful": draft.helpful,
                "unhelpful": draft.unhelpful,
            }
            for draft in drafts
            if draft.helpful or draft.unhelpful
        ]
        for table, rows in ((Revision, versions), (VoteTally, tallies)):
            if rows:
                db.session.execute(insert(table), rows)

    def _versions(self, draft: Draft) -> list[dict[str, Any]]:
        return [
            {
                "post_id": self._id(draft.source_id),
                "number": number,
                "title": version.title if draft.is_question else None,
                "body": version.text,
                "tags": version.tags if draft.is_question else "",
                "reason": version.reason,
                "editor_id": self._people[version.author],
                "written_at": datetime.fromisoformat(version.at),
            }
            for number, version in enumerate(draft.versions, 1)
        ]

    def _count_answers(self, answers: Sequence[Draft]) -> None:
        """Add to the counts and to the last activity of the questions; some may be older than this batch."""
        by_question: dict[int, list[Draft]] = defaultdict(list)
        for draft in answers:
            by_question[self._id(draft.thread)].append(draft)
        for question_id, drafts in sorted(by_question.items()):
            question = update(Question).where(Question.id == question_id)
            change(question.values(answer_count=Question.answer_count + len(drafts)))
            newest = max(drafts, key=lambda draft: draft.at)
            note_activity(question_id, "answered", newest.at, self._people[newest.author])

    def _accept(self, answers: Sequence[Draft]) -> None:
        for draft in answers:
            if draft.accepted_at is not None:
                question = update(Question).where(Question.id == self._id(draft.thread))
                unsolved = question.where(Question.accepted_answer_id.is_(None))
                change(unsolved.values(accepted_answer_id=self._id(draft.source_id), accepted_at=draft.accepted_at))


def note_activity(question_id: int, kind: str, at: datetime, by_id: int) -> None:
    """Let the question's last activity be this one, unless a later one is known."""
    question = update(Question).where(Question.id == question_id, Question.last_activity_at < at)
    change(question.values(last_activity_at=at, last_activity_kind=kind, last_activity_by_id=by_id))


def change(statement: Update) -> None:
    """Run an UPDATE. Nothing that was loaded is used afterwards, so nothing has to follow it."""
    db.session.execute(statement, execution_options={"synchronize_session": False})
