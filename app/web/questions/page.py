"""What the page of one question shows, from several domains, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.curation.standing import Standing, standing_of
from app.desk import queries as desk
from app.desk import rules as desk_rules
from app.desk.models import Greeting
from app.desk.thread import ThreadDesk, desk_of
from app.kernel.errors import Refusal
from app.kernel.paging import Page
from app.marks import rules as mark_rules
from app.marks.models import MarkKind
from app.marks.said import Said, said_of
from app.marks.versions import placing_for, versions_named
from app.notifications.follows import is_following
from app.people.models import Person
from app.posts import queries as posts
from app.posts import rules as post_rules
from app.posts.attachments import shown_below
from app.posts.models import Attachment, Comment, Post
from app.questions import queries, rules
from app.questions.models import Answer, LinkKind, Question
from app.questions.order import Share, shares, stands
from app.reputation.expertise import best_on_any
from app.reputation.privileges import Privilege, Rights, is_own_thread, rights_of
from app.search import likely
from app.web.questions.badges import today_beside
from app.web.questions.curating import Curating, curating_of

HELPERS_NAMED = 2


@dataclass(frozen=True)
class Can:
    """What the reader may do; a template asks this and knows no rule."""

    person: Person | None

    @cached_property
    def rights(self) -> Rights:
        """What the reader's points allow; asked for once however many posts there are."""
        return rights_of(self.person) if self.person else Rights(0, {})

    def points_lacking(self, privilege: str) -> int:
        """How many points a deed needs that the reader does not have; 0 for what their points allow."""
        wanted = Privilege(privilege)
        return 0 if self.rights.may(wanted) else self.rights.needed[wanted]

    def why_no_comment(self, post: Post, question: Question) -> str:
        """Why the reader's points do not allow a comment here; "" where they do."""
        if self.person is None or is_own_thread(self.person, post, question):
            return ""
        return self.rights.refusal(Privilege.COMMENT)

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

    def mark(self, answer: Answer, question: Question, kind: str | None = None) -> bool:
        return self._may(mark_rules.check_can_mark, answer, question, MarkKind(kind) if kind else None)

    def recommend(self, answer: Answer, question: Question) -> bool:
        return self._may(mark_rules.check_can_recommend, answer, question)

    def thank(self, answer: Answer, question: Question) -> bool:
        return self._may(mark_rules.check_can_say_thanks, answer, question)

    def own_mistake(self, answer: Answer, question: Question) -> bool:
        return self._may(mark_rules.check_can_own_mistake, answer, question)

    def greet(self, greeting: Greeting | None, question: Question) -> bool:
        return greeting is not None and self._may(desk_rules.check_can_greet, greeting, question)

    def ask_for_more(self, question: Question) -> bool:
        return self._may(desk_rules.check_can_ask_for_more, question)

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
    """A question, its answers, the comments and the reader's own votes by post, and what was said of each answer.

    `version` is the one that the reader runs, of those in `versions`; "" where none was chosen. `is_first` is False
    where other answers come before these. `today` says of posts what their author has become since.
    `asked_before` is what the question seems to repeat, for those who may say whether it does.
    """

    question: Question
    answers: Page[Answer]
    is_first: bool
    comments: dict[int, list[Comment]]
    votes: dict[int, int]
    attachments: dict[int, list[Attachment]]
    can: Can
    experts: Sequence[Person]
    linked: Sequence[tuple[Question, LinkKind]]
    alike: Sequence[Question]
    asked_before: Question | None
    said: dict[int, Said]
    versions: Sequence[str]
    version: str
    desk: ThreadDesk
    follows: bool
    standing: Standing
    curating: Sequence[Curating]
    greeting: Greeting | None
    today: dict[int, str]

    @property
    def asker_is_new(self) -> bool:
        """True on the first question of somebody who came lately."""
        return desk.is_new(self.greeting)

    def is_outdated(self, answer: Answer) -> bool:
        """For the reader's version; without one, when enough people say so."""
        return self.said[answer.id].outdated if self.version else stands(answer.outdated_voices)

    def shares(self, answer: Answer) -> list[Share]:
        """What puts the answer where it stands."""
        found = [*shares(answer, self.question, outdated=not self.version)]
        if points := self.said[answer.id].for_version.points:
            found.append(Share(f"works with {self.version}", points))
        return found

    def link_to(self, post: Post) -> str:
        """Where a post is met on this page's address: its anchor, and for one of very many answers its page too."""
        return f"{self.page_of(post)}#answer-{post.id}" if isinstance(post, Answer) else "#question"

    @property
    def link_to_accepted(self) -> str:
        """Where the accepted answer is met: on this page, or on the page that holds it."""
        number = self.question.accepted_answer_id
        is_here = any(answer.id == number for answer in self.answers.items)
        return f"#answer-{number}" if is_here else f"?answer={number}#answer-{number}"

    def page_of(self, post: Post) -> str:
        """What leads to the page of answers that holds a post; "" where all answers stand on one."""
        is_far = isinstance(post, Answer) and self.question.answer_count > queries.ANSWERS_A_PAGE
        return f"?answer={post.id}" if is_far else ""


def compose(
    question: Question,
    viewer: Person | None,
    *,
    after: str | None = None,
    answer_id: int | None = None,
    version: str = "",
    came_from_id: int | None = None,
) -> QuestionPage:
    """Everything the page shows, however many answers and comments there are. Unknown versions are left aside.

    The answers are those that follow the key `after`, or those of the page that holds `answer_id`. `came_from_id` is
    the duplicate that led the reader here.
    """
    versions = versions_named(question)
    version = version if version in versions else ""
    placing = placing_for(question, version) if version else ()
    if answer_id is not None:
        after = queries.key_of_page_with(answer_id, question, by=placing)
    answers = queries.answers_page(question, after, by=placing)
    shown = [question.id, *(answer.id for answer in answers.items)]
    linked = queries.linked_questions(question, viewer)
    tag_ids = [tag.id for tag in question.tags]
    linked_ids = {other.id for other, _kind in linked}
    return QuestionPage(
        question=question,
        answers=answers,
        is_first=not after,
        comments=posts.comments_of(shown),
        votes=posts.votes_of(viewer, shown),
        attachments=shown_below([question, *answers.items]),
        can=Can(viewer),
        experts=[one.person for one in best_on_any(tag_ids, HELPERS_NAMED, besides=question.author_id)],
        linked=linked,
        alike=[other for other in queries.alike(question, viewer) if other.id not in linked_ids],
        asked_before=likely.original_of(question, viewer),
        said=said_of(answers.items, viewer, version, question.opened_at),
        versions=versions,
        version=version,
        desk=desk_of(question, viewer),
        follows=is_following(viewer, question),
        standing=standing_of(question, viewer, post_ids=shown, came_from_id=came_from_id),
        curating=curating_of(question, viewer),
        greeting=desk.greeting_on(question),
        today=today_beside([question, *answers.items]),
    )
