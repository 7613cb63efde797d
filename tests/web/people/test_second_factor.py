"""The second step of signing in, and one's own second factor."""

import re

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db, write
from app.people import sessions
from app.people.actions import grant_role
from app.people.models import Letter, Person, Role, SignIn, StoredSession
from app.people.tokens import Purpose, make_token
from tests.support.client import signed_in
from tests.support.factories import ExpertFactory, PersonFactory
from tests.support.totp import code_now, codes_on, letters_on

PASSWORD = "four words that nobody guesses"
ADDRESS = "marta@fernhill.example"
SETTINGS = "/settings/second-factor"
SET_UP = "/sign-in/second/set-up"

pytestmark = pytest.mark.one_database


@pytest.fixture
def strict(app_with):
    """The site where employees need a second factor, and tries are counted."""
    return app_with(second_factor="required", rate_limits=True)


@pytest.fixture
def marta():
    return PersonFactory(address=ADDRESS, password=PASSWORD)


@pytest.fixture
def tariq():
    return ExpertFactory(address="tariq@northwind.example", password=PASSWORD)


def give_password(browser, address=ADDRESS, **fields):
    return browser.post("/sign-in", data={"email": address, "password": PASSWORD, **fields})


def give_code(browser, code):
    return browser.post("/sign-in/second", data={"code": code})


def is_signed_in(browser):
    return browser.get("/settings/profile").status_code == 200


def set_up_app(browser, place=SETTINGS):
    """Set an app up as a person does; its key in letters, and the recovery codes that were shown."""
    assert browser.post(f"{place}/app").location == f"{place}/app"
    letters = letters_on(browser.get(f"{place}/app").text)
    page = browser.post(f"{place}/app/code", data={"code": code_now(letters)})
    assert page.status_code == 200, page.text
    return letters, codes_on(page.text)


@pytest.fixture
def with_app(client, marta):
    """Marta has an app: its key, and her recovery codes. She is signed out, and it is a while ago."""
    give_password(client)
    letters, codes = set_up_app(client)
    client.post("/sign-out")
    with write():
        db.session.get_one(Person, marta.id).tf_last_counter -= 10
    return letters, codes


def test_a_member_sets_up_an_app_and_is_asked_for_it_from_then_on(client, marta):
    give_password(client, next="/drafts")
    letters, codes = set_up_app(client)
    assert len(codes) == 10
    assert is_signed_in(client)
    client.post("/sign-out")
    with write():
        db.session.get_one(Person, marta.id).tf_last_counter -= 10

    assert give_password(client, next="/drafts").location == "/sign-in/second"
    assert not is_signed_in(client)
    assert "Your second factor" in client.get("/sign-in/second").text
    assert client.get("/sign-in").location == "/sign-in/second"
    assert give_code(client, code_now(letters)).location == "/drafts"
    assert is_signed_in(client)


def test_setting_one_up_signs_every_other_browser_out_and_tells_the_person(app, client, marta):
    other = signed_in(app, marta)
    give_password(client)
    set_up_app(client)

    assert not is_signed_in(other)
    assert "second factor changed" in db.session.scalars(select(Letter.kind)).all()


def test_the_picture_has_no_style_of_its_own_and_says_the_key(client, marta):
    give_password(client)
    client.post(f"{SETTINGS}/app")
    page = client.get(f"{SETTINGS}/app").text

    assert '<svg class="qr"' in page
    assert "style=" not in page
    assert "otpauth" not in page


def test_a_code_that_was_used_is_refused(app, client, with_app):
    letters, _ = with_app
    code = code_now(letters)
    give_password(client)
    give_code(client, code)
    thief = app.test_client()
    give_password(thief)

    response = give_code(thief, code)

    assert response.status_code == 422
    assert "used already" in response.text
    assert not is_signed_in(thief)


def test_a_recovery_code_opens_once_and_the_person_is_told(client, with_app):
    _, codes = with_app
    give_password(client)
    assert give_code(client, codes[3]).status_code == 303
    assert is_signed_in(client)
    assert "9 codes left" in client.get(SETTINGS).text
    client.post("/sign-out")

    give_password(client)
    assert give_code(client, codes[3]).status_code == 422
    assert "recovery code used" in db.session.scalars(select(Letter.kind)).all()


