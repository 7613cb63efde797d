"""What a member reads about their company is what sales reads, with who looked and how often; and how they leave."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.actions import add_owner, set_lead, set_parent, set_status
from app.accounts.models import Account, Membership, Ownership, Status
from app.affinity.actions import keep_snapshots, measure, record_view
from app.affinity.models import AffinityEvent, MeasuringDue, NotCounted, ReportView
from app.affinity.openings import SOMETHING, Opened, words_of
from app.affinity.purposes import Purpose
from app.exchange.webhooks import add_webhook
from app.jobs.promise import keep_promise
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people import audit
from app.people.models import AuditEntry, AuditHead, Person
from app.web.site.promise import looks_at
from tests.outcomes.deals import deal
from tests.support.client import signed_in
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
)

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
REPORT = re.compile(r'<div class="stack loose report" id="report">.*?\n        </div>\n', re.DOTALL)
# What sales can press stands on a member's page as the words of the button.
PRESSED = re.compile(r'<form[^>]*><input[^>]*><button[^>]*>([^<]*)<span class="aloud">.*?</span></button></form>')


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


@pytest.fixture
def fernhill() -> Account:
    """A company of six people who asked, each answered by one of two experts."""
    return company("Fernhill Hospitals")


@pytest.fixture
def owner(fernhill) -> Person:
    return look_after(fernhill, SalesFactory.create(name="Owen Hart"))


def company(name: str, people: int = 6) -> Account:
    asked = NOW - timedelta(days=20)
    account = AccountFactory.create(name=name, at=asked)
    experts = [ExpertFactory.create(at=asked) for _ in range(2)]
    for number in range(people):
        asker = PersonFactory.create(account=account, at=asked)
        question = QuestionFactory.create(author=asker, at=asked + timedelta(days=1), tags=["replication"])
        answered = asked + timedelta(days=1, hours=3)
        AnswerFactory.create(question=question, author=experts[number % 2], accepted=number > 1, at=answered)
    QuestionFactory.create(author=asker, at=NOW - timedelta(days=5))
    deliver_pending()
    return account


def look_after(account: Account, person: Person, role: Ownership = Ownership.OWNER) -> Person:
    with write():
        add_owner(account, person, role)
    return person


def snapshot() -> None:
    with write():
        keep_snapshots(measure(clock.now()))


def report_in(page: str) -> str:
    (found,) = REPORT.findall(page)
    return re.sub(r"\s+", " ", PRESSED.sub(r"\1", found))


def test_members_read_what_sales_reads(sign_in, fernhill, owner):
    snapshot()
    sold = sign_in(owner).get(f"/sales/accounts/{fernhill.id}").text
    read = sign_in(PersonFactory.create(account=fernhill)).get("/promise/company").text

    assert "Affinity" in report_in(sold)
    assert report_in(read) == report_in(sold)


def test_members_read_about_a_company_above_theirs_as_well(sign_in, fernhill):
    above, other = company("Fernhill Group"), company("Larkspur Mills")
    with write():
        set_parent(fernhill, above)
    snapshot()
    reader = sign_in(PersonFactory.create(account=fernhill))

    assert "<h1>Fernhill Group</h1>" in reader.get(f"/promise/company/{above.id}").text
    assert "<h1>Fernhill Hospitals</h1>" in reader.get("/promise/company").text
    assert f"/promise/company/{above.id}" in reader.get("/promise").text
    for number in (other.id, 999, 2**70):
        assert reader.get(f"/promise/company/{number}").status_code == 404


def test_nobody_else_reads_a_company_there(sign_in, fernhill, client):
    snapshot()
    for reader in (PersonFactory.create(), ExpertFactory.create(), AdminFactory.create(), SalesFactory.create()):
        assert sign_in(reader).get(f"/promise/company/{fernhill.id}").status_code == 404
    assert client.get(f"/promise/company/{fernhill.id}").status_code in {302, 303, 401}


def test_whoever_belongs_to_none_reads_why(sign_in):
    assert "counted for no company" in sign_in(PersonFactory.create()).get("/promise/company").text
    assert "You work here" in sign_in(ExpertFactory.create()).get("/promise/company").text


def test_whoever_said_that_it_is_not_their_company_reads_so(sign_in, fernhill):
    member = sign_in(PersonFactory.create(account=fernhill))
    member.post("/settings/privacy/company/leaving")

    assert "counted for no company, because you or an admin said so" in member.get("/promise").text
    text = member.get("/promise/company").text

    assert "said that the company of your address is not yours" in text
    assert "stands for no company" not in text


def test_partners_stand_in_no_report(sign_in, fernhill):
    with write():
        set_status(fernhill, Status.PARTNER)
    snapshot()

    assert "counted for no company" in sign_in(PersonFactory.create(account=fernhill)).get("/promise/company").text


def test_looking_as_a_member_is_written_down_nowhere(sign_in, fernhill):
    snapshot()
    sign_in(PersonFactory.create(account=fernhill)).get("/promise/company")

    assert db.session.scalar(select(func.count(ReportView.id))) == 0


def test_members_see_who_looked_as_what_and_what_for(sign_in, fernhill, owner):
    backup = look_after(fernhill, SalesFactory.create(name="Bea Kamp"), Ownership.BACKUP)
    lead = SalesFactory.create(name="Lena Orr")
    with write():
        set_lead(lead, owner)
        record_view(owner, "account", fernhill, Purpose.VISIT)
        record_view(owner, "account", fernhill, Purpose.VISIT)
        record_view(backup, "portfolio.csv", None, Purpose.REVIEW)
        record_view(lead, "account on paper", fernhill, Purpose.LEADERSHIP)

    page = sign_in(PersonFactory.create(account=fernhill)).get("/promise").text

    assert "account owner twice, backup of the account owner once, lead in sales once" in page
    assert "Owen Hart, account owner</td><td>the page about Fernhill Hospitals</td><td>Preparing a visit" in page
    assert "Bea Kamp, backup of the account owner</td><td>the list of their accounts, as a file" in page
    assert "Lena Orr, lead in sales" in page


def test_members_read_in_words_whatever_sales_opens(sign_in, fernhill, owner):
    snapshot()
    made = deal(fernhill)
    browser = sign_in(owner)
    pages = ["/sales", "/sales/portfolio.csv", "/sales/summary/2026/3", "/sales/outcomes", f"/sales/outcomes/{made.id}"]
    for page in [*pages, f"/sales/accounts/{fernhill.id}", f"/sales/accounts/{fernhill.id}/print"]:
        assert browser.get(page).status_code == 200

    looks = looks_at(fernhill)

    assert {view.partition(" of ")[0] for view in db.session.scalars(select(ReportView.what))} == {*Opened}
    assert len({look.what for look in looks}) == len(looks) == len(Opened)
    assert "the summary of March 2026" in {look.what for look in looks}
    assert SOMETHING not in {look.what for look in looks}


def test_what_no_page_writes_any_more_is_a_report():
    assert words_of("report", "Fernhill") == SOMETHING


def test_what_the_site_has_sold_to_everybody(client, fernhill):
    page = client.get("/promise").text

    assert "No request of a member waits" in page
    assert "Its end has not been kept yet" in page or "Seal" in page


def test_the_end_of_the_trail_stands_there_with_its_day(client):
    with write():
        audit.note("tests.done", by=None)
    keep_promise()
    with write():
        audit.note("tests.done", by=None)
    head = db.session.scalars(select(AuditHead)).one()

    page = client.get("/promise").text
    assert head.seal in page
    assert "20 March" in page
    assert head.entry_id == 1


def test_leaving_the_count_takes_what_was_counted(sign_in, fernhill):
    asker = somebody_of(fernhill)
    reader = sign_in(asker)
    before = db.session.scalar(select(func.count(AffinityEvent.id)))

    assert "Do not count me" in reader.get("/promise/counting").text
    assert reader.post("/promise/counting/leaving").headers["Location"] == "/promise/counting"

    assert db.session.get(NotCounted, asker.id) is not None
    assert db.session.scalar(select(func.count(AffinityEvent.id))) < before
    assert db.session.get(MeasuringDue, fernhill.id) is not None
    assert "You are not counted" in reader.get("/promise/counting").text
    assert "Be counted again" in reader.get("/promise").text

    reader.post("/promise/counting/returning")
    deliver_pending()
    assert db.session.get(NotCounted, asker.id) is None
    assert db.session.scalar(select(func.count(AffinityEvent.id))) == before
    deeds = select(AuditEntry.deed).where(AuditEntry.deed.startswith("counting."))
    assert db.session.scalars(deeds.order_by(AuditEntry.id)).all() == ["counting.left", "counting.returned"]


def test_leaving_twice_is_leaving_once(sign_in, fernhill):
    reader = sign_in(somebody_of(fernhill))
    for _ in range(2):
        assert reader.post("/promise/counting/leaving").status_code == 303

    assert db.session.scalar(select(func.count()).select_from(NotCounted)) == 1


def test_employees_have_nothing_to_leave(sign_in):
    expert = sign_in(ExpertFactory.create())

    assert "nothing to leave" in expert.get("/promise/counting").text
    assert expert.post("/promise/counting/leaving").status_code == 403


def somebody_of(account: Account) -> Person:
    rows = select(Person).join(Membership, Membership.person_id == Person.id)
    return db.session.scalars(rows.where(Membership.account_id == account.id).order_by(Person.id)).first()


def test_with_reports_switched_off_nothing_is_said_of_a_company(app_with):
    off = app_with(affinity_enabled=False)
    with off.app_context():
        reader = signed_in(off, PersonFactory.create(account=AccountFactory.create(name="Larkspur Mills")))
        assert "the operator has switched reports off" in reader.get("/promise").text
        assert "switched reports off" in reader.get("/promise/company").text
        assert "nobody is counted at the moment" in reader.get("/promise/counting").text


def test_a_member_reads_which_other_systems_are_told(app, fernhill):
    with write():
        add_webhook("https://crm.example.com/hook?key=unseen7", by=AdminFactory())
    member = PersonFactory(account=fernhill)

    page = signed_in(app, member).get("/promise").text

    assert "crm.example.com" in page
    assert "unseen7" not in page
    assert "crm.example.com" not in app.test_client().get("/promise").text
