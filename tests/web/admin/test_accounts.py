"""What admins say about companies: owners, trees, shared domains, contractors, leads, and files of accounts."""

import io
import re

import pytest
from sqlalchemy import func, select

from app.accounts import actions, queries
from app.accounts.models import Account, Apart, Ownership, SharedDomain
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.models import AuditEntry, Person
from app.web.admin.account_import import LARGEST
from app.web.admin.sentences import sentence
from tests.support.factories import AccountFactory, AdminFactory, ExpertFactory, PersonFactory, SalesFactory

pytestmark = pytest.mark.one_database

IMPORT = "/admin/accounts/import"


@pytest.fixture
def browser(sign_in):
    return sign_in(AdminFactory())


@pytest.fixture
def acme():
    return AccountFactory.create(name="Acme", domains=["acme.example"])


@pytest.fixture
def rep():
    return SalesFactory.create(handle="nadia", name="Nadia Rahimi")


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def again(thing):
    return db.session.get_one(type(thing), thing.id)


def noted():
    return list(db.session.scalars(select(AuditEntry.deed).order_by(AuditEntry.id)))


def upload(browser, text, *, name="accounts.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return browser.post(IMPORT, data={"sheet": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def hidden(response, name):
    found = re.search(rf'name="{name}" type="hidden" value="([^"]*)"', response.text)
    return found[1].replace("&#34;", '"').replace("&#39;", "'").replace("&lt;", "<").replace("&amp;", "&")


def confirm(browser, shown, **more):
    fields = {"text": hidden(shown, "text"), "seen": hidden(shown, "seen"), **more}
    return browser.post(f"{IMPORT}/bringing-in", data=fields, content_type="multipart/form-data")


def test_owners_have_roles_and_a_history_on_the_page(browser, acme, rep):
    path = f"/admin/accounts/{acme.id}"
    SalesFactory.create(handle="callum", name="Callum Reid")
    for handle, role in (("nadia", "owner"), ("@callum", "backup")):
        assert browser.post(f"{path}/owners", data={"handle": handle, "role": role}).status_code == 303
    assert browser.post(f"{path}/owners/removal", data={"handle": "nadia"}).status_code == 303

    said = words(browser.get(path))
    assert re.search(r"Callum Reid stands in since \d+ \w+", said)
    assert re.search(r"Before that Nadia Rahimi owned it from \d+ \w+ to \d+ \w+", said)
    assert noted() == ["accounts.owner_added", "accounts.backup_added", "accounts.owner_removed"]
    assert browser.post(f"{path}/owners", data={"handle": "callum", "role": "king"}).status_code == 422


def test_status_and_parent_are_saved_noted_and_shown(browser, acme):
    holding = AccountFactory.create(name="Acme Holding", domains=[])
    fields = {"name": "Acme", "size_band": "m", "crm_id": "", "status": "partner", "parent": "acme holding"}
    assert browser.post(f"/admin/accounts/{acme.id}", data=fields).status_code == 303

    assert (again(acme).status, again(acme).parent_id) == ("partner", holding.id)
    assert noted() == ["accounts.changed", "accounts.status_set", "accounts.parent_set"]
    assert "Subsidiary of Acme Holding" in words(browser.get(f"/admin/accounts/{acme.id}"))
    assert "Right below it Acme" in words(browser.get(f"/admin/accounts/{holding.id}"))

    refused = browser.post(
        f"/admin/accounts/{holding.id}", data={**fields, "name": "Acme Group", "status": "customer", "parent": "Acme"}
    )
    assert refused.status_code == 422
    assert "Acme stands below" in words(refused)
    assert 'value="Acme Group"' in refused.text
    assert again(holding).name == "Acme Holding"
    assert browser.post(f"/admin/accounts/{acme.id}", data={**fields, "parent": "Nowhere"}).status_code == 422

    assert browser.post(f"/admin/accounts/{acme.id}", data={**fields, "parent": ""}).status_code == 303
    assert again(acme).parent_id is None


def test_a_new_domain_counts_what_is_below_it_unless_unticked(browser, acme):
    page = browser.get(f"/admin/accounts/{acme.id}").text
    assert re.search(r'<input[^>]*checked[^>]*name="subdomains"', page)
    assert browser.post("/admin/accounts/new", data={"name": "Beta", "domains": "beta.example"}).status_code == 303

    assert queries.account_of(PersonFactory.create(address="bo@eu.beta.example")).name == "Beta"


def test_shared_domains_come_with_a_reason_and_go(browser, acme):
    path = "/admin/accounts/shared-domains"
    ana = PersonFactory.create(address="ana@acme.example")
    assert browser.post(path, data={"domain": "acme.example"}).status_code == 422
    assert browser.post(path, data={"domain": "no domain", "reason": "A university."}).status_code == 422
    assert browser.post(path, data={"domain": "ACME.example", "reason": "A university."}).status_code == 303
    deliver_pending()

    assert queries.account_of(again(ana)) is None
    assert "acme.example A university." in words(browser.get(path))
    assert "many share it, so nobody belongs by it" in words(browser.get(f"/admin/accounts/{acme.id}"))

    assert browser.post(f"{path}/removal", data={"domain": "acme.example"}).status_code == 303
    assert browser.post(f"{path}/removal", data={"domain": "acme.example"}).status_code == 422
    assert queries.account_of(again(ana)).id == acme.id
    assert noted() == ["accounts.shared_domain_added", "accounts.shared_domain_removed"]


def test_contractors_count_for_nobody_until_an_admin_ends_it(browser, acme):
    ana = PersonFactory.create(address="ana@acme.example", handle="ana-k")
    path = "/admin/people/ana-k"
    assert browser.post(f"{path}/contractor", data={"contractor_reason": " "}).status_code == 422
    assert browser.post(f"{path}/contractor", data={"contractor_reason": "Builds our racks."}).status_code == 303

    assert queries.account_of(again(ana)) is None
    said = words(browser.get(path))
    assert "none, for they work for us: Builds our racks." in said
    assert "Set the company" not in said
    refused = browser.post(f"{path}/account", data={"account": "Acme", "reason": "Works there."})
    assert refused.status_code == 422

    assert browser.post(f"{path}/contractor/ending").status_code == 303
    assert queries.account_of(again(ana)).id == acme.id
    assert noted() == ["people.contractor_set", "people.contractor_ended"]


def test_what_a_member_said_is_shown_and_not_to_be_ended(browser, acme):
    ana = PersonFactory.create(address="ana@acme.example", handle="ana-k")
    with write():
        actions.keep_apart(again(ana), Apart.LEFT)

    assert "Only they can take that back." in words(browser.get("/admin/people/ana-k"))
    assert browser.post("/admin/people/ana-k/contractor/ending").status_code == 422
    assert queries.account_of(again(ana)) is None


def test_leads_are_set_and_ended_on_the_page_of_the_lead(browser, acme, rep):
    lead = SalesFactory.create(handle="callum")
    ExpertFactory.create(handle="sanfox")
    with write():
        actions.add_owner(again(acme), again(rep), Ownership.BACKUP)
    path = "/admin/people/callum"

    assert browser.post(f"{path}/leads", data={"handle": "@nadia"}).status_code == 303
    assert list(db.session.scalars(queries.looked_after_by(again(lead)))) == [again(acme)]
    assert "Leads Nadia Rahimi" in words(browser.get(path))
    assert re.search(r"Looks after Acme \(stands in\)\. Led by", words(browser.get("/admin/people/nadia")))
    for wrong in ("sanfox", "callum", "nobody", ""):
        assert browser.post(f"{path}/leads", data={"handle": wrong}).status_code == 422
    assert "In sales" not in words(browser.get("/admin/people/sanfox"))

    assert browser.post(f"{path}/leads/removal", data={"handle": "nadia"}).status_code == 303
    assert list(db.session.scalars(queries.looked_after_by(again(lead)))) == []
    assert noted() == ["people.lead_set", "people.lead_unset"]


def test_a_file_is_explained_and_then_brought_in(browser, acme, rep):
    shown = upload(browser, "\ufeffname;domains;owner;parent\r\nAcme East;east.example;nadia;Acme\r\nAcme;;;\r\n")

    assert shown.status_code == 200
    assert "1 account added, 0 changed, 1 as they are, 0 lines refused. Nothing has been written yet." in words(shown)
    assert "2 Acme East Added domain: east.example; @nadia owns it; becomes a subsidiary of Acme" in words(shown)
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1

    assert confirm(browser, shown).status_code == 303
    east = db.session.scalar(select(Account).where(Account.name == "Acme East"))
    assert (east.parent_id, queries.owners_of([east.id])) == (acme.id, {east.id: [again(rep)]})
    moved = ["accounts.changed_by_file", "accounts.imported"]
    assert noted() == ["accounts.added_by_file", "accounts.imported", *moved]
    trail = words(browser.get("/admin/audit"))
    assert "added the account Acme East by a file: domain: east.example; @nadia owns it" in trail
    assert "brought in a file of accounts: 1 added, 0 changed" in trail


def test_a_second_press_brings_in_nothing_else(browser):
    shown = upload(browser, "name\nBeta\n")
    assert confirm(browser, shown).status_code == 303

    late = confirm(browser, shown)
    assert late.status_code == 409
    assert "Something has changed since you looked." in words(late)
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1


def test_refused_lines_keep_everything_out_unless_left_out(browser, acme):
    shown = upload(browser, "name,domains\nBeta,gmail.com\nGamma,gamma.example\n")
    assert "gmail.com gives addresses to everybody" in words(shown)

    refused = confirm(browser, shown)
    assert refused.status_code == 422
    assert "Nothing was brought in" in words(refused)
    assert "2 Beta Refused" in words(refused)
    assert confirm(browser, refused, leave_refused="y").status_code == 303
    assert set(db.session.scalars(select(Account.name))) == {"Acme", "Gamma"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no account in the file"),
        (b"name,phone\nAcme,1\n", "no column “phone”"),
        (b"name\nAc\0me\n", "NUL"),
        (b"name\n" + b"x" * LARGEST, "larger than"),
        (b"name\n" + "Müller\n".encode("cp1252") * 21_000, "lines"),
    ],
    ids=["empty", "column", "nul", "large", "long"],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(browser, data, said):
    answer = upload(browser, data)

    assert answer.status_code == 422
    assert said in words(answer)


def test_no_file_and_no_text_get_a_sentence(browser):
    nothing = browser.post(IMPORT, data={}, content_type="multipart/form-data")
    assert (nothing.status_code, "Choose a file." in words(nothing)) == (422, True)
    assert browser.post(f"{IMPORT}/bringing-in", data={}).status_code in {409, 422}
    assert browser.get(IMPORT).status_code == 200


def test_hostile_names_stay_words_and_addresses_are_not_repeated(browser):
    shown = upload(
        browser,
        'name,domains,owner\n<script>alert(1)</script>,,\n"=HYPERLINK(""http://evil.example"")",,\n'
        "Beta,marta@beta.example,\nGamma,,marta@beta.example\nmarta@beta.example,,\n",
    )

    assert "<script>alert" not in shown.text
    assert "begins like a formula" in words(shown)
    table = shown.text[shown.text.index("<table") : shown.text.index("</table>")]
    assert "marta" not in table
    assert table.count("Refused") == 4


def test_every_deed_of_a_file_has_its_words():
    for deed in ("accounts.added_by_file", "accounts.changed_by_file"):
        assert sentence(deed, {"name": "Acme", "what": "size: m → l"}) is not None


def test_shared_domains_are_listed_in_pages(browser):
    with write():
        db.session.add_all(SharedDomain(domain=f"uni{number:03}.example", reason="x") for number in range(101))
    first = browser.get("/admin/accounts/shared-domains").text
    assert ("uni099.example" in first, "uni100.example" in first) == (True, False)
    following = re.search(r'href="(/admin/accounts/shared-domains\?[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    assert "uni100.example" in browser.get(following).text


def test_nobody_but_admins(sign_in, acme):
    for person in (SalesFactory(), ExpertFactory(), PersonFactory()):
        browser = sign_in(person)
        for path in (IMPORT, "/admin/accounts/shared-domains"):
            assert browser.get(path).status_code == 403
        assert upload(browser, "name\nBeta\n").status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Person)) == 3