def test_the_sign_in_is_noted_when_both_steps_are_done(client, marta, with_app):
    before = len(db.session.scalars(select(SignIn)).all())
    give_password(client)
    assert len(db.session.scalars(select(SignIn)).all()) == before
    give_code(client, code_now(with_app[0]))
    assert len(db.session.scalars(select(SignIn)).all()) == before + 1


def test_staying_signed_in_is_remembered_over_both_steps(client, with_app):
    give_password(client, stay="y")

    header = give_code(client, code_now(with_app[0])).headers["Set-Cookie"]

    assert f"Max-Age={int(sessions.ABSOLUTE.total_seconds())}" in header


def test_the_session_has_another_id_after_each_step(app, client, with_app):
    client.get("/sign-in")
    first = client.get_cookie("sid").value
    give_password(client)
    second = client.get_cookie("sid").value
    give_code(client, code_now(with_app[0]))

    assert len({first, second, client.get_cookie("sid").value}) == 3
    for old in (first, second):
        replay = app.test_client()
        replay.set_cookie("sid", old)
        assert not is_signed_in(replay)


def test_ten_wrong_codes_lock_the_second_step_and_warn_the_person_once(strict, marta, with_app):
    browser = strict.test_client()
    give_password(browser)
    for _ in range(10):
        assert give_code(browser, "000000").status_code == 422

    for _ in range(2):
        response = give_code(browser, code_now(with_app[0]))
        assert response.status_code == 429
        assert int(response.headers["Retry-After"]) > 0
    assert not is_signed_in(browser)
    assert db.session.scalars(select(Letter.kind)).all().count("many codes") == 1


def test_the_lock_holds_for_every_browser(strict, with_app):
    browser = strict.test_client()
    give_password(browser)
    for _ in range(10):
        give_code(browser, "000000")
    other = strict.test_client()
    give_password(other)

    assert give_code(other, code_now(with_app[0])).status_code == 429


def test_the_second_step_must_come_within_ten_minutes(client, with_app, travel_to):
    start = clock.now()
    travel_to(start)
    give_password(client)
    travel_to(start.replace(microsecond=0) + half_way_lasts() * 1.1)

    response = give_code(client, code_now(with_app[0]))

    assert response.location == "/sign-in"
    assert not is_signed_in(client)
    assert "longer than ten minutes" in client.get("/sign-in").text


def half_way_lasts():
    from app.web.people.half_way import LASTS

    return LASTS


def test_another_password_ends_what_was_half_way(client, marta, with_app):
    from app.people.actions import change_password
    from app.people.passwords import hash_password

    give_password(client)
    new = hash_password("other words that nobody guesses")
    with write():
        change_password(db.session.get_one(Person, marta.id), new)

    assert give_code(client, code_now(with_app[0])).location == "/sign-in"
    assert not is_signed_in(client)


def test_a_new_password_by_mail_does_not_stand_for_the_second_factor(client, marta, with_app):
    token = make_token(Purpose.RESET, db.session.get_one(Person, marta.id))
    client.post(f"/reset/{token}", data={"new_password": "seven other words for the harbour"})

    response = client.post("/sign-in", data={"email": ADDRESS, "password": "seven other words for the harbour"})

    assert response.location == "/sign-in/second"
    assert not is_signed_in(client)


def test_half_way_in_gives_no_rights_on_any_page(strict, tariq):
    """Whoever knows the password alone gets from every page what a guest gets."""
    from tests.support.rights import UNSAFE, endpoints

    half, guest = strict.test_client(), strict.test_client()
    give_password(half, "tariq@northwind.example")
    ways = ("/sign-in", "/sign-out", "/passkeys/question", "/csp-report")
    differing = []
    for rule, method in endpoints(strict):
        if rule.arguments or rule.rule.startswith(ways):
            continue
        mine, theirs = (browser.open(rule.rule, method=method, data={}) for browser in (half, guest))
        if (mine.status_code, mine.location) != (theirs.status_code, theirs.location):
            differing.append((rule.rule, method, mine.status_code, theirs.status_code))
        assert method not in UNSAFE or mine.status_code >= 400 or mine.status_code == theirs.status_code

    assert differing == []
    assert db.session.scalars(select(StoredSession.person_id)).all().count(tariq.id) == 0


def test_an_employee_without_one_sets_it_up_on_the_way_in(strict, tariq):
    browser = strict.test_client()
    assert give_password(browser, "tariq@northwind.example", next="/desk").location == SET_UP
    assert browser.get("/sign-in/second").location == SET_UP
    assert "Set up a second factor" in browser.get(SET_UP).text
    assert not is_signed_in(browser)

    _, codes = set_up_app(browser, SET_UP)

    assert len(codes) == 10
    assert is_signed_in(browser)
    assert browser.get("/desk").status_code == 200


