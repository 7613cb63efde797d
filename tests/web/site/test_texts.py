"""The operator's texts, and the promise."""

import pytest
from sqlalchemy import select

from app.affinity.actions import record_view
from app.kernel.db import db, write
from app.site.models import SiteText
from tests.support.factories import AccountFactory, AdminFactory, PersonFactory, SalesFactory, StewardFactory

pytestmark = pytest.mark.one_database

TEXTS = ["privacy", "terms", "accessibility", "guidelines"]


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_says_something_before_anybody_has_written_it(client, name):
    response = client.get(f"/{name}")

    assert response.status_code == 200
    assert "Northwind" in response.text
    assert "{" not in response.text.split("<main")[1].split("</main>")[0]


def test_guests_may_keep_a_copy(client):
    first = client.get("/privacy")

    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert client.get("/privacy", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert "Set-Cookie" not in first.headers


@pytest.mark.parametrize("name", TEXTS)
def test_an_admin_writes_a_text_and_earlier_versions_stay(client, sign_in, name):
    browser = sign_in(AdminFactory())
    assert 'name="body"' in browser.get(f"/admin/texts/{name}").text
    for body in ("The **first** words.", "The *second* words."):
        assert browser.post(f"/admin/texts/{name}", data={"body": body}).location == f"/{name}"

    page = client.get(f"/{name}").text
    assert "The <em>second</em> words." in page
    assert "first" not in page.split("<main")[1].split("</main>")[0]
    assert len(db.session.scalars(select(SiteText)).all()) == 2


def test_a_text_can_hold_no_script(client, sign_in):
    sign_in(AdminFactory()).post(
        "/admin/texts/terms", data={"body": "<script>alert(1)</script> [x](javascript:alert(1))"}
    )
    page = client.get("/terms").text.split("<main")[1].split("</main>")[0]

    assert "<script" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize("body", ["", "   ", "x" * 30_001])
def test_a_text_is_not_empty_and_not_a_book(sign_in, body):
    response = sign_in(AdminFactory()).post("/admin/texts/terms", data={"body": body})

    assert response.status_code == 422
    assert db.session.scalars(select(SiteText)).all() == []


@pytest.mark.parametrize("factory", [PersonFactory, StewardFactory, SalesFactory])
def test_nobody_else_writes_texts(sign_in, factory):
    browser = sign_in(factory())

    assert browser.get("/admin/texts/terms").status_code == 403
    assert browser.post("/admin/texts/terms", data={"body": "Mine now."}).status_code == 403
    assert db.session.scalars(select(SiteText)).all() == []


def test_there_are_no_other_texts(sign_in):
    assert sign_in(AdminFactory()).get("/admin/texts/imprint").status_code == 404


def test_guests_read_the_promise(client):
    page = client.get("/promise").text

    assert page.count("<li><h2>") == 6
    assert "Who looked at" not in page


def test_a_member_sees_who_looked_at_their_company(sign_in):
    fernhill, other = AccountFactory(name="Fernhill Hospitals"), AccountFactory()
    marta = PersonFactory(account=fernhill)
    owen, sven = SalesFactory(name="Owen Hart"), SalesFactory(name="Sven Berg")
    with write():
        record_view(owen, "account", fernhill)
        record_view(sven, "account", other)

    page = sign_in(marta).get("/promise").text
    assert "Who looked at something about Fernhill Hospitals" in page
    assert "Owen Hart" in page
    assert "Sven Berg" not in page


def test_whoever_belongs_to_no_company_is_told_so(sign_in):
    assert "You belong to no company that we know" in sign_in(PersonFactory()).get("/promise").text
    assert "You are an employee" in sign_in(SalesFactory()).get("/promise").text
