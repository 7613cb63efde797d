"""The page of an account beyond its numbers: what was given, where one can meet, companies below, both readers."""

from datetime import timedelta

import html5lib
import pytest

from app.accounts.actions import add_owner, set_lead, set_parent
from app.accounts.models import Ownership
from app.affinity.models import Alert
from app.affinity.not_counted import leave_out
from app.kernel.db import db, write
from app.people.models import Person
from app.questions.models import Visibility
from tests.support.factories import AccountFactory, AnswerFactory, PersonFactory, QuestionFactory, SalesFactory
from tests.support.meetings import office_hour
from tests.support.served import NOW, own, served_account, snapshot, somebody_of

pytestmark = pytest.mark.one_database


@pytest.fixture
def seller() -> Person:
    return SalesFactory(name="Robin Castel", handle="robin-sells")


@pytest.fixture
def account(seller):
    account = AccountFactory(name="Fernhill Hospitals")
    own(account, seller)
    return account


def report_in(text: str) -> str:
    """The words of the report itself, in one line."""
    document = html5lib.parse(text, namespaceHTMLElements=False)
    (report,) = (one for one in document.iter("div") if one.get("id") == "report")
    return " ".join(" ".join(report.itertext()).split())


def page_of(browser, account) -> str:
    response = browser.get(f"/sales/accounts/{account.id}")
    assert response.status_code == 200
    return response.text


def test_public_answers_stand_with_the_handle_that_their_author_chose(sign_in, seller, account):
    marta = PersonFactory(name="Marta Kowalska", handle="martak", account=account)
    elsewhere = QuestionFactory(title="Do blanking panels matter in a rack that is half empty?")
    answer = AnswerFactory(question=elsewhere, author=marta)

    page = page_of(sign_in(seller), account)

    assert f'href="/questions/{elsewhere.id}/{elsewhere.slug}#answer-{answer.id}"' in page
    assert "@martak, 20 March" in page
    assert "Marta Kowalska" not in page


def test_what_does_not_name_the_company_stands_nowhere(sign_in, seller, account):
    marta = PersonFactory(account=account)
    confidential = QuestionFactory(
        author=marta, visibility=Visibility.COMPANY, title="What do we tell the auditors about the keys?"
    )
    AnswerFactory(question=confidential, author=marta)
    unnamed = AnswerFactory(question=QuestionFactory(title="Asked without naming anybody"), author=marta)
    with write():
        db.session.merge(unnamed).author_employer = ""

    page = page_of(sign_in(seller), account)

    assert "No public answer names Fernhill Hospitals yet." in page
    for title in ("auditors", "Asked without naming"):
        assert title not in page


def test_the_page_does_not_tell_who_left_the_count(sign_in, seller, account):
    marta = PersonFactory(handle="martak", account=account)
    AnswerFactory(question=QuestionFactory(title="Do blanking panels matter?"), author=marta)
    QuestionFactory(author=marta, title="Which rails fit a rack of 600?")
    browser = sign_in(seller)
    before = report_in(page_of(browser, account))
    with write():
        leave_out(db.session.get_one(Person, marta.id))

    after = report_in(page_of(browser, account))

    assert "@martak" in before
    assert after == before


def test_an_account_page_reads_as_much_for_many_answers_as_for_one(sign_in, seller, account, queries):
    def answered() -> None:
        AnswerFactory(question=QuestionFactory(), author=PersonFactory(account=account))

    answered()
    browser, account_id = sign_in(seller), account.id
    page_of(browser, account)
    with queries() as few:
        browser.get(f"/sales/accounts/{account_id}")
    for _more in range(5):
        answered()
    with queries() as many:
        assert "@" in browser.get(f"/sales/accounts/{account_id}").text

    assert len(many) == len(few) <= 31
    assert sum(one.startswith("SELECT pledges.") for one in many) == 1
    assert sum("RECURSIVE down" in one for one in many) == 1


def test_times_at_public_occasions_stand_for_everybody(sign_in, seller, account):
    slot = office_hour(capacity=3)

    page = page_of(sign_in(seller), account)

    assert f'href="/meetings/slots/{slot.id}"' in page
    assert "whether anybody from Fernhill Hospitals comes is theirs to say" in page


def test_companies_above_and_below_are_named_in_words(sign_in, seller, account):
    group, lab = AccountFactory(name="Fernhill Group"), AccountFactory(name="Fernhill Labs")
    with write():
        set_parent(db.session.merge(account), db.session.merge(group))
        set_parent(db.session.merge(lab), db.session.merge(account))
    question = QuestionFactory(author=PersonFactory(account=lab), title="Why does the lab’s array stop at two?")
    AnswerFactory(question=QuestionFactory(), author=PersonFactory(account=lab))

    page = page_of(sign_in(seller), account)

    assert "Fernhill Hospitals is part of Fernhill Group." in page
    assert "This report takes in Fernhill Labs" in page
    assert "the author names Fernhill Hospitals or a company that is part of it" in page
    assert f"/questions/{question.id}/" in page


