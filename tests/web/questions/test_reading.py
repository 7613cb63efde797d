"""Lists and the page of one question, for guests and members."""

from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.db import write
from app.questions import actions
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database


def address_of(question):
    return f"/questions/{question.id}/{question.slug}"


def test_a_guest_reads_question_and_answers_without_a_cookie(client):
    question = QuestionFactory()
    AnswerFactory(question=question, accepted=True)

    page = client.get(address_of(question))

    assert page.status_code == 200
    assert "Every night at two the replication stops." in page.text
    assert "Look at the schedule of the snapshots" in page.text
    assert "Accepted by" in page.text
    assert "Set-Cookie" not in page.headers
    assert "csrf_token" not in page.text
    assert page.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert client.get(address_of(question), headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


def test_what_a_member_sees_is_not_kept_by_caches(sign_in):
    question = QuestionFactory()

    page = sign_in(PersonFactory()).get(address_of(question))

    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Post your answer" in page.text


def test_every_spelling_of_the_address_leads_to_the_one_address(client):
    question = QuestionFactory()

    for spelling in (f"/questions/{question.id}", f"/questions/{question.id}/other-words"):
        answer = client.get(spelling)
        assert answer.status_code == 301
        assert answer.location == address_of(question)


@pytest.mark.parametrize("address", ["/questions/999999", f"/questions/{2**70}", "/tags/none-such", "/products/none"])
def test_what_is_not_there_says_so(client, address):
    page = client.get(address)

    assert page.status_code == 404
    assert "This page is not here" in page.text


@pytest.mark.both_databases
def test_the_name_tag_says_what_was_true_when_it_was_written(client):
    expert = ExpertFactory(job_title="Support engineer")
    question = QuestionFactory()
    AnswerFactory(question=question, author=expert)

    assert "<span>Support engineer, <b>Northwind Systems</b>" in client.get(address_of(question)).text

    with write():
        expert.job_title = "Storage architect"

    assert "<span>then Support engineer, <b>Northwind Systems</b>" in client.get(address_of(question)).text


def test_a_customer_stands_beside_the_company_and_has_no_name_tag(client):
    account = AccountFactory(name="Fernhill Hospitals")
    question = QuestionFactory(author=PersonFactory(account=account))

    page = client.get(address_of(question)).text

    assert "Fernhill Hospitals" in page
    assert "nametag" not in page


def test_an_answer_that_was_deleted_leaves_a_tombstone(client, sign_in):
    question, author = QuestionFactory(), ExpertFactory()
    answer = AnswerFactory(question=question, author=author, body="Never do this at home, whatever they say.")
    with write():
        actions.delete_answer(answer, question, by=author)

    for browser in (client, sign_in(PersonFactory())):
        page = browser.get(address_of(question)).text
        assert "This answer was deleted." in page
        assert "Never do this at home" not in page
    assert "Never do this at home" in sign_in(author).get(address_of(question)).text
    assert "Never do this at home" in sign_in(StewardFactory()).get(address_of(question)).text


def test_a_deleted_question_is_there_for_its_author_and_stewards_only(client, sign_in):
    author = PersonFactory()
    question = QuestionFactory(author=author)
    with write():
        actions.delete_question(question, by=author)

    assert client.get(address_of(question)).status_code == 404
    assert sign_in(PersonFactory()).get(address_of(question)).status_code == 404
    assert "This question is deleted" in sign_in(author).get(address_of(question)).text
    assert question.title not in client.get("/questions").text


@pytest.mark.both_databases
def test_lists_show_what_their_names_say(client):
    waiting = QuestionFactory(title="Why does nobody answer this one here?")
    answered = QuestionFactory(title="Why is this answered but not solved yet?")
    AnswerFactory(question=answered)
    solved = QuestionFactory(title="Why was this one solved so soon?")
    AnswerFactory(question=solved, accepted=True)

    shown = {view: client.get(f"/questions?view={view}").text for view in ("newest", "active", "unanswered", "solved")}

    for question in (waiting, answered, solved):
        assert question.title in shown["newest"]
        assert question.title in shown["active"]
    assert [one.title in shown["unanswered"] for one in (waiting, answered, solved)] == [True, False, False]
    assert [one.title in shown["solved"] for one in (waiting, answered, solved)] == [False, False, True]
    assert client.get("/questions?view=best").status_code == 400


def test_a_topic_and_a_product_have_lists_of_their_own(client):
    product = ProductFactory(name="Halyard 400", slug="halyard-400")
    one = QuestionFactory(tags=("c++", "replication"), product=product)
    other = QuestionFactory(tags=("boot",))

    assert one.title in client.get("/tags/c%2B%2B").text
    assert other.title not in client.get("/tags/c%2B%2B").text
    assert one.title in client.get("/products/halyard-400").text
    assert other.title not in client.get("/products/halyard-400").text
    assert "/tags/c%2B%2B" in client.get("/tags").text


@pytest.mark.both_databases
def test_a_list_goes_on_where_it_stopped(client):
    moment = clock.now() - timedelta(days=1)
    questions = [
        QuestionFactory(title=f"Which cable goes into port {number} of it?", at=moment + timedelta(minutes=number))
        for number in range(25)
    ]

    first = client.get("/questions").text
    onwards = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = client.get(onwards).text

    assert [question.title in first for question in questions] == [number >= 5 for number in range(25)]
    assert [question.title in second for question in questions] == [number < 5 for number in range(25)]
    assert client.get("/questions?after=nonsense").status_code == 400


def test_a_thread_without_end_is_shown_in_parts(client):
    question = QuestionFactory()
    with write():
        answers = [AnswerFactory(question=question, body=f"Answer number {number:03}.") for number in range(32)]
    comment = CommentFactory(post=answers[0])

    page = client.get(address_of(question)).text

    assert "Answer number 029." in page
    assert "Answer number 030." not in page
    assert "More answers" in page
    assert comment.body in page


def test_comments_of_a_busy_post_go_on_on_a_page_of_their_own(client):
    question = QuestionFactory()
    author = PersonFactory()
    with write():
        for number in range(33):
            CommentFactory(post=question, author=author, body=f"Comment number {number:03}.")

    page = client.get(address_of(question)).text
    rest = client.get(f"/posts/{question.id}/comments").text

    assert "Comment number 029." not in page
    assert "Comment number 030." in page
    assert "All 33 comments" in page
    assert "Comment number 000." in rest


def test_pages_run_as_many_queries_for_much_as_for_little(client, sign_in, queries):
    author, reader = PersonFactory(), PersonFactory()
    question = QuestionFactory(author=author)
    AnswerFactory(question=question, accepted=True)
    AnswerFactory(question=question)
    AnswerFactory(question=QuestionFactory(author=author))
    AnswerFactory(accepted=True)
    addresses = [address_of(question), "/", "/questions", "/tags/replication", f"/@{author.handle}"]

    def counted():
        found = {}
        for browser in (client, sign_in(reader)):
            for address in addresses:
                with queries() as seen:
                    assert browser.get(address).status_code == 200
                found[browser, address] = len(seen)
        return list(found.values())

    CommentFactory(post=question)
    few = counted()
    with write():
        for _ in range(6):
            answer = AnswerFactory(question=question)
            CommentFactory(post=answer, author=ExpertFactory())
            QuestionFactory(author=author)
            AnswerFactory(accepted=True)

    assert counted() == few
    assert max(few) <= 27


def test_markup_of_readers_stays_text(client):
    question = QuestionFactory(body="<script>alert(1)</script> & **bold**")

    page = client.get(address_of(question)).text

    assert "<script>alert" not in page
    assert "<strong>bold</strong>" in page
