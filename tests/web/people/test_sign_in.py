"""Signing in and out, and what it does to a browser's session."""

import statistics

import pytest
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db, write
from app.people import actions, sessions
from app.people.models import Letter, Person, StoredSession
from app.people.passwords import hash_password, is_right_password
from app.web.people import signing_in
from tests.support.effort import seconds
from tests.support.factories import ExpertFactory, PersonFactory

pytestmark = pytest.mark.one_database

PASSWORD = "four words that nobody guesses"


@pytest.fixture
def marta():
    return PersonFactory(address="marta@fernhill.example", password=PASSWORD)


def sign_in(client, address="marta@fernhill.example", password=PASSWORD, **fields):
    return client.post("/sign-in", data={"email": address, "password": password, **fields})


def is_signed_in(client):
    return client.get("/settings/profile").status_code == 200


def cookie(client):
    return client.get_cookie("sid").value


def test_a_member_signs_in_and_out(client, marta):
    assert client.get("/sign-in").status_code == 200

    assert sign_in(client).location == "/"
    assert is_signed_in(client)

    assert client.post("/sign-out").status_code == 303
    assert not is_signed_in(client)


def test_the_address_counts_in_any_spelling(client, marta):
    assert sign_in(client, " Marta@FERNHILL.example ").status_code == 303


@pytest.mark.parametrize(
    ("address", "password"),
    [
        ("marta@fernhill.example", "not the right password"),
        ("nobody@fernhill.example", PASSWORD),
        ("no address at all", PASSWORD),
        ("marta@fernhill.example", "x" * 900),
    ],
)
def test_every_wrong_pair_gets_the_same_answer(client, marta, address, password):
    response = sign_in(client, address, password)

    assert response.status_code == 422
    assert "That address and password do not belong together." in response.text
    assert not is_signed_in(client)


def test_what_was_typed_is_kept_except_the_password(client, marta):
    page = sign_in(client, password="not the right password").text

    assert 'value="marta@fernhill.example"' in page
    assert "not the right password" not in page
    assert "<title>Error: Sign in" in page


def test_an_empty_form_says_what_is_missing(client):
    response = client.post("/sign-in", data={})

    assert response.status_code == 422
    assert "Enter your e-mail address." in response.text


def test_unknown_people_take_as_long_as_known_ones(client, marta):
    """Compared in pairs, in either order, so that whatever else the machine does slows both."""

    def known():
        sign_in(client, "marta@fernhill.example", "not the right password")

    def unknown():
        sign_in(client, "nobody@fernhill.example", "not the right password")

    ratios = []
    for _ in range(20):
        ratios.append(seconds(known) / seconds(unknown))
        ratios.append(1 / (seconds(unknown) / seconds(known)))

    assert statistics.median(ratios) == pytest.approx(1, rel=0.15)


def test_known_and_unknown_people_get_the_same_headers(client, marta):
    sign_in(client, password="x")
    known = sign_in(client, password="not the right password").headers
    unknown = sign_in(client, "nobody@fernhill.example", "not the right password").headers

    assert {name for name, _ in known} == {name for name, _ in unknown}


def test_signing_in_gives_the_browser_another_session(app, client, marta):
    client.get("/sign-in")
    before = cookie(client)
    sign_in(client)
    after = cookie(client)

    stranger = app.test_client()
    stranger.set_cookie("sid", before)

    assert before != after
    assert not is_signed_in(stranger)


def test_an_old_session_ends_when_the_same_browser_signs_in_again(app, client, marta):
    sign_in(client)
    before = cookie(client)
    sign_in(client)

    replay = app.test_client()
    replay.set_cookie("sid", before)

    assert not is_signed_in(replay)


def test_a_signed_out_cookie_is_worth_nothing(app, client, marta):
    sign_in(client)
    before = cookie(client)
    client.post("/sign-out")

    replay = app.test_client()
    replay.set_cookie("sid", before)

    assert not is_signed_in(replay)


def test_a_slow_request_does_not_bring_back_a_session_that_was_ended(app, client, marta):
    sign_in(client)
    before = cookie(client)
    interface = app.session_interface
    with app.test_request_context(headers={"Cookie": f"sid={before}"}) as slow:
        slow.session["note"] = "Read before, written after the browser has signed out."
        client.post("/sign-out")
        interface.save_session(app, slow.session, app.response_class())

    replay = app.test_client()
    replay.set_cookie("sid", before)

    assert not is_signed_in(replay)


def test_the_database_keeps_only_the_hash_of_a_session(client, marta):
    sign_in(client)

    stored = db.session.scalars(select(StoredSession)).one()
    assert cookie(client) not in f"{stored.id_hash} {stored.data}"
    assert stored.person_id == marta.id


