"""The settings of one's own page."""

import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.people import personal
from app.people.models import Person, ProfileLink
from tests.support.factories import ExpertFactory, PersonFactory, StewardFactory

pytestmark = pytest.mark.one_database

NAME = "Ingrid Solheim"
FULL = {
    "name": NAME,
    "job_title": "Storage engineer",
    "about": "I copy data.\r\n\r\nAsk me before you do.",
    "interests": "Winter  swimming",
    "learning": "Sami",
    "city": "Tromsø",
    "works_here_since": "2011",
    "languages": "norwegian, English,German",
    "time_zone": "Europe/Oslo",
    "desk_from": "08:00",
    "desk_to": "17:00",
    "desk_days": ["1", "2", "3", "4"],
    "pace_shown": "y",
    "findable": "y",
}


@pytest.fixture
def ingrid():
    return ExpertFactory(handle="sanfox", name=NAME)


def again(person):
    return db.session.get_one(Person, person.id, populate_existing=True)


def test_an_expert_tells_about_themselves(sign_in, ingrid):
    browser = sign_in(ingrid)

    assert browser.post("/settings/profile", data=FULL).status_code == 303

    kept = again(ingrid)
    assert kept.about == "I copy data.\n\nAsk me before you do."
    assert (kept.interests, kept.learning, kept.city) == ("Winter swimming", "Sami", "Tromsø")
    assert (kept.works_here_since, kept.time_zone) == (2011, "Europe/Oslo")
    assert (kept.desk_from, kept.desk_to, kept.desk_days) == (480, 1020, "1234")
    assert (kept.pace_shown, kept.findable) == (True, True)
    assert personal.languages_of(kept) == ["de", "en", "no"]
    page = browser.get("/settings/profile").text
    for shown in (
        'value="English, German, Norwegian"',
        'value="08:00"',
        'selected value="Europe/Oslo"',
        'value="2011"',
    ):
        assert shown in page
    assert page.count("checked") == 4 + 2 + 1  # days, switches, the shortcuts


def test_all_of_it_can_be_taken_back(sign_in, ingrid):
    browser = sign_in(ingrid)
    browser.post("/settings/profile", data=FULL)
    browser.post("/settings/profile", data={"name": NAME})

    kept = again(ingrid)
    assert not any((kept.about, kept.interests, kept.learning, kept.city, kept.time_zone, kept.desk_days))
    assert (kept.works_here_since, kept.desk_from, kept.desk_to) == (None, None, None)
    assert (kept.pace_shown, kept.findable) == (False, False)
    assert personal.languages_of(kept) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("about", "x" * 1_001),
        ("about", "turned \u202e around"),
        ("interests", "x" * 301),
        ("learning", "x" * 201),
        ("city", "x" * 81),
        ("city", "Tromsø ✅"),
        ("job_title", "Storage\u200bengineer"),
        ("works_here_since", "1949"),
        ("works_here_since", "3000"),
        ("works_here_since", "soon"),
        ("works_here_since", "9" * 30),
        ("languages", "Norwegian, Klingon"),
        ("languages", "Czech, Dutch, English, French, German, Greek, Irish, Italian, Welsh"),
        ("time_zone", "Europe/Atlantis"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", ""),
        ("desk_from", "25:00"),
        ("desk_from", ""),
        ("desk_to", "08:00"),
        ("desk_days", ["8"]),
        ("desk_days", []),
    ],
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(sign_in, ingrid, field, value):
    response = sign_in(ingrid).post("/settings/profile", data={**FULL, "city": "Bergen", field: value})

    assert response.status_code == 422
    assert "Winter swimming" in response.text or field == "interests"
    assert again(ingrid).interests == ""


@pytest.mark.parametrize("title", ["Official engineer", "Admin (Employee)", "Verified expert", "Northwind support"])
def test_a_members_title_claims_no_office(sign_in, title):
    person = PersonFactory(name="Marta Kowalska", handle="martak")
    response = sign_in(person).post("/settings/profile", data={"name": "Marta Kowalska", "job_title": title})

    assert response.status_code == 422


