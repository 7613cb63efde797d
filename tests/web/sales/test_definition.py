"""The page on what a lead is: proposals, signatures, history, and the checks of both sides."""

import pytest
from sqlalchemy import select

from app.kernel.db import db, write
from app.outcomes import definitions
from app.outcomes.models import LeadCheck, LeadDefinition, MarketingSigner, Side
from tests.outcomes.deals import deal, seller_of
from tests.support.factories import AccountFactory, AdminFactory, ExpertFactory, PersonFactory, SalesFactory

pytestmark = pytest.mark.one_database

PROPOSAL = {"why": "So that we mean the same.", "words-0": "They asked us", "required-0": "on", "words-1": "It is soon"}


@pytest.fixture
def signer():
    person = ExpertFactory(name="Noor Haddad")
    with write():
        definitions.name_signer(person, by=AdminFactory())
    return person


@pytest.fixture
def seller():
    return SalesFactory(name="Robin Castel")


@pytest.fixture
def agreed(sign_in, seller, signer):
    with write():
        made = definitions.propose([("They asked us", True), ("It is soon", False)], PROPOSAL["why"], by=seller).id
    sign_in(seller).post(f"/sales/definition/{made}/signature", data={"side": "sales"})
    sign_in(signer).post(f"/sales/definition/{made}/signature", data={"side": "marketing"})
    return [item.id for item in definitions.in_force().items]


def stored():
    return db.session.scalars(definitions.versions()).all()


@pytest.mark.parametrize("factory", [PersonFactory, ExpertFactory, AdminFactory])
def test_others_see_and_do_nothing(sign_in, factory):
    other = sign_in(factory())

    assert other.get("/sales/definition").status_code == 403
    assert other.get("/sales/definition/checks").status_code == 403
    for path in ("proposal", "1/signature", "1/withdrawal", "checks/1"):
        assert other.post(f"/sales/definition/{path}", data=PROPOSAL).status_code == 403
    assert stored() == []


def test_the_signer_opens_it_without_the_role_and_no_report(sign_in, signer):
    browser = sign_in(signer)

    assert browser.get("/sales/definition").status_code == 200
    for path in ("/sales", "/sales/outcomes", "/sales/introductions", "/sales/outcomes/new"):
        assert browser.get(path).status_code == 403


def test_the_first_form_holds_what_we_would_propose(sign_in, seller):
    page = sign_in(seller).get("/sales/definition").text

    assert "Nothing is agreed yet" in page
    assert "Somebody there asked us themselves" in page
    assert page.count('name="words-') == 10


def test_it_is_proposed_signed_by_both_and_in_force(sign_in, seller, signer):
    assert sign_in(seller).post("/sales/definition/proposal", data=PROPOSAL).status_code == 303
    (made,) = stored()
    assert [(item.words, item.required) for item in made.items] == [("They asked us", True), ("It is soon", False)]

    sign_in(seller).post(f"/sales/definition/{made.id}/signature", data={"side": "sales"})
    assert "Marketing: not signed yet" in sign_in(seller).get("/sales/definition").text
    sign_in(signer).post(f"/sales/definition/{made.id}/signature", data={"side": "marketing"})

    page = sign_in(seller).get("/sales/definition").text
    assert "Version 1, since 20 March" in page
    assert "Sales: Robin Castel, 20 March" in page
    assert "Marketing: Noor Haddad, 20 March" in page
    assert "in force, held from 20 March" in page


def test_a_proposal_that_says_nothing_keeps_what_was_typed(sign_in, seller):
    form = {"why": "Just because.", "words-0": "Only a wish of ours"}

    response = sign_in(seller).post("/sales/definition/proposal", data=form)

    assert response.status_code == 422
    assert "At least one item has to be required" in response.text
    assert "Only a wish of ours" in response.text
    assert "Just because." in response.text
    assert stored() == []


def test_sent_twice_it_is_proposed_once(sign_in, seller):
    for _ in range(2):
        response = sign_in(seller).post("/sales/definition/proposal", data={**PROPOSAL, "idempotency_key": "once"})
        assert response.status_code == 303

    assert len(stored()) == 1


def test_one_person_with_both_rights_signs_once(sign_in, seller):
    with write():
        definitions.name_signer(seller, by=AdminFactory())
        made = definitions.propose([("They asked us", True)], PROPOSAL["why"], by=seller).id
    browser = sign_in(seller)
    browser.post(f"/sales/definition/{made}/signature", data={"side": "sales"})

    response = browser.post(f"/sales/definition/{made}/signature", data={"side": "marketing"})

    assert response.status_code == 422
    assert "Two people have to agree" in response.text
    assert definitions.in_force() is None


def test_a_withdrawn_proposal_stays_in_the_history(sign_in, seller):
    browser = sign_in(seller)
    browser.post("/sales/definition/proposal", data=PROPOSAL)
    browser.post(f"/sales/definition/{stored()[0].id}/withdrawal")

    page = browser.get("/sales/definition").text
    assert "withdrawn 20 March" in page
    assert "Propose this version" in page