def test_setting_up_is_not_a_way_around_the_one_that_is_there(strict, with_app):
    browser = strict.test_client()
    give_password(browser)

    for path in (SET_UP, f"{SET_UP}/app"):
        assert browser.get(path).location == "/sign-in/second"
    assert browser.post(f"{SET_UP}/app").location == "/sign-in/second"
    assert browser.post(f"{SET_UP}/app/code", data={"code": "123456"}).location == "/sign-in/second"
    assert browser.post(f"{SET_UP}/passkey", data={"name": "x"}).location == "/sign-in/second"


def test_nobody_sets_one_up_who_is_not_half_way_in(strict):
    for path in (SET_UP, f"{SET_UP}/app"):
        assert strict.test_client().get(path).location == "/sign-in"
    assert strict.test_client().post(f"{SET_UP}/app").location == "/sign-in"


def test_a_role_that_comes_meanwhile_waits_for_the_second_factor(strict, marta):
    browser = strict.test_client()
    give_password(browser)
    with write():
        grant_role(db.session.get_one(Person, marta.id), Role.STEWARD)

    assert browser.get("/settings/profile").location == SET_UP
    assert browser.get("/settings/profile").location.startswith("/sign-in")
    assert "asks for a second factor" in browser.get(SET_UP).text
    set_up_app(browser, SET_UP)
    assert is_signed_in(browser)


