"""Companies, invitations, topics, choices, texts and health, as admins see to them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app import create_app
from app.accounts import queries as accounts
from app.jobs import doctor
from app.jobs.indexing import apply_pending
from app.kernel import clock, heartbeat
from app.kernel.db import db, write
from app.kernel.events import OutboxMessage
from app.people.models import AuditEntry, JoinInvitation
from app.site import queries as site
from app.site.choices import Privileges, SignUpRule, Statistics
from tests.support.databases import close_connections
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
)

pytestmark = pytest.mark.one_database


@pytest.fixture
def browser(sign_in):
    return sign_in(AdminFactory.create())


def deeds():
    return list(db.session.scalars(select(AuditEntry.deed).order_by(AuditEntry.id)))


def test_an_account_is_added_changed_and_found(browser):
    PersonFactory.create(address="ana@acme.example")
    new = {"name": "Acme  Ltd", "domains": "acme.example\nacme-labs.example", "size_band": "m", "crm_id": "00Q1"}
    added = browser.post("/admin/accounts/new", data={**new, "idempotency_key": "once"})
    again = browser.post("/admin/accounts/new", data={**new, "idempotency_key": "once"})
    assert added.location == again.location
    page = browser.get(added.location).text
    assert "Acme Ltd" in page
    assert "1 member belongs" in page
    assert "acme-labs.example" in page
    assert "ana@" not in page

    changed = browser.post(added.location, data={"name": "Acme Works", "size_band": "", "crm_id": ""})
    assert changed.status_code == 303
    assert "Acme Works" in browser.get("/admin/accounts?name=works").text
    assert "Acme Works" not in browser.get("/admin/accounts?name=orks").text
    assert deeds() == ["accounts.added", "accounts.changed"]


def test_accounts_are_not_mixed_up(browser):
    acme = AccountFactory.create(name="Acme", domains=["acme.example"])
    AccountFactory.create(name="Beta", domains=["beta.example"])
    path = f"/admin/accounts/{acme.id}"

    for data in ({"name": "BETA"}, {"name": ""}, {"name": "Acme", "size_band": "huge"}):
        assert browser.post(path, data=data).status_code == 422
    for domain in ("beta.example", "gmail.com", "northwind.example", "co.uk", "no domain", ""):
        assert browser.post(f"{path}/domains", data={"domain": domain}).status_code == 422
    assert browser.post(f"{path}/domains/removal", data={"domain": "beta.example"}).status_code == 422
    assert browser.get("/admin/accounts/999").status_code == 404
    assert deeds() == []


def test_domains_and_owners_come_and_go(browser):
    acme = AccountFactory.create(name="Acme", domains=[])
    person, rep = PersonFactory.create(address="ana@eu.acme.example"), SalesFactory.create(handle="rep")
    path = f"/admin/accounts/{acme.id}"

    assert browser.post(f"{path}/domains", data={"domain": "Acme.example", "subdomains": "y"}).status_code == 303
    assert accounts.account_of(person) == acme
    assert browser.post(f"{path}/domains/removal", data={"domain": "acme.example"}).status_code == 303
    assert accounts.account_of(person) is None
    assert browser.post(f"{path}/owners", data={"handle": "@rep"}).status_code == 303
    assert accounts.owners_of([acme.id]) == {acme.id: [rep]}
    assert browser.post(f"{path}/owners", data={"handle": person.handle}).status_code == 422
    assert browser.post(f"{path}/owners", data={"handle": "nobody"}).status_code == 422
    assert browser.post(f"{path}/owners/removal", data={"handle": "rep"}).status_code == 303
    assert accounts.owners_of([acme.id]) == {}
    assert [deed.partition(".")[2] for deed in deeds()] == [
        "domain_added", "domain_removed", "owner_added", "owner_removed",
    ]  # fmt: skip


def test_a_domain_that_several_have_can_be_made_an_account(browser):
    for name in ("ana", "bo", "cy"):
        PersonFactory.create(address=f"{name}@big.example")

    page = browser.get("/admin/accounts").text
    assert "/admin/accounts/new?domain=big.example" in page
    assert "big.example" in browser.get("/admin/accounts/new?domain=big.example").text
    assert "big.example" in browser.get("/admin").text


def test_an_invitation_is_shown_once_and_withdrawn(browser):
    made = browser.post("/admin/invitations", data={"note": "Edo of storage", "role": "expert"}).text
    invitation = db.session.scalars(select(JoinInvitation)).one()
    assert "/join/" in made
    assert invitation.role == "expert"
    assert "/join/" not in browser.get("/admin/invitations").text
    assert "Edo of storage" in browser.get("/admin/invitations").text

    assert browser.post(f"/admin/invitations/{invitation.id}/withdrawal").status_code == 303
    assert "Edo of storage" not in browser.get("/admin/invitations").text
    assert browser.post(f"/admin/invitations/{invitation.id}/withdrawal").status_code == 422
    assert browser.post("/admin/invitations", data={"role": "king"}).status_code == 422
    assert deeds() == ["invitations.made", "invitations.withdrawn"]


def test_topics_nobody_looks_after_get_somebody(browser):
    question = QuestionFactory.create(tags=["replication"])
    ExpertFactory.create(handle="edo")
    asker, tag = PersonFactory.create(handle="asker"), question.tags[0]
    assert "Nobody looks after replication" in browser.get("/admin").text
    path = f"/admin/topics/{tag.id}/stewards"

    for handles in ("", "@nobody", asker.handle):
        assert browser.post(path, data={"stewards": handles}).status_code == 422
    assert browser.post(path, data={"stewards": "@edo"}).status_code == 303
    assert "Nobody looks after" not in browser.get("/admin").text
    assert deeds() == ["topics.stewards_named"]


def test_choices_hold_from_the_next_request(browser, queries):
    with queries() as seen:
        assert site.personal_statistics() is Statistics.PERSON
        assert (site.sign_up_rule(), site.sign_up_domains()) == (SignUpRule.OPEN, ())
        assert (site.has_boards(), site.privileges()) == (True, Privileges.EVERYTHING)
    assert len(seen) == 1
    chosen = {
        "personal_statistics": "team",
        "sign_up_rule": "domains",
        "sign_up_domains": "Acme.example, müller.example\nacme.example",
        "boards": "off",
        "privileges": "young",
    }
    db.session.rollback()

    assert browser.post("/admin/choices", data=chosen).status_code == 303
    assert site.personal_statistics() is Statistics.TEAM
    assert site.sign_up_rule() is SignUpRule.DOMAINS
    assert site.sign_up_domains() == ("acme.example", "xn--mller-kva.example")
    assert (site.has_boards(), site.privileges()) == (False, Privileges.YOUNG)
    assert "xn--mller-kva.example" in browser.get("/admin/choices").text
    for wrong in ({"sign_up_rule": "everybody"}, {"sign_up_domains": "not a domain"}, {"boards": "maybe"}):
        assert browser.post("/admin/choices", data={**chosen, **wrong}).status_code == 422
    assert deeds() == ["choices.changed"] * 5


def test_no_secret_stands_on_the_page_of_settings(browser, app):
    page = browser.get("/admin/choices").text
    own = app.extensions["firsthand.settings"]

    for secret in (own.secret_key, own.address_key, own.database_url, own.mail_url):
        assert secret not in page


def test_an_older_text_can_hold_again(browser):
    browser.post("/admin/texts/terms", data={"body": "The first terms."})
    browser.post("/admin/texts/terms", data={"body": "The second terms."})
    versions = db.session.scalars(site.versions_of(site.TextName.TERMS)).all()

    assert "The second terms." in browser.get("/admin/texts/terms").text
    older = browser.get(f"/admin/texts/terms?version={versions[-1].id}").text
    assert "The first terms." in older
    assert "Save it, and it holds again" in older
    assert browser.get(f"/admin/texts/privacy?version={versions[-1].id}").status_code == 404
    assert "never" in browser.get("/admin/texts").text
    assert deeds() == ["texts.written"] * 2


def test_the_page_and_the_command_find_the_same(app, browser, tmp_path):
    run = app.test_cli_runner().invoke(args=["doctor", "--no-mail"])
    page = browser.get("/admin/health").text
    assert run.exit_code == 1
    assert "X Worker: It has never run here" in run.output
    assert "It has never run here" in page

    nowhere = create_app(replace(app.extensions["firsthand.settings"], database_url=f"sqlite:///{tmp_path}/none"))
    run = nowhere.test_cli_runner().invoke(args=["doctor", "--no-mail"])
    close_connections(nowhere)
    assert run.exit_code == 1
    assert "X " in run.output
    assert "Traceback" not in run.output


def test_what_is_well_is_no_fault(app, browser):
    apply_pending()
    with write():
        heartbeat.beat("worker")
    run = app.test_cli_runner().invoke(args=["doctor"])

    assert run.exit_code == 0, run.output
    assert "Mail: The mail server takes letters." in run.output
    assert browser.post("/admin/health/mail").status_code == 303
    assert "The mail server takes letters." in browser.get("/admin/health").text


def test_a_mail_server_that_is_gone_is_a_fault(app_with):
    site_without = app_with(mail_url="smtp://127.0.0.1:1")
    with site_without.app_context():
        found = list(doctor.mail_server())

    assert [one.grade for one in found] == [doctor.Grade.FAULT]


def test_an_outbox_that_waits_too_long_is_a_fault(browser):
    long_ago = clock.now() - 2 * doctor.OUTBOX_LATE
    with write():
        db.session.add(OutboxMessage(name="tests.late", payload="{}", recorded_at=long_ago, due_at=clock.now()))

    assert "Outbox: " in browser.get("/admin").text
    assert "the oldest since" in browser.get("/admin").text


@pytest.mark.parametrize(
    "part", ["people", "invitations", "accounts", "products", "choices", "texts", "health", "audit"]
)
def test_the_parts_are_for_admins_alone(sign_in, client, part):
    for factory in (PersonFactory, ExpertFactory, SalesFactory):
        assert sign_in(factory.create()).get(f"/admin/{part}").status_code == 403
    assert client.get(f"/admin/{part}").status_code in {302, 303, 401}
