"""What the page of one question shows, from several domains, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.kernel.errors import Refusal
from app.kernel.paging import Page
from app.people.models import Person
from app.posts import queries as posts
from app.posts import rules as post_rules
from app.posts.models import Comment, Post
from app.questions import expertise, queries, rules
from app.questions.models import Answer, LinkKind, Question


@dataclass(frozen=True)
class Can:
    """What the reader may do; a template asks this and knows no rule."""

    person: Person | None

    def vote(self, post: Post, question: Question) -> bool:
        return self._may(rules.check_can_vote, post, question)

    def comment(self, post: Post, question: Question) -> bool:
        return self._may(rules.check_can_comment, post, question)

    def edit(self, post: Post, question: Question) -> bool:
        return self._may(rules.check_can_edit, post, question)

    def delete(self, post: Post, question: Question) -> bool:
        if isinstance(post, Answer):
            return self._may(rules.check_can_delete_answer, post, question)
        return self._may(rules.check_can_delete_question, question)

    def restore(self, post: Post) -> bool:
        return post.is_deleted and self._may(post_rules.check_can_restore, post)

    def delete_comment(self, comment: Comment) -> bool:
        return self._may(post_rules.check_can_delete_comment, comment)

    def answer(self, question: Question) -> bool:
        return self._may(rules.check_can_answer, question)

    def accept(self, question: Question) -> bool:
        return self._may(rules.check_can_accept, question)

    def read(self, post: Post) -> bool:
        """False where only a tombstone is shown."""
        own = self.person is not None and self.person.id == post.author_id
        return not post.is_deleted or own or post_rules.may_moderate(self.person)

    def _may(self, check: Callable[..., None], *things: Any) -> bool:
        if self.person is None:
            return False
        try:
            check(self.person, *things)
        except Refusal:
            return False
        return True


@dataclass(frozen=True)
class QuestionPage:
    """A question, its answers, the comments and the reader's own votes by post."""

    question: Question
    answers: Page[Answer]
    comments: dict[int, list[Comment]]
    votes: dict[int, int]
    can: Can
    experts: Sequence[Person]
    linked: Sequence[tuple[Question, LinkKind]]
    alike: Sequence[Question]


def compose(question: Question, viewer: Person | None, *, after: str | None = None) -> QuestionPage:
    """Everything the page shows, however many answers and comments there are."""
    answers = queries.answers_page(question, after)
    shown = [question.id, *(answer.id for answer in answers.items)]
    linked = queries.linked_questions(question, viewer)
    linked_ids = {other.id for other, _kind in linked}
    return QuestionPage(
        question=question,
        answers=answers,
        comments=posts.comments_of(shown),
        votes=posts.votes_of(viewer, shown),
        can=Can(viewer),
        experts=expertise.experts_on(question),
        linked=linked,
        alike=[other for other in queries.alike(question, viewer) if other.id not in linked_ids],
    )