def test_a_member_reads_the_same_report_without_anything_to_press(sign_in, seller):
    account = served_account(5, "Fernhill Hospitals", owner=seller)
    QuestionFactory(author=somebody_of(account), title="Can the archive stay readable?", at=NOW - timedelta(hours=80))
    snapshot()
    with write():
        db.session.add(Alert(account_id=account.id, kind="overdue", cause="question:1"))
        db.session.add(Alert(account_id=account.id, kind="quiet", cause="since:1"))

    sold = page_of(sign_in(seller), account)
    shown = sign_in(somebody_of(account)).get(f"/promise/company/{account.id}")

    assert shown.status_code == 200
    told = report_in(shown.text)
    assert told.replace("Ask a steward to assign", "") == report_in(sold).replace(
        "Ask a steward to assign : Can the archive stay readable?", ""
    )
    assert "A public question has waited for longer than three days" in told
    assert "four months" not in told
    assert "/look/" not in shown.text
    assert "/sales" not in shown.text


def test_what_changed_since_the_last_look_is_said(sign_in, seller, travel_to):
    account = served_account(5, "Fernhill Hospitals", owner=seller)
    snapshot()
    assert "Since you last looked" not in page_of(sign_in(seller), account)

    travel_to(NOW + timedelta(days=7))
    with write():
        db.session.add(Alert(account_id=account.id, kind="advocacy", cause="answer:1"))
    page = page_of(sign_in(seller), account)

    assert "Since you last looked, on 20 March:" in page
    assert "New: they did something for other customers." in page


def test_the_list_of_accounts_says_what_is_new_until_an_hour_after_one_looked(sign_in, seller, account, travel_to):
    assert "This is your first look at this page." in sign_in(seller).get("/sales").text

    travel_to(NOW + timedelta(days=7))
    with write():
        db.session.add(Alert(account_id=account.id, kind="advocacy", cause="answer:1"))
    browser = sign_in(seller)
    for _look in range(2):
        page = browser.get("/sales").text
        assert "1 thing is new to you since you last looked, on 20 March." in page
        assert "<strong>New</strong>" in page

    travel_to(NOW + timedelta(days=7, hours=2))
    assert "Nothing is new to you since you last looked, on 27 March." in sign_in(seller).get("/sales").text


def test_what_stands_already_is_new_once_to_whoever_gets_the_account(sign_in, seller, account, travel_to):
    with write():
        db.session.add(Alert(account_id=account.id, kind="advocacy", cause="answer:1"))
    other, lead = SalesFactory(looks_after=(AccountFactory(),)), SalesFactory(looks_after=(AccountFactory(),))
    for reader in (other, lead):
        assert "first look" in sign_in(reader).get("/sales").text

    travel_to(NOW + timedelta(days=7))
    with write():
        add_owner(db.session.merge(account), db.session.merge(other), Ownership.BACKUP)
        set_lead(db.session.merge(lead), db.session.merge(seller))
    for reader in (other, lead):
        page = sign_in(reader).get("/sales").text
        assert "1 thing is new to you since you last looked, on 20 March." in page
        assert page.count("<strong>New</strong>") == 1

    travel_to(NOW + timedelta(days=7, hours=2))
    with write():
        # Who stood in and looks after it from now on has seen it.
        add_owner(db.session.merge(account), db.session.merge(other))
    for reader in (other, lead):
        assert "Nothing is new to you since you last looked, on 27 March." in sign_in(reader).get("/sales").text


def test_what_waits_below_is_not_new_to_whoever_saw_it_above(sign_in, seller, account, travel_to):
    below = AccountFactory()
    with write():
        set_parent(db.session.merge(below), db.session.merge(account))
        db.session.add_all(Alert(account_id=below.id, kind=kind, cause="c") for kind in ("overdue", "key_person"))
    sign_in(seller).get("/sales")
    travel_to(NOW + timedelta(days=7))
    own(below, seller)

    page = sign_in(seller).get("/sales").text

    assert "1 thing is new to you since" in page
    assert "More than half of the affinity rests on one person, since 20 March <strong>New</strong>" in page


def test_an_account_below_another_does_not_say_why_it_has_no_number(sign_in, seller):
    group, account = AccountFactory(name="Fernhill Group"), served_account(2, "Fernhill Hospitals", owner=seller)
    with write():
        set_parent(db.session.merge(account), db.session.merge(group))
    snapshot()
    browser = sign_in(seller)

    for page in (page_of(browser, account), browser.get("/sales").text):
        assert "Early: too few people have taken part here, or in the rest of the group" in page


def test_paper_has_the_addresses_and_no_button(sign_in, seller, account):
    question = QuestionFactory(author=PersonFactory(account=account))

    page = sign_in(seller).get(f"/sales/accounts/{account.id}/print").text

    assert f"/questions/{question.id}/{question.slug})</span>" in page
    assert "Each sheet says for whom it was made." in page
    assert "Print or save as PDF" not in page


def test_the_score_is_explained_with_the_formula_itself(client):
    page = client.get("/promise/score").text

    for number in ("12.28", "13.42", "9.65", "7.39", "4.86", "2.54", "1.19", "1.30", "2.39"):
        assert number in page
    assert "It is not better than its first part alone" in page
    assert "It does not say who buys." in page