def test_guests_who_read_leave_no_trace(client, queries):
    with queries() as seen:
        response = client.get("/reset/sent")

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert seen == []


def test_guests_who_open_a_form_get_a_cookie_but_no_row(client):
    client.get("/sign-in")

    assert client.get_cookie("sid") is not None
    assert db.session.scalar(select(func.count(StoredSession.id))) == 0


def test_the_cookie_is_for_this_site_and_this_browser_alone(client, marta):
    header = sign_in(client).headers["Set-Cookie"]

    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header
    assert "Max-Age" not in header
    assert "Domain" not in header


def test_staying_signed_in_outlives_the_browser(client, marta):
    assert f"Max-Age={30 * 24 * 3600}" in sign_in(client, stay="y").headers["Set-Cookie"]


def test_over_https_the_cookie_is_bound_to_the_host(app_with, marta):
    site = app_with(base_url="https://community.northwind.example", trusted_hosts=("community.northwind.example",))
    client = site.test_client()
    response = client.post(
        "/sign-in",
        base_url="https://community.northwind.example",
        data={"email": "marta@fernhill.example", "password": PASSWORD},
        csrf=False,
    )

    assert response.status_code == 400
    page = client.get("/sign-in", base_url="https://community.northwind.example")
    header = page.headers["Set-Cookie"]
    assert header.startswith("__Host-sid=")
    assert "Secure" in header


@pytest.mark.parametrize(("factory", "idle"), [(PersonFactory, sessions.IDLE), (ExpertFactory, sessions.IDLE_OF_STAFF)])
def test_a_session_ends_when_it_is_not_used(client, travel_to, factory, idle):
    factory(address="somebody@somewhere.example", password=PASSWORD)
    start = clock.now()
    travel_to(start)
    sign_in(client, "somebody@somewhere.example")

    travel_to(start + idle * 0.9)
    assert is_signed_in(client)
    travel_to(start + idle * 2)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("factory", "absolute"), [(PersonFactory, sessions.ABSOLUTE), (ExpertFactory, sessions.ABSOLUTE_OF_STAFF)]
)
def test_a_session_ends_even_if_it_is_used_all_the_time(client, travel_to, factory, absolute):
    factory(address="somebody@somewhere.example", password=PASSWORD)
    start = clock.now()
    travel_to(start)
    sign_in(client, "somebody@somewhere.example")

    for step in range(1, 10):
        travel_to(start + absolute * step / 10)
        assert is_signed_in(client)
    travel_to(start + absolute * 1.01)
    assert not is_signed_in(client)


def test_reading_does_not_write_the_session_each_time(client, marta, queries):
    sign_in(client)
    with queries() as seen:
        client.get("/settings/profile")

    assert [one for one in seen if not one.startswith("SELECT")] == []


@pytest.mark.both_databases
def test_a_deactivated_person_is_out_at_once(client, marta):
    from app.kernel.db import write

    sign_in(client)
    with write():
        marta.active = False

    assert not is_signed_in(client)
    assert sign_in(client).status_code == 422


@pytest.mark.both_databases
def test_other_rights_come_with_another_session_id(app, client, marta):
    from app.kernel.db import write
    from app.people.actions import grant_role
    from app.people.models import Role

    sign_in(client)
    before = cookie(client)
    with write():
        grant_role(marta, Role.STEWARD)
    assert is_signed_in(client)

    replay = app.test_client()
    replay.set_cookie("sid", before)
    assert cookie(client) != before
    assert is_signed_in(client)
    assert not is_signed_in(replay)


def test_nobody_signs_in_with_an_address_that_is_not_confirmed(client):
    PersonFactory(address="new@fernhill.example", password=PASSWORD, confirmed=False)

    response = sign_in(client, "new@fernhill.example")

    assert response.status_code == 403
    assert "not confirmed yet" in response.text
    assert db.session.scalars(select(Letter.kind)).all() == ["confirm"]


def test_signed_in_people_go_on_from_the_form(client, marta):
    sign_in(client)

    assert client.get("/sign-in?next=/settings/profile").location == "/settings/profile"


def test_a_password_that_is_changed_while_it_is_checked_opens_nothing(client, monkeypatch):
    person = PersonFactory(address="slow@fernhill.example", password=PASSWORD)
    person_id = person.id

    def check_slowly(typed, kept):
        is_right = is_right_password(typed, kept)
        with write():
            actions.change_password(db.session.get_one(Person, person_id), hash_password("another five words"))
        return is_right

    monkeypatch.setattr(signing_in, "is_right_password", check_slowly)

    assert client.post("/sign-in", data={"email": "slow@fernhill.example", "password": PASSWORD}).status_code == 422
