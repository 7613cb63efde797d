"""What the kept numbers of questions and tags count."""

from __future__ import annotations

from sqlalchemy import func, select

from app.kernel.counters import Counter
from app.posts.models import Post
from app.questions.models import Answer, Question, question_tags
from app.topics.models import Tag

_questions = Question.__table__
_answers = Answer.__table__
_posts = Post.__table__
_tags = Tag.__table__

_present_answers = (
    select(func.count())
    .select_from(_answers.join(_posts, _posts.c.id == _answers.c.id))
    .where(_answers.c.question_id == _questions.c.id, _posts.c.deleted_at.is_(None))
)
_present_questions = (
    select(func.count())
    .select_from(
        question_tags.join(_posts, _posts.c.id == question_tags.c.question_id).join(
            _questions, _questions.c.id == question_tags.c.question_id
        )
    )
    .where(question_tags.c.tag_id == _tags.c.id, _posts.c.deleted_at.is_(None), _questions.c.visibility == "public")
)

OF_TAGS = (Counter(Tag.question_count, Tag.id, _present_questions.correlate(_tags).scalar_subquery()),)
COUNTERS = (
    Counter(Question.answer_count, Question.id, _present_answers.correlate(_questions).scalar_subquery()),
    *OF_TAGS,
)
