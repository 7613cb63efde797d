"""From a post to the search that finds it: what is found, by whom, in which order, at what cost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.jobs.indexing import apply_pending
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.models import Person
from app.posts import actions as posts
from app.posts.bodies import prepare_body
from app.posts.models import Comment, Post
from app.questions import actions
from app.search.actions import mark_threads
from app.search.engines.whoosh.index import WhooshIndex
from app.search.language import parse
from app.search.port import FEW, IndexBusy
from app.search.progress import pending_count
from app.search.queries import PAGE, Results, find, similar_to
from tests.search.conftest import catch_up
from tests.support.factories import (
    AnswerFactory,
    CommentFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    StewardFactory,
)

pytestmark = pytest.mark.usefixtures("index")


def search(typed: str, viewer: Person | None = None, **how: object) -> Results:
    return find(parse(typed), viewer, **how)


def author_of(written: Post | Comment) -> Person:
    return db.session.get_one(Person, written.author_id)


def titles(results: Results) -> list[str]:
    return [found.question.title for found in results.rows]


def test_title_body_tags_answers_and_comments_are_searched():
    question = QuestionFactory(
        title="The array hums at night", body="It is a **zitherlike** sound.", tags=("acoustics",)
    )
    answer = AnswerFactory(question=question, body="The fan bearing is worn.")
    CommentFactory(post=answer, body="Ours had a loose grommet.")
    catch_up()

    for typed in ("hums", "zitherlike", "tag:acoustics", "bearing", "grommet", "hum bearing grommet"):
        assert titles(search(typed)) == ["The array hums at night"], typed


def test_an_edit_is_followed():
    question = QuestionFactory(body="The gizmo broke.")
    catch_up()
    draft = actions.Draft(title=question.title, body=prepare_body("The widget broke."), tags=["replication"])
    with write():
        actions.edit_question(question, draft, by=author_of(question), revision_number=1)
    catch_up()

    assert search("gizmo").total == 0
    assert search("widget").total == 1


def test_what_was_deleted_is_gone_at_once_and_comes_back_when_restored():
    question = QuestionFactory()
    catch_up()
    with write():
        actions.delete_question(question, by=author_of(question))

    assert search("replication").total == 0, "even before the index has followed"
    catch_up()
    assert search("replication").total == 0
    with write():
        actions.restore_question(question, by=author_of(question))
    catch_up()
    assert search("replication").total == 1


def test_a_deleted_question_counts_for_those_who_may_see_it_alone():
    question = QuestionFactory()
    catch_up()
    with write():
        actions.delete_question(question, by=author_of(question))

    assert search("replication", author_of(question)).total == 1
    assert search("replication", StewardFactory()).total == 1
    assert search("replication", PersonFactory()).total == 0
    assert search("tag:replication").tags == []


def test_the_text_of_a_deleted_answer_is_neither_shown_nor_found():
    question = QuestionFactory()
    answer = AnswerFactory(question=question, body="The secret is gobbledygook.")
    catch_up()
    with write():
        actions.delete_answer(answer, question, by=author_of(answer))

    shown = search("gobbledygook").rows
    assert "gobbledygook" not in str([found.excerpt for found in shown])
    catch_up()
    assert search("gobbledygook").total == 0


def test_a_deleted_comment_is_found_no_longer():
    question = QuestionFactory()
    comment = CommentFactory(post=question, body="Only here: gobbledygook.")
    catch_up()
    assert search("gobbledygook").total == 1
    with write():
        posts.delete_comment(comment, question, by=author_of(comment))
    catch_up()

    assert search("gobbledygook").total == 0


def test_orders():
    old = QuestionFactory(title="Replication, replication, replication", at=datetime(2025, 1, 1, tzinfo=UTC))
    new = QuestionFactory(title="A second question on something", at=datetime(2025, 6, 1, tzinfo=UTC))
    with write():
        posts.vote(new, 1, by=PersonFactory())
    catch_up()

    assert titles(search("replication")) == [old.title, new.title]
    assert titles(search("replication", sort="newest")) == [new.title, old.title]
    assert titles(search("replication", sort="votes")) == [new.title, old.title]


def test_questions_with_some_of_the_words_come_last_and_are_counted_apart():
    QuestionFactory(title="Replication of the orange volume")
    QuestionFactory(title="Something about an orange fan", body="It is orange.", tags=("fans",))
    catch_up()

    results = search("replication orange volume")

    assert titles(results) == ["Replication of the orange volume", "Something about an orange fan"]
    assert (results.complete, results.others) == (1, 1)
    assert [found.has_every_word for found in results.rows] == [True, False]


def test_pages_follow_one_another():
    for _ in range(PAGE + 3):
        QuestionFactory()
    catch_up()

    first, second = search("replication"), search("replication", page=2)

    assert (len(first.rows), len(second.rows)) == (PAGE, 3)
    assert not set(titles(first)) & set(titles(second))
    assert (first.has_more, second.has_more, second.first) == (True, False, PAGE + 1)
    assert search("replication", page=3).rows == []


def test_tags_are_counted_over_all_that_was_found():
    for number in range(PAGE + 1):
        QuestionFactory(tags=("replication", "odd") if number % 2 else ("replication", "even"))
    catch_up()

    assert search("volume").tags == [("replication", PAGE + 1), ("even", 11), ("odd", 10)]
    assert search("tag:odd volume").tags == [("replication", 10)]


def test_the_number_of_queries_does_not_depend_on_the_rows(queries):
    def statements() -> int:
        with queries() as seen:
            for found in search("replication").rows:
                assert found.question.tags
                assert found.question.author.name
        return len(seen)

    AnswerFactory(question=QuestionFactory(product=ProductFactory()))
    for _ in range(FEW):
        AnswerFactory()
    catch_up()
    statements()  # Looks into the dictionary, which is kept.
    with_some = statements()
    for _ in range(PAGE - FEW):
        AnswerFactory()
    catch_up()

    assert statements() == with_some <= 16


def test_a_thread_that_changed_often_is_indexed_once():
    question = QuestionFactory()
    for _ in range(3):
        AnswerFactory(question=question)
    deliver_pending()

    assert pending_count() == 1
    assert apply_pending() == 1
    assert pending_count() == 0
    assert apply_pending() == 0


def test_a_crash_before_the_notes_are_cleared_only_repeats_the_work(monkeypatch):
    QuestionFactory()
    deliver_pending()
    with monkeypatch.context() as crash, pytest.raises(SystemExit):
        crash.setattr("app.jobs.indexing.write", lambda: exec("raise SystemExit"))
        apply_pending()

    assert pending_count() == 1
    catch_up()
    assert search("replication").total == 1


def test_while_somebody_else_writes_the_notes_wait(index):
    QuestionFactory()
    deliver_pending()
    with WhooshIndex(index._folder)._writing():
        with pytest.raises(IndexBusy):
            index.apply([])
        assert apply_pending() == 0

    assert pending_count() == 1
    assert apply_pending() == 1


def test_a_question_that_is_gone_for_good_leaves_the_index(index):
    question = QuestionFactory()
    catch_up()
    with write():
        mark_threads([question.id])
        db.session.delete(question)
    catch_up()

    assert index.status().documents == 0


def test_similar_questions_are_visible_ones():
    question = QuestionFactory(title="The gasket of the pump leaks oil")
    twin = QuestionFactory(title="Oil from the pump, gasket is new")
    gone = QuestionFactory(title="Pump gasket leaks again and again")
    catch_up()
    with write():
        actions.delete_question(gone, by=author_of(gone))

    found = similar_to(f"{question.title}\n{question.body}", ["replication"], None, exclude=question.id)

    assert found[0] == twin
    assert gone not in found
    assert question not in found
