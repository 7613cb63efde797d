"""What a question's page says about who helps, and what its forms do."""

from datetime import UTC, datetime, timedelta

import pytest

from app.desk import actions
from app.desk.queries import invitations_to
from app.kernel.db import db, write
from app.people import actions as people
from app.people.models import Person
from app.questions.models import Visibility
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture
def asker():
    return PersonFactory(name="Marta Kowalska", account=AccountFactory(name="Fernhill"))


@pytest.fixture
def question(asker):
    return QuestionFactory(author=asker, at=NOW)


@pytest.fixture
def ingrid():
    """An expert who has answered on the topic before."""
    expert = ExpertFactory(name="Ingrid Solheim", handle="sanfox")
    AnswerFactory(author=expert, at=NOW)
    return expert


def page_of(browser, question):
    return browser.get(f"/questions/{question.id}/{question.slug}").text


def panel(text):
    """The side panel about the next step, in one line of words."""
    return " ".join(text.split('id="next-step"', 1)[1].split("</section>")[0].split())


@pytest.mark.both_databases
def test_same_problem_is_said_once_and_taken_back(sign_in, client, question):
    browser = sign_in(PersonFactory(account=AccountFactory()))
    address = f"/questions/{question.id}/same-problem"
    assert "Same problem here" in page_of(browser, question)

    said = browser.post(address)
    assert said.status_code == 303
    browser.post(address)
    assert "One person at one company has this too" in page_of(client, question)
    assert 'aria-pressed="true"' in page_of(browser, question)
    assert "One person at one company has this too" in client.get("/questions").text

    browser.post(f"{address}/remove")
    assert "has this too" not in page_of(client, question)
    browser.post(address)
    assert browser.delete(address).status_code == 303


def test_who_cannot_have_the_same_problem_is_not_asked(sign_in, client, question, asker):
    address = f"/questions/{question.id}/same-problem"
    for browser in (sign_in(asker), sign_in(ExpertFactory())):
        assert "Same problem here" not in page_of(browser, question)
        assert browser.post(address).status_code == 403
    assert "Same problem here" not in page_of(client, question)
    assert client.post(address).status_code == 401


def test_what_one_may_not_see_cannot_be_shared_taken_or_given(sign_in, asker, ingrid):
    hidden = QuestionFactory(author=asker, visibility=Visibility.COMPANY)
    stranger = sign_in(PersonFactory(account=AccountFactory()))

    for path in ("same-problem", "same-problem/remove", "experts", "assignment", "taking", "taking/remove"):
        form = {"expert": str(ingrid.id), "reason": "Not mine."}
        assert stranger.post(f"/questions/{hidden.id}/{path}", data=form).status_code == 404
    assert stranger.get(f"/questions/{hidden.id}/experts").status_code == 404


def test_the_page_says_whose_step_it_is(client, question, travel_to, ingrid):
    travel_to(NOW + timedelta(hours=5))
    assert "<strong>Nobody yet</strong>, <time" in panel(page_of(client, question))
    assert "for 5 hours" in panel(page_of(client, question))

    with write():
        actions.take_question(question, by=ingrid)
    travel_to(NOW + timedelta(days=9))
    assert "Ingrid" in panel(page_of(client, question))
    assert "@sanfox" in panel(page_of(client, question))
    assert "since 12 March" in panel(page_of(client, question))
    assert "Next step: Ingrid" in client.get("/questions").text

    AnswerFactory(question=question, author=ingrid)
    assert "Marta, who asked" in panel(page_of(client, question))


@pytest.mark.both_databases
def test_what_is_solved_and_what_was_imported_has_no_next_step(client, question):
    AnswerFactory(question=question, accepted=True)
    imported = QuestionFactory()
    with write():
        imported.source = "elsewhere.example"

    for one in (question, imported):
        assert "next-step" not in page_of(client, one)


def test_the_asker_asks_an_expert_with_a_sentence_who_says_yes(sign_in, question, asker, ingrid):
    browser, expert = sign_in(asker), sign_in(ingrid)
    chosen = browser.get(f"/questions/{question.id}/experts").text
    assert "Ask Ingrid" in chosen

    form = {"expert": str(ingrid.id), "note": "It is your replication."}
    asked = browser.post(f"/questions/{question.id}/experts", data=form)
    assert asked.location.endswith("#next-step")
    assert "Ingrid has been asked" in page_of(browser, question)
    assert "Ask Ingrid" not in browser.get(f"/questions/{question.id}/experts").text
    assert "Marta asks you to look: “It is your replication.”" in panel(page_of(expert, question))

    assert expert.post(f"/questions/{question.id}/taking").status_code == 303
    assert "Ingrid" in panel(page_of(browser, question))
    assert "I take this" not in page_of(sign_in(ExpertFactory()), question)


