"""A duplicate leads to its original, with a note, without JavaScript, and without telling what is not for all."""

from __future__ import annotations

import pytest

from app.curation.duplicates import open_proposal, propose_duplicate
from app.kernel.events import deliver_pending
from app.questions.actions import change_visibility
from app.questions.models import Visibility
from tests.curation.deeds import asker_of, done, make_duplicate, merge
from tests.support.factories import (
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database


def page_of(question, query=""):
    return f"/questions/{question.id}/{question.slug}{query}"


@pytest.fixture
def pair():
    """A duplicate and its original."""
    question = QuestionFactory(title="Why does the night copy stop at two?")
    original = QuestionFactory(title="Why does replication stall behind a firewall?")
    make_duplicate(question, original, by=StewardFactory(name="Hanna Steward"))
    return question, original


def test_whoever_asks_for_a_duplicate_is_sent_to_the_original_for_now(client, pair):
    question, original = pair
    for address in (page_of(question), f"/questions/{question.id}"):
        response = client.get(address)

        assert response.status_code == 302
        assert response.location == page_of(original, f"?from={question.id}")
        assert "no-store" in response.headers["Cache-Control"]


def test_the_original_says_where_one_came_from(client, pair):
    question, original = pair
    page = client.get(page_of(original, f"?from={question.id}")).text

    assert "You came from “Why does the night copy stop at two?”, which asks the same." in page
    assert page_of(question, "?stay=1") in page


def test_nobody_is_told_of_what_is_no_duplicate(client, pair):
    _, original = pair
    other = QuestionFactory(title="Why does the other fan run all night?")
    for number in (other.id, original.id, 10**6, 10**30, "x", "-1"):
        response = client.get(page_of(original, f"?from={number}"))

        assert response.status_code == 200
        assert "You came from" not in response.text


def test_one_may_stay_and_reads_why_it_is_closed(client, pair):
    question, original = pair
    page = client.get(page_of(question, "?stay=1")).text

    assert "This asks the same as" in page
    assert page_of(original) in page
    assert "@hanna-steward" in page
    assert "takes no more answers" not in page


def test_the_short_address_keeps_the_wish_to_stay(client, pair):
    question, _ = pair

    assert client.get(f"/questions/{question.id}?stay=1").location == page_of(question, "?stay=1")


def test_an_original_that_is_not_for_the_reader_leaks_nothing(client, sign_in, pair):
    question, original = pair
    steward = StewardFactory()
    done(change_visibility, original, Visibility.COMPANY, by=steward)
    response = client.get(page_of(question))

    assert response.status_code == 200
    assert "firewall" not in response.text
    assert "another question, which is not for everybody" in response.text
    assert sign_in(steward).get(page_of(question)).status_code == 302


def test_a_duplicate_that_is_not_for_the_reader_is_not_named(client, pair):
    question, original = pair
    done(change_visibility, question, Visibility.COMPANY, by=StewardFactory())

    assert "You came from" not in client.get(page_of(original, f"?from={question.id}")).text


def test_lists_and_search_say_what_it_is_a_duplicate_of(client, pair):
    page = client.get("/questions").text

    assert "Duplicate of “Why does replication stall behind a firewall?”" in page
    assert "Duplicate</p>" in page


def test_a_member_proposes_by_address(sign_in):
    question, original, member = QuestionFactory(), QuestionFactory(), PersonFactory()
    browser = sign_in(member)
    assert "This asks the same as …" in browser.get(page_of(question)).text
    response = browser.post(
        f"/questions/{question.id}/duplicate",
        data={"other": f"{page_of(original)}#answer-3", "note": "The same firewall."},
    )

    assert response.status_code == 303
    assert open_proposal(question).original_id == original.id
    page = sign_in(asker_of(question)).get(page_of(question)).text
    assert "“The same firewall.”" in page
    assert "Yes, that answers mine" in page
    assert "Yes, that answers mine" not in browser.get(page_of(question)).text
    assert "Take it back" in browser.get(page_of(question)).text


def test_the_asker_confirms_with_one_button(sign_in, client):
    question, original = QuestionFactory(), QuestionFactory()
    done(propose_duplicate, question, original, by=PersonFactory())
    response = sign_in(asker_of(question)).post(f"/questions/{question.id}/duplicate/confirmation")

    assert response.location == page_of(question, "?stay=1")
    assert client.get(page_of(question)).status_code == 302


def test_turning_down_needs_a_word_unless_one_takes_it_back(sign_in):
    question, original, member = QuestionFactory(), QuestionFactory(), PersonFactory()
    asker = asker_of(question)
    done(propose_duplicate, question, original, by=member)
    refusal = f"/questions/{question.id}/duplicate/refusal"

    assert sign_in(asker).post(refusal, data={"words": ""}).status_code == 422
    assert sign_in(ExpertFactory()).post(refusal, data={"words": "Other arrays."}).status_code == 303
    assert "Other arrays." in sign_in(asker).get(page_of(question)).text
    assert sign_in(asker).post(refusal, data={"words": "Again."}).status_code == 422

    done(propose_duplicate, question, original, by=member)
    assert sign_in(member).post(refusal).status_code == 303


@pytest.mark.parametrize("typed", ["", "nonsense", "999999", "https://elsewhere.example/questions/1/other", "0"])
def test_what_names_no_question_here_is_refused_and_stays_in_the_form(sign_in, typed):
    question = QuestionFactory()
    response = sign_in(PersonFactory()).post(
        f"/questions/{question.id}/duplicate", data={"other": typed, "note": "The same firewall."}
    )

    assert response.status_code == 422
    assert "There is no such question here" in response.text
    assert "The same firewall." in response.text


def test_a_confidential_question_is_not_found_by_its_number(sign_in):
    question, hidden = QuestionFactory(), QuestionFactory(visibility=Visibility.COMPANY)
    response = sign_in(PersonFactory()).post(f"/questions/{question.id}/duplicate", data={"other": str(hidden.id)})

    assert response.status_code == 422
    assert "no such question" in response.text


@pytest.mark.parametrize("write", ["{id}", "#{id}", "/questions/{id}", "{base}/questions/{id}/any-words?x=1"])
def test_a_question_is_named_in_many_ways(sign_in, app, write):
    question, original = QuestionFactory(), QuestionFactory()
    typed = write.format(id=original.id, base=app.extensions["firsthand.settings"].base_url)
    sign_in(StewardFactory()).post(f"/questions/{question.id}/duplicate", data={"other": typed})

    assert question.duplicate_of_id == original.id


def test_one_of_the_similar_ones_is_chosen(sign_in):
    question, original = QuestionFactory(), QuestionFactory()
    sign_in(StewardFactory()).post(f"/questions/{question.id}/duplicate", data={"similar": str(original.id)})

    assert question.duplicate_of_id == original.id


def test_a_comment_on_a_duplicate_is_shown_where_it_was_made(sign_in, pair):
    question, _ = pair
    response = sign_in(PersonFactory()).post(f"/posts/{question.id}/comments", data={"body": "Mine is on R24."})

    assert response.status_code == 303
    assert "?stay=1" in response.location


def test_a_merged_question_leads_to_its_answers(client, sign_in):
    question, target = QuestionFactory(), QuestionFactory()
    answer = AnswerFactory(question=question)
    CommentFactory(post=question)
    steward = StewardFactory()
    browser = sign_in(steward)
    assert "1 answer and 1 comment move" in browser.get(f"/questions/{question.id}/merger").text
    response = browser.post(f"/questions/{question.id}/merger", data={"other": str(target.id), "note": "One place."})

    assert response.status_code == 303
    assert client.get(page_of(question)).location == page_of(target, f"?from={question.id}")
    page = client.get(page_of(target, f"?from={question.id}")).text
    assert "which was merged into this one" in page
    assert f'id="answer-{answer.id}"' in page
    stayed = client.get(page_of(question, "?stay=1")).text
    assert "“One place.”" in stayed
    assert "This was merged into" in stayed
    deliver_pending()


def test_merging_the_impossible_stays_in_the_form(sign_in):
    question, hidden = QuestionFactory(), QuestionFactory(visibility=Visibility.COMPANY)
    response = sign_in(StewardFactory()).post(f"/questions/{question.id}/merger", data={"other": str(hidden.id)})

    assert response.status_code == 422
    assert "not for the same readers" in response.text


def test_a_page_costs_no_more_queries_with_more_that_was_done(client, queries):
    original = QuestionFactory()

    def do_more(times):
        for _ in range(times):
            make_duplicate(QuestionFactory(), original)
            merge(QuestionFactory(), original)
            AnswerFactory(question=original)

    do_more(1)
    with queries() as few:
        client.get(page_of(original))
    do_more(4)
    with queries() as many:
        client.get(page_of(original))

    assert len(many) == len(few)