def test_nothing_but_the_fields_of_the_form_can_be_set(sign_in):
    person = PersonFactory(name="Marta Kowalska", handle="martak")
    before = {column.key: getattr(person, column.key) for column in Person.__table__.columns}
    extra = {
        **FULL, "name": "Marta Kowalska", "job_title": "", "role": "admin", "roles": "expert", "roles_held": "admin",
        "is_employee": "1", "reputation": "9999", "email_verified": "1", "confirmed_at": "2001-01-01",
        "account_id": "2",
        "handle": "boss", "handle_skeleton": "boss", "email": "boss@northwind.example", "email_domain": "x.example",
        "active": "", "id": "99", "photo": "x.webp", "fs_uniquifier": "x", "password": "x", "tf_totp_secret": "x",
        "tf_primary_method": "x", "mf_recovery_codes": "x", "handle_changed_at": "2001-01-01", "away_note": "x",
        "joined_at": "2001-01-01", "verified_at": "2001-01-01", "webauthn": "x", "fs_webauthn_user_handle": "x",
    }  # fmt: skip
    assert sign_in(person).post("/settings/profile", data=extra).status_code == 303

    after = again(person)
    personal_side = {"about", "interests", "learning", "city", "time_zone", "desk_from", "desk_to", "desk_days"}
    # Whoever does not work here has no year, no pace, and no page for search engines to list.
    changed = {key for key, value in before.items() if getattr(after, key) != value}
    assert changed == personal_side | {"company_shown"}
    assert after.role_names == frozenset()


def test_a_link_is_added_checked_again_and_taken_away(sign_in, ingrid):
    browser = sign_in(ingrid)
    assert browser.post("/settings/links", data={"url": "https://penguin.example/me"}).status_code == 303
    link = db.session.scalars(select(ProfileLink)).one()

    page = browser.get("/settings/profile").text
    assert "Being checked" in page
    assert 'rel="me nofollow ugc noopener"' in page
    assert browser.post(f"/settings/links/{link.id}/check").status_code == 303
    assert browser.post(f"/settings/links/{link.id}/remove").status_code == 303
    assert db.session.scalars(select(ProfileLink)).all() == []


def test_nobody_touches_the_links_of_others(sign_in, ingrid):
    sign_in(ingrid).post("/settings/links", data={"url": "https://penguin.example/me"})
    link = db.session.scalars(select(ProfileLink)).one()
    other = sign_in(PersonFactory())

    assert other.post(f"/settings/links/{link.id}/check").status_code == 404
    assert other.post(f"/settings/links/{link.id}/remove").status_code == 404


@pytest.mark.parametrize("url", ["", "http://penguin.example/", "https://127.0.0.1/", "javascript:alert(1)", "x" * 400])
def test_an_address_that_the_site_does_not_read_is_refused_in_the_form(sign_in, ingrid, url):
    response = sign_in(ingrid).post("/settings/links", data={"url": url})

    assert response.status_code == 422
    assert 'role="alert"' in response.text


def test_the_site_looks_elsewhere_for_somebody_five_times_an_hour(app_with, ingrid):
    from tests.support.client import signed_in

    browser = signed_in(app_with(rate_limits=True), ingrid)
    for number in range(5):
        assert browser.post("/settings/links", data={"url": f"https://penguin.example/{number}"}).status_code == 303

    assert browser.post("/settings/links/1/check").status_code == 429


def test_what_one_says_of_oneself_has_a_rate_and_stays_in_the_form(app_with, ingrid):
    from tests.support.client import signed_in

    browser = signed_in(app_with(rate_limits=True), ingrid)
    for _ in range(20):
        browser.post("/settings/links/1/remove")

    refused = browser.post("/settings/profile", data={**FULL, "learning": "To be patient"})

    assert refused.status_code == 429
    assert "To be patient" in refused.text
    assert [browser.post(f"/settings/{deed}/remove").status_code for deed in ("photo", "privacy/company")] == [429] * 2


def test_what_an_employees_page_lacks_is_said_to_them(sign_in, ingrid):
    browser = sign_in(ingrid)

    assert "incomplete: it lacks a photo, a personal line, the hours" in browser.get("/settings/profile").text
    browser.post("/settings/profile", data=FULL)
    assert "incomplete: it lacks a photo." in browser.get("/settings/profile").text
    assert [(person.handle, lacks) for person, lacks in personal.incomplete_employees(5)] == [("sanfox", ["a photo"])]
    assert "incomplete" not in sign_in(PersonFactory()).get("/settings/profile").text


def test_stewards_find_incomplete_pages_on_their_desk(sign_in, ingrid):
    steward = sign_in(StewardFactory())

    assert '<a href="/@sanfox">Ingrid Solheim</a><small>lacks a photo, a personal line' in steward.get("/desk").text
    assert "incomplete" not in sign_in(ingrid).get("/desk").text