def test_an_unknown_version_is_not_here(sign_in, seller):
    browser = sign_in(seller)

    assert browser.post("/sales/definition/77/signature", data={"side": "sales"}).status_code == 404
    assert browser.post(f"/sales/definition/{2**63}/withdrawal").status_code == 404


def test_both_sides_check_an_opportunity(sign_in, signer, agreed):
    account = AccountFactory(name="Calder & Finch", domains=["calder.example"])
    owner = sign_in(seller_of(account))
    made = deal(account, won=None, closed=None)
    browser = sign_in(signer)
    assert "Nothing to check" in browser.get("/sales/definition/checks").text

    owner.post(f"/sales/outcomes/{made.id}/checks", data={"item": agreed, "holds": agreed[:1]})
    assert "<strong>Not yet.</strong>" in owner.get(f"/sales/outcomes/{made.id}").text
    assert "New racks, Calder &amp; Finch" in browser.get("/sales/definition/checks").text
    browser.post(f"/sales/definition/checks/{made.id}", data={"item": agreed, "holds": agreed[:1]})

    assert "<strong>Yes.</strong>" in owner.get(f"/sales/outcomes/{made.id}").text
    assert {(row.item_id, row.side, row.holds) for row in db.session.scalars(select(LeadCheck))} == {
        (agreed[0], "sales", True),
        (agreed[0], "marketing", True),
        (agreed[1], "sales", False),
        (agreed[1], "marketing", False),
    }


@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 30, "²", "-1"], ids=["thousands", "thirty", "raised", "below"])
def test_an_item_that_no_page_names_is_never_an_error(sign_in, signer, agreed, number):
    account = AccountFactory()
    owner, made = seller_of(account), deal(account)

    for browser, path in (
        (sign_in(owner), f"/sales/outcomes/{made.id}/checks"),
        (sign_in(signer), f"/sales/definition/checks/{made.id}"),
    ):
        assert browser.post(path, data={"item": [agreed[0], number], "holds": number}).status_code < 500
    assert {check.item_id for check in db.session.scalars(select(LeadCheck))} <= set(agreed)


def test_marketing_checks_what_sales_has_shown_it_alone(sign_in, signer, agreed):
    made = deal(AccountFactory(), won=None, closed=None)

    response = sign_in(signer).post(f"/sales/definition/checks/{made.id}", data={"item": agreed[0]})

    assert response.status_code == 404


def test_a_check_of_an_older_version_is_refused_with_the_new_one(sign_in, seller, signer, agreed):
    account = AccountFactory()
    owner, made = seller_of(account), deal(account, won=None, closed=None)
    with write():
        newer = definitions.propose([("They asked us twice", True)], PROPOSAL["why"], by=seller).id
        definitions.sign(newer, Side.SALES, by=seller)
        definitions.sign(newer, Side.MARKETING, by=signer)

    response = sign_in(owner).post(f"/sales/outcomes/{made.id}/checks", data={"item": agreed, "holds": agreed})

    assert response.status_code == 422
    assert "has changed meanwhile" in response.text
    assert "They asked us twice" in response.text


def test_words_of_a_definition_are_text(sign_in, seller):
    browser = sign_in(seller)
    browser.post("/sales/definition/proposal", data={**PROPOSAL, "words-0": "<script>alert(1)</script>"})

    assert "<script>alert(1)" not in browser.get("/sales/definition").text


def test_an_admin_names_who_signs_for_marketing(sign_in):
    admin, person = sign_in(AdminFactory()), ExpertFactory(handle="noor-signs")

    assert admin.post("/admin/marketing", data={"handle": "@noor-signs"}).status_code == 303
    assert db.session.get(MarketingSigner, person.id)
    assert person.name in admin.get("/admin/marketing").text
    admin.post("/admin/marketing/removal", data={"handle": "noor-signs"})
    assert db.session.scalars(select(MarketingSigner)).all() == []


@pytest.mark.parametrize(
    ("handle", "sentence"), [("nobody-here", "Nobody has the handle"), ("ana-member", "does not work here")]
)
def test_only_people_of_ours_are_named(sign_in, handle, sentence):
    PersonFactory(handle="ana-member")

    response = sign_in(AdminFactory()).post("/admin/marketing", data={"handle": handle})

    assert response.status_code == 422
    assert sentence in response.text
    assert handle in response.text


@pytest.mark.parametrize("factory", [PersonFactory, SalesFactory, ExpertFactory])
def test_nobody_but_an_admin_names_them(sign_in, factory):
    person = factory(handle="wants-it")

    assert sign_in(person).get("/admin/marketing").status_code == 403
    assert sign_in(person).post("/admin/marketing", data={"handle": "wants-it"}).status_code == 403
    assert db.session.scalars(select(LeadDefinition)).all() == []
