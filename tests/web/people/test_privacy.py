"""Who sees what: each sentence of the page is what the site does."""

import re

import pytest

from app.accounts import actions, mapping
from app.accounts.models import Account, Apart
from app.accounts.queries import account_of, kept_apart
from app.kernel.db import db, write
from app.people.models import AuditEntry, Person
from app.questions.models import Visibility
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

TITLE = "What would our plans cost us?"


@pytest.fixture
def fernhill():
    return AccountFactory(name="Fernhill Hospitals", domains=["fernhill.example"])


@pytest.fixture
def marta(fernhill):
    return PersonFactory(
        account=fernhill,
        handle="martak",
        name="Marta Kowalska",
        job_title="Storage admin",
        address="m@fernhill.example",
    )


def words(page):
    """The text of a page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_a_member_reads_what_is_there_of_them(sign_in, marta):
    QuestionFactory(author=marta)
    said = words(sign_in(marta).get("/settings/privacy"))

    for sentence in (
        "Marta Kowalska, @martak",
        "Storage admin",
        "Company Fernhill Hospitals",
        "0 answers, 1 question",
        "Your page names Fernhill Hospitals.",
        "You are counted under Fernhill Hospitals , because of the domain of your e-mail address.",
        "with fewer than three people taking part there is no number",
        "for 60 days",
    ):
        assert sentence in said
    assert "fernhill.example" not in said


def test_a_switch_says_how_it_stands(sign_in, marta):
    browser = sign_in(marta)
    browser.post("/settings/profile", data={"name": "Marta Kowalska", "job_title": ""})

    said = words(browser.get("/settings/privacy"))
    assert "Your page does not name your company." in said
    assert "Company Fernhill" not in said
    assert "Fernhill" not in browser.get("/@martak").text
    assert "noindex" in browser.get("/@martak").headers["X-Robots-Tag"]


def test_in_confidence_means_those_whom_the_page_names(sign_in, marta, fernhill):
    question = QuestionFactory(author=marta, title=TITLE, visibility=Visibility.COMPANY)
    colleague, stranger = PersonFactory(account=fernhill), PersonFactory()
    path = f"/questions/{question.id}/{question.slug}"
    said = words(sign_in(marta).get("/settings/privacy"))

    assert "in confidence for Fernhill Hospitals" in said
    assert "so can our experts, stewards and admins, and nobody else" in said
    for reader in (colleague, ExpertFactory(), StewardFactory(), AdminFactory()):
        assert sign_in(reader).get(path).status_code == 200
    for reader in (stranger, SalesFactory()):
        assert sign_in(reader).get(path).status_code == 404


def test_sales_reads_of_nobody_by_name(sign_in, marta, fernhill):
    waiting = QuestionFactory(author=marta, title="Why does the fan run at full speed?")
    AnswerFactory(question=QuestionFactory(author=marta), author=ExpertFactory(), accepted=True)
    page = sign_in(SalesFactory(looks_after=(fernhill,))).get(f"/sales/accounts/{fernhill.id}").text

    assert waiting.title in page
    for unsaid in ("Marta", "martak", "fernhill.example"):
        assert unsaid not in page


def test_who_was_set_to_a_company_by_hand_reads_why_and_can_end_it(sign_in, fernhill):
    ana = PersonFactory(address="ana@gmail.com", handle="ana-k", name="Ana Kovac")
    with write():
        mapping.set_by_hand(
            db.session.get_one(Person, ana.id), db.session.get_one(Account, fernhill.id), "She told us at the fair."
        )
    browser = sign_in(ana)

    assert "because an admin said so: She told us at the fair." in words(browser.get("/settings/privacy"))
    assert browser.post("/settings/privacy/company/remove").status_code == 303
    assert account_of(db.session.get_one(Person, ana.id)) is None
    assert "You belong to no company that we know" in words(browser.get("/settings/privacy"))
    assert browser.post("/settings/privacy/company/remove").status_code == 422


def test_a_company_that_is_not_theirs_is_left_and_can_be_taken_back(sign_in, marta, fernhill):
    """What the page says would follow, follows."""
    colleague, browser = PersonFactory(account=fernhill), sign_in(marta)
    theirs = QuestionFactory(author=colleague, title="What do they pay us?", visibility=Visibility.COMPANY)
    own = QuestionFactory(author=marta, title=TITLE, visibility=Visibility.COMPANY)
    said = words(browser.get("/settings/privacy/company/leaving"))
    assert "Fernhill Hospitals is not your company?" in said
    assert account_of(db.session.get_one(Person, marta.id)) is not None

    assert browser.post("/settings/privacy/company/leaving").status_code == 303
    assert "You are counted under no company, because you said so on" in words(browser.get("/settings/privacy"))
    paths = [f"/questions/{one.id}/{one.slug}" for one in (theirs, own)]
    assert [browser.get(path).status_code for path in paths] == [404, 200]
    assert sign_in(colleague).get(paths[1]).status_code == 200
    assert QuestionFactory(author=db.session.get_one(Person, marta.id)).author_employer == ""
    assert browser.post("/settings/privacy/company/leaving").status_code == 422
    assert browser.get("/settings/privacy/company/leaving").status_code == 303

    assert browser.post("/settings/privacy/company/return").status_code == 303
    assert account_of(db.session.get_one(Person, marta.id)).id == fernhill.id
    assert browser.post("/settings/privacy/company/return").status_code == 422
    noted = [one.deed for one in db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id))]
    assert noted[-2:] == ["people.account_left", "people.account_returned"]


def test_a_contractor_reads_why_and_cannot_end_it(sign_in, marta):
    with write():
        actions.keep_apart(db.session.get_one(Person, marta.id), Apart.CONTRACTOR, "Builds our racks until May.")
    browser = sign_in(marta)

    assert "an admin said that you work for us: Builds our racks until May." in words(browser.get("/settings/privacy"))
    assert browser.post("/settings/privacy/company/return").status_code == 422
    assert kept_apart(db.session.get_one(Person, marta.id)).kind == Apart.CONTRACTOR


def test_who_is_counted_for_a_subsidiary_reads_where_else_it_counts(sign_in, marta, fernhill):
    with write():
        holding = actions.add_account("Fernhill Holding", domains=())
        actions.set_parent(db.session.get_one(Account, fernhill.id), holding)

    said = words(sign_in(marta).get("/settings/privacy"))
    assert "Fernhill Hospitals belongs to Fernhill Holding: reports about that company count it as well." in said


def test_an_employee_reads_what_concerns_them(sign_in):
    said = words(sign_in(ExpertFactory(name="Ingrid Solheim", handle="sanfox")).get("/settings/privacy"))

    assert "Search engines are told not to list your page." in said
    assert "How soon you answer is not shown." in said
    assert "In them stands your handle" in said
    assert "What others of your company see" not in said
