"""Links between questions: met at both ends, by whoever may see the other one."""

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.kernel.db import db, write
from app.posts.models import Post
from app.questions import actions
from app.questions.models import LinkKind, QuestionLink
from app.questions.queries import linked_questions
from tests.support.factories import PersonFactory, QuestionFactory, StewardFactory


def link(question, related, kind=LinkKind.RELATED):
    with write():
        db.session.add(QuestionLink(question_id=question.id, related_id=related.id, kind=kind.value))


def seen(question, viewer=None):
    return [(other.id, kind) for other, kind in linked_questions(question, viewer)]


def test_a_link_is_met_at_both_ends():
    one, other = QuestionFactory(), QuestionFactory()
    link(one, other)

    assert seen(one) == [(other.id, LinkKind.RELATED)]
    assert seen(other) == [(one.id, LinkKind.RELATED)]


def test_what_asks_the_same_comes_first_and_each_question_once():
    question, old, new, same = (QuestionFactory() for _ in range(4))
    link(question, same)
    link(same, question, LinkKind.DUPLICATE)
    link(old, question)
    link(question, new)
    link(new, question)

    assert seen(question) == [
        (same.id, LinkKind.DUPLICATE), (new.id, LinkKind.RELATED), (old.id, LinkKind.RELATED),
    ]  # fmt: skip


def test_a_deleted_question_is_seen_by_whoever_may_see_it():
    author = PersonFactory()
    question, other = QuestionFactory(), QuestionFactory(author=author)
    link(question, other)
    with write():
        actions.delete_question(other, by=author)

    assert seen(question) == []
    assert seen(question, PersonFactory()) == []
    assert len(seen(question, author)) == len(seen(question, StewardFactory())) == 1


def test_ten_links_in_one_query(queries):
    author = PersonFactory()
    question = QuestionFactory(author=author)
    for _ in range(12):
        link(question, QuestionFactory(author=author))
    db.session.refresh(question)

    with queries() as sent:
        found = [(other.title, other.product, other.is_solved) for other, _ in linked_questions(question, None)]

    assert len(found) == 10
    assert len(sent) == 1


def test_the_page_shows_each_other_question_once(client):
    question, same, alike = QuestionFactory(), QuestionFactory(), QuestionFactory()
    link(question, same, LinkKind.DUPLICATE)

    page = client.get(f"/questions/{question.id}/{question.slug}").text

    assert "Linked questions" in page
    assert "Asks the same · Waiting for an answer" in page
    assert page.count(f"/questions/{same.id}/") == 1
    assert page.count(f"/questions/{alike.id}/") == 1
    assert "Linked questions" not in client.get(f"/questions/{alike.id}/{alike.slug}").text


def test_links_go_with_either_question():
    one, two, three = (QuestionFactory() for _ in range(3))
    link(one, two)
    link(two, three)
    with write():
        db.session.execute(delete(Post).where(Post.id == two.id))

    assert db.session.scalar(select(func.count()).select_from(QuestionLink)) == 0


def test_the_same_link_stands_once_and_none_leads_to_where_it_begins():
    one, two = QuestionFactory(), QuestionFactory()
    link(one, two)

    for other in (two, one):
        with pytest.raises(IntegrityError):
            link(one, other)
