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
from app.questions.models import CloseReason, Question
from app.search.actions import mark_threads
from app.search.engines.builds import Builds
from app.search.engines.whoosh.index import LAYOUT
from app.search.index_progress import pending_count
from app.search.language import parse
from app.search.port import FEW, IndexBusy
from app.search.queries import PAGE, Results, find, similar_to
from tests.search.conftest import catch_up, index_folder
from tests.support.factories import (
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
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
    assert search("tag:replication").facets == []


def is_gone(typed: str, viewer: Person | None = None) -> bool:
    """True where a search tells nothing at all."""
    results = search(typed, viewer)
    told = (results.rows, results.total, results.facets, results.related, results.did_you_mean, results.confidential)
    return told == ([], 0, [], [], "", [])


def test_the_words_of_a_deleted_answer_find_nothing_while_the_worker_stands_still():
    question = QuestionFactory()
    answer = AnswerFactory(question=question, body="The secret is gobbledygook.")
    CommentFactory(post=answer, body="Only here: quuxremark.")
    catch_up()
    assert search("gobbledygook").total == search("quuxremark").total == 1
    with write():
        actions.delete_answer(answer, question, by=author_of(answer))

    assert is_gone("gobbledygook")
    assert is_gone("quuxremark", author_of(question))
    assert is_gone("gobbledygook replication")
    assert is_gone("is:expert")
    assert is_gone("type:answer")
    assert is_gone(f"author:@{author_of(answer).handle}")
    assert search("gobbledygook", author_of(answer)).total == 1
    catch_up()
    assert search("gobbledygook").total == 0


def test_the_words_of_a_deleted_comment_find_nothing_while_the_worker_stands_still():
    question = QuestionFactory()
    comment = CommentFactory(post=question, body="Only here: gobbledygook.")
    catch_up()
    assert search("gobbledygook").total == 1
    with write():
        posts.delete_comment(comment, question, by=author_of(comment))

    assert is_gone("gobbledygook")
    assert is_gone("gobbledygook", author_of(comment))


def test_words_that_were_edited_away_find_nothing_while_the_worker_stands_still():
    question = QuestionFactory(title="The gobbledygook broke at night", body="And the gizmo.", tags=("zebra",))
    catch_up()
    draft = actions.Draft(title="The widget broke at night", body=prepare_body("Yes."), tags=["replication"])
    with write():
        actions.edit_question(question, draft, by=author_of(question), revision_number=1)

    for typed in ("gobbledygook", "gizmo", "tag:zebra", "zebra", '"gobbledygook broke"'):
        assert is_gone(typed), typed
        assert is_gone(typed, StewardFactory()), typed


def test_one_of_several_words_that_is_gone_leaves_a_thread_with_some_of_them_to_the_index():
    """The index knows it as one with all the words until it has followed; then it comes with those that have some."""
    question = QuestionFactory(title="Why does the gobbledygook of volume nine fail?")
    answer = AnswerFactory(question=question, body="Replace the gasket.")
    catch_up()
    with write():
        actions.delete_answer(answer, question, by=author_of(answer))

    assert search("gobbledygook gasket").total == 0
    catch_up()
    assert (search("gobbledygook gasket").complete, search("gobbledygook gasket").others) == (0, 1)


def test_of_very_many_the_ones_that_are_shown_are_looked_at_again(monkeypatch):
    monkeypatch.setattr("app.search.matching.FEW_TO_CHECK", PAGE)
    moments = [datetime(2025, 1, 1, hour, minute, tzinfo=UTC) for hour in range(2) for minute in range(PAGE)]
    asker, expert = PersonFactory(), ExpertFactory()
    questions = [QuestionFactory(author=asker, at=at) for at in moments]
    found = [AnswerFactory(question=each, author=expert, body="Or gobbledygook.") for each in questions]
    catch_up()
    with write():
        for answer in (found[0], found[-1]):
            question = db.session.get_one(Question, answer.question_id)
            actions.delete_answer(answer, question, by=author_of(answer))

    first, second = search("gobbledygook", sort="newest"), search("gobbledygook", sort="newest", page=2)

    assert (first.total, second.total) == (2 * PAGE - 1, 2 * PAGE - 1)
    shown = [[row.question.id for row in results.rows] for results in (first, second)]
    ids = [answer.question_id for answer in found]
    assert shown == [ids[-2 : PAGE - 1 : -1], ids[PAGE - 1 : 0 : -1]]
    assert (first.has_more, second.has_more) == (True, False)


def test_what_was_solved_comes_before_what_was_not_and_closed_duplicates_come_last():
    asked_before, plain, solved = (QuestionFactory(title="Why does replication stop?") for _ in range(3))
    AnswerFactory(question=solved, accepted=True)
    AnswerFactory(question=plain)
    with write():
        asked_before.close_reason = CloseReason.DUPLICATE
    catch_up()

    assert [found.question.id for found in search("replication").rows] == [solved.id, plain.id, asked_before.id]


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


def test_choices_are_counted_over_all_that_match_the_whole_query():
    for number in range(PAGE + 1):
        QuestionFactory(tags=("replication", "odd") if number % 2 else ("replication", "even"))
    QuestionFactory(title="Something about another array", body="Nothing.", tags=("fans",))
    catch_up()

    def counts(typed: str) -> dict[str, int]:
        [topics] = [facet for facet in search(typed).facets if facet.kind == "tag"]
        return {choice.words: choice.count for choice in topics.choices}

    assert counts("volume") == {"replication": PAGE + 1, "even": 11, "odd": 10}
    assert counts("tag:odd volume") == {"odd": 10, "replication": 10}


def test_filters_are_right_before_the_index_has_followed():
    answer = AnswerFactory(accepted=True)
    catch_up()
    question = db.session.get_one(Question, answer.question_id)
    assert search("is:solved").total == 1
    with write():
        actions.withdraw_acceptance(question, by=author_of(question))

    assert is_gone("is:solved")
    assert is_gone("replication is:solved")


def test_facts_alone_give_the_newest_first_whatever_was_solved():
    old, new = (
        QuestionFactory(at=datetime(2025, 1, 1, tzinfo=UTC)),
        QuestionFactory(at=datetime(2025, 2, 1, tzinfo=UTC)),
    )
    AnswerFactory(question=old, accepted=True)
    catch_up()

    assert titles(search("tag:replication")) == [new.title, old.title]


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
    statements()

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
    with Builds(index_folder(), LAYOUT).writing():
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


def test_in_place_of_a_duplicate_its_original_is_similar():
    original = QuestionFactory(title="Gaskets leak, all of them")
    asked_again = QuestionFactory(title="The gasket of the pump leaks oil")
    secret = QuestionFactory(title="The gasket of the other pump leaks oil")
    catch_up()
    with write():
        asked_again.duplicate_of_id = original.id
        secret.duplicate_of_id = original.id

    found = similar_to("The gasket of the pump leaks oil", [], None)

    assert [question.id for question in found] == [original.id]
    assert similar_to("The gasket of the pump leaks oil", [], None, exclude=original.id) == []


def test_a_duplicate_of_what_one_may_not_see_is_similar_itself():
    original = QuestionFactory(title="Gaskets leak, all of them")
    asked_again = QuestionFactory(title="The gasket of the pump leaks oil")
    catch_up()
    with write():
        asked_again.duplicate_of_id = original.id
        actions.delete_question(original, by=author_of(original))

    assert similar_to("The gasket of the pump leaks oil", [], None) == [asked_again]


def test_a_description_of_a_problem_finds_what_fits_best_of_either_kind():
    QuestionFactory(title="The orange fan of the pump rattles at dawn", body="It began at dawn.")
    whole = QuestionFactory(
        title="Something else again", body="An orange, a fan, a pump; things rattle at dawn. And sheep."
    )
    catch_up()

    results = search("orange fan pump rattles sheep dawn")

    assert results.is_mixed
    assert (results.complete, results.others) == (1, 1)
    assert {found.question.id: found.has_every_word for found in results.rows}[whole.id]
    assert not search("orange fan pump rattles sheep dawn", sort="newest").is_mixed
    assert titles(search("orange fan pump rattles sheep dawn", sort="votes"))[0] == whole.title