def test_no_cache_keeps_the_session_of_whoever_waits_for_the_second_factor(strict, marta):
    browser = signed_in(strict, marta)
    with write():
        grant_role(db.session.get_one(Person, marta.id), Role.EXPERT)

    answer = browser.get("/sitemap.xml")

    assert "sid=" in answer.headers["Set-Cookie"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_role_that_comes_long_after_the_password_asks_for_that_too(strict, marta, travel_to):
    start = clock.now()
    travel_to(start)
    browser = strict.test_client()
    give_password(browser)
    travel_to(start + half_way_lasts() * 2)
    with write():
        grant_role(db.session.get_one(Person, marta.id), Role.STEWARD)

    assert browser.get("/settings/profile").location == "/sign-in"
    assert browser.get(SET_UP).location == "/sign-in"
    assert not is_signed_in(browser)


def test_a_role_that_comes_to_somebody_with_a_second_factor_changes_nothing_for_them(strict, marta, with_app):
    browser = strict.test_client()
    give_password(browser)
    give_code(browser, code_now(with_app[0]))
    with write():
        grant_role(db.session.get_one(Person, marta.id), Role.STEWARD)

    assert is_signed_in(browser)


def test_the_one_door_is_the_same_where_it_is_only_offered(client, tariq):
    assert give_password(client, "tariq@northwind.example", next="/desk").location == "/desk"


def test_unknown_people_and_wrong_passwords_look_the_same_with_a_second_factor(client, with_app):
    client.get("/")
    known = client.post("/sign-in", data={"email": ADDRESS, "password": "not the right one"})
    unknown = client.post("/sign-in", data={"email": "nobody@fernhill.example", "password": "not the right one"})

    assert known.status_code == unknown.status_code == 422
    assert without_values(known.text) == without_values(unknown.text)


def without_values(page):
    """A page without what was typed and the tokens of its forms."""
    return re.sub(r'value="[^"]*"', "", page)


def test_the_app_is_moved_and_the_old_one_is_worth_nothing(client, marta, with_app, travel_to):
    letters, _ = with_app
    give_password(client)
    give_code(client, code_now(letters))
    client.post(f"{SETTINGS}/app")
    new = letters_on(client.get(f"{SETTINGS}/app").text)
    assert client.post(f"{SETTINGS}/app/code", data={"code": code_now(letters, 30)}).status_code == 422
    assert client.post(f"{SETTINGS}/app/code", data={"code": code_now(new)}).location == SETTINGS
    client.post("/sign-out")

    travel_to(clock.now() + half_way_lasts())
    give_password(client)
    assert give_code(client, code_now(letters)).status_code == 422
    assert give_code(client, code_now(new)).status_code == 303


def test_a_member_takes_the_app_away_again(client, with_app):
    give_password(client)
    give_code(client, code_now(with_app[0]))
    assert client.post(f"{SETTINGS}/app/remove").location == SETTINGS
    client.post("/sign-out")

    assert give_password(client).location == "/"


def test_an_employee_cannot_take_the_last_one_away(strict, tariq):
    browser = strict.test_client()
    give_password(browser, "tariq@northwind.example")
    set_up_app(browser, SET_UP)

    response = browser.post(f"{SETTINGS}/app/remove")

    assert response.status_code == 403
    assert "Set up another one first" in response.text


def test_new_recovery_codes_are_shown_once(client, with_app):
    give_password(client)
    give_code(client, code_now(with_app[0]))

    shown = codes_on(client.post(f"{SETTINGS}/codes").text)

    assert len(shown) == 10
    assert not set(shown) & set(with_app[1])
    assert not any(code in client.get(SETTINGS).text for code in shown)


@pytest.mark.parametrize("path", [SETTINGS, f"{SETTINGS}/app"])
def test_guests_have_no_second_factor_to_look_at(client, path):
    assert client.get(path).location.startswith("/sign-in?next=")


def test_a_browser_that_was_left_open_is_asked_again(client, marta, travel_to):
    start = clock.now()
    travel_to(start)
    give_password(client)
    travel_to(start + half_way_lasts() * 1.1)
    again = "/sign-in/again?next=/settings/second-factor"
    assert client.get(SETTINGS).location == again
    assert client.post(f"{SETTINGS}/app").location.startswith("/sign-in/again")
    assert "a while since you signed in" in client.get(again).text

    wrong = client.post("/sign-in/again", data={"password": "not the right one", "next": SETTINGS})
    assert wrong.status_code == 422
    assert client.get(SETTINGS).status_code == 303
    assert client.post("/sign-in/again", data={"password": PASSWORD, "next": SETTINGS}).location == SETTINGS
    assert client.get(SETTINGS).status_code == 200


def test_who_has_no_password_shows_a_code(client, marta, with_app, travel_to):
    start = clock.now()
    travel_to(start)
    give_password(client)
    give_code(client, code_now(with_app[0]))
    with write():
        db.session.get_one(Person, marta.id).password = None
    travel_to(start + half_way_lasts() * 2)

    assert client.get(SETTINGS).status_code == 303
    assert "Code" in client.get("/sign-in/again").text
    assert client.post("/sign-in/again", data={"code": code_now(with_app[0]), "next": SETTINGS}).location == SETTINGS


@pytest.mark.parametrize("path", ["/settings/password", "/settings/address"])
def test_who_has_no_password_is_asked_for_another_proof_before_a_form_without_it(client, marta, travel_to, path):
    start = clock.now()
    travel_to(start)
    give_password(client)
    assert "current-password" in client.get(path).text
    with write():
        db.session.get_one(Person, marta.id).password = None
    assert "current-password" not in client.get(path).text

    travel_to(start + half_way_lasts() * 1.1)

    assert client.get(path).location == f"/sign-in/again?next={path}"
    assert client.post(path, data={"new_password": "x", "email": "x@fernhill.example"}).status_code == 303


def test_who_has_no_password_sets_one(client, marta):
    give_password(client)
    with write():
        db.session.get_one(Person, marta.id).password = None

    response = client.post("/settings/password", data={"new_password": "seven other words for the harbour"})

    assert response.location == "/settings/password"
    client.post("/sign-out")
    form = {"email": ADDRESS, "password": "seven other words for the harbour"}
    assert client.post("/sign-in", data=form).location == "/"


def test_the_way_back_after_the_proof_stays_on_this_site(client, marta):
    give_password(client)

    response = client.post("/sign-in/again", data={"password": PASSWORD, "next": "//evil.test"})

    assert response.location == "/"


def test_the_first_admin_sets_one_up_before_anything_else(strict, tmp_path):
    from app.people.first_run import first_run_code

    browser = strict.test_client()
    browser.get("/admin/first-run")
    code = first_run_code(strict.extensions["firsthand.settings"].instance)
    form = {
        "code": code,
        "name": "Ada Keeper",
        "handle": "adakeeper",
        "email": "ada@northwind.example",
        "password": "a lantern for the harbour wall",
    }
    assert browser.post("/admin/first-run", data=form).location == SET_UP
    assert browser.get("/admin").location.startswith("/sign-in")

    set_up_app(browser, SET_UP)

    assert browser.get("/admin").status_code == 200