def test_an_expert_who_cannot_says_why_and_the_asker_reads_it_and_nobody_else(sign_in, client, question, asker, ingrid):
    with write():
        actions.invite_expert(question, ingrid, by=asker)
    expert = sign_in(ingrid)
    assert "I cannot take this" in page_of(expert, question)

    assert expert.post(f"/questions/{question.id}/taking/remove", data={"reason": " "}).status_code == 422
    expert.post(f"/questions/{question.id}/taking/remove", data={"reason": "Ask Diego: it is about snapshots."})

    assert "Ask Diego: it is about snapshots." in page_of(sign_in(asker), question)
    assert "Ask Diego" not in page_of(client, question)
    assert "Ask Diego" not in page_of(sign_in(PersonFactory()), question)
    assert "Ask Ingrid" not in sign_in(asker).get(f"/questions/{question.id}/experts").text


def test_what_is_refused_keeps_the_sentence(sign_in, question, asker, ingrid):
    with write():
        people.set_away(ingrid, datetime.now(UTC) + timedelta(days=9), "Sledge dogs first.")
    browser = sign_in(asker)
    page = browser.get(f"/questions/{question.id}/experts").text
    assert "Away until" in page
    assert "Sledge dogs first." in page
    assert "Ask Ingrid" not in page

    form = {"expert": str(ingrid.id), "note": "It is your replication."}
    refused = browser.post(f"/questions/{question.id}/experts", data=form)

    assert refused.status_code == 422
    assert "Ingrid is away until" in refused.text
    assert "It is your replication." in refused.text


@pytest.mark.parametrize("form", [{}, {"expert": "nobody"}, {"expert": "1", "note": "x" * 301}])
def test_a_form_without_an_expert_is_refused(sign_in, question, asker, ingrid, form):
    assert sign_in(asker).post(f"/questions/{question.id}/experts", data=form).status_code == 422
    assert invitations_to(question) == []


def test_whoever_is_no_expert_is_unknown_here(sign_in, question, asker):
    member = PersonFactory()

    posted = sign_in(asker).post(f"/questions/{question.id}/experts", data={"expert": str(member.id)})

    assert posted.status_code == 404


def test_a_steward_assigns_and_others_do_not(sign_in, question, ingrid):
    steward, address = sign_in(StewardFactory(name="Maeve Quinn")), f"/questions/{question.id}/assignment"
    assert "Assign it to Ingrid" in steward.get(f"/questions/{question.id}/experts").text
    for other in (PersonFactory(), ExpertFactory(), SalesFactory()):
        assert sign_in(other).get(f"/questions/{question.id}/experts").status_code == 403
        assert sign_in(other).post(address, data={"expert": str(ingrid.id)}).status_code == 403

    assigned = steward.post(address, data={"expert": str(ingrid.id), "note": "Yours, I think."})

    assert assigned.status_code == 303
    mine = panel(page_of(sign_in(ingrid), question))
    assert "A steward gave it to you: “Yours, I think.”" in mine
    assert "Give it back" in mine


def test_an_experts_comment_can_ask_for_more(sign_in, client, question, ingrid, asker):
    expert = sign_in(ingrid)
    assert "I need more from Marta" in page_of(expert, question)
    assert "I need more" not in page_of(sign_in(asker), question)
    assert "I need more" in expert.get(f"/posts/{question.id}/comments").text

    expert.post(f"/posts/{question.id}/comments", data={"body": "Which version is it?", "ask_for_more": "y"})
    assert "Marta, who asked" in panel(page_of(client, question))

    sign_in(asker).post(f"/posts/{question.id}/comments", data={"body": "It is 7.2.4."})
    assert "Ingrid" in panel(page_of(client, question))


def test_a_member_cannot_hand_the_step_to_the_asker(sign_in, question):
    form = {"body": "Which version is it?", "ask_for_more": "y"}

    assert sign_in(PersonFactory()).post(f"/posts/{question.id}/comments", data=form).status_code == 403
    db.session.refresh(question)
    assert (question.next_step, question.comment_count) == ("nobody", 0)


def test_the_number_of_queries_does_not_grow_with_the_calls(sign_in, queries, question, asker):
    browser = sign_in(asker)

    def counted():
        with queries() as seen:
            page_of(browser, question)
        return len(seen)

    experts = [ExpertFactory() for _ in range(3)]
    with write():
        actions.invite_expert(question, experts[0], by=asker)
    few = counted()
    with write():
        for expert in experts[1:]:
            actions.invite_expert(question, expert, by=asker)

    assert counted() == few


def test_experts_are_suggested_by_what_they_know_and_how_busy_they_are(sign_in, question, asker, ingrid):
    busy = ExpertFactory(name="Bruno Busy")
    for _ in range(3):
        AnswerFactory(author=busy)
    with write():
        for _ in range(9):
            actions.invite_expert(QuestionFactory(), busy, by=db.session.get_one(Person, newest_asker()))

    page = sign_in(asker).get(f"/questions/{question.id}/experts").text

    assert page.index("Ask Ingrid") < page.index("Ask Bruno")
    assert "9 questions waiting" in page


def newest_asker():
    return db.session.query(Person.id).order_by(Person.id.desc()).limit(1).scalar()
