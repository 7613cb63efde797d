"""Everybody's own settings."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from app.accounts.queries import account_of
from app.jobs.worker import run_once
from app.kernel.db import db
from app.kernel.settings import settings
from app.people import queries
from app.people.models import Person
from tests.support.factories import AccountFactory, PersonFactory

pytestmark = pytest.mark.one_database

PASSWORD = "four words that nobody guesses"
NEW = "five other words nobody ever guesses"
ADDRESS = "marta@fernhill.example"


@pytest.fixture
def fernhill():
    return AccountFactory(name="Fernhill Hospitals", domains=["fernhill.example"])


@pytest.fixture
def marta(fernhill):
    return PersonFactory(address=ADDRESS, handle="martak", name="Marta Kowalska", password=PASSWORD)


@pytest.fixture
def browser(client, marta):
    assert client.post("/sign-in", data={"email": ADDRESS, "password": PASSWORD}).status_code == 303
    return client


def again():
    return db.session.scalars(queries.with_handle("martak")).one()


def picture(kind="PNG", size=(300, 200), **options):
    file = io.BytesIO()
    Image.new("RGB", size, "orange").save(file, kind, **options)
    return file.getvalue()


def test_the_first_of_the_settings_is_the_profile(browser):
    assert browser.get("/settings").location == "/settings/profile"


@pytest.mark.parametrize("page", ["/settings/profile", "/settings/password", "/settings/address"])
def test_guests_have_no_settings(client, page):
    assert client.get(page).status_code in {303, 401}
    assert client.post(page, data={}).status_code in {303, 401}


@pytest.mark.both_databases
def test_a_member_says_who_they_are(browser):
    response = browser.post(
        "/settings/profile",
        data={"name": " Marta  Kowalska-Nowak", "job_title": "Storage admin", "about": "Two arrays."},
    )

    assert response.status_code == 303
    assert (again().name, again().job_title, again().about) == ("Marta Kowalska-Nowak", "Storage admin", "Two arrays.")


@pytest.mark.both_databases
def test_nothing_else_of_a_person_can_be_set(browser):
    before = again()
    kept = (before.handle, before.email, before.confirmed_at, before.active, before.email_domain)
    extra = {
        "role": "admin", "roles": "admin", "is_employee": "1", "reputation": "9999", "email_verified": "1",
        "account_id": "2", "handle": "boss", "email": "boss@northwind.example", "active": "", "id": "99",
    }  # fmt: skip
    browser.post("/settings/profile", data={"name": "Marta Kowalska", "job_title": "", "about": "", **extra})

    after = again()
    assert (after.handle, after.email, after.confirmed_at, after.active, after.email_domain) == kept
    assert after.role_names == frozenset()


def test_a_name_with_an_office_is_refused_and_kept_in_the_form(browser):
    response = browser.post("/settings/profile", data={"name": "Marta (Employee)", "job_title": "Storage admin"})

    assert response.status_code == 422
    assert "Marta (Employee)" in response.text
    assert 'value="Storage admin"' in response.text
    assert again().name == "Marta Kowalska"


@pytest.mark.both_databases
def test_a_photo_is_cut_stripped_and_shown(browser):
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    photo = picture("JPEG", exif=exif)

    assert browser.post("/settings/photo", data={"photo": (io.BytesIO(photo), "../../me.jpg")}).status_code == 303

    shown = browser.get(again().photo_url)
    assert shown.mimetype == "image/webp"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert b"where it was taken" not in shown.data
    with Image.open(io.BytesIO(shown.data)) as image:
        assert image.width == image.height


def test_another_photo_takes_the_place_of_the_first(browser):
    browser.post("/settings/photo", data={"photo": (io.BytesIO(picture()), "a.png")})
    first = again().photo
    browser.post("/settings/photo", data={"photo": (io.BytesIO(picture()), "b.png")})
    second = again().photo

    stored = {path.name for path in settings().photos_path.iterdir()}
    assert second in stored
    assert first not in stored
    assert browser.get(f"/photos/{first}").status_code == 404
    browser.post("/settings/photo/remove")
    assert again().photo is None
    assert not (settings().photos_path / second).exists()


@pytest.mark.parametrize("data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"", picture()[:60]])
def test_what_is_no_picture_is_refused(browser, data):
    response = browser.post("/settings/photo", data={"photo": (io.BytesIO(data), "x.png")})

    assert response.status_code == 422
    assert again().photo is None


def send_raw(browser, path, name, content):
    """A form as it travels: the test client would write a large one to a file that it leaves open."""
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="x.png"\r\n\r\n'
    body = head.encode() + content + b"\r\n--x--\r\n"
    return browser.post(path, data=body, content_type="multipart/form-data; boundary=x")


def test_a_photo_may_be_larger_than_other_forms_but_not_huge(browser):
    large = picture("BMP", size=(1500, 1000))

    assert send_raw(browser, "/settings/photo", "photo", large).status_code == 422
    assert send_raw(browser, "/settings/photo", "photo", b"x" * 11_000_000).status_code == 413
    assert send_raw(browser, "/settings/profile", "about", b"x" * 2_000_000).status_code == 413


@pytest.mark.parametrize("name", ["..%2f..%2fsecrets.env", "secrets.env", "a.webp", ".x.webp.part"])
def test_only_photos_are_served_as_photos(client, name):
    assert client.get(f"/photos/{name}").status_code == 404


def test_another_password_signs_every_other_browser_out(app, browser, mailbox):
    other = app.test_client()
    other.post("/sign-in", data={"email": ADDRESS, "password": PASSWORD})
    before = browser.get_cookie("sid").value

    assert browser.post("/settings/password", data={"password": PASSWORD, "new_password": NEW}).status_code == 303
    run_once()

    replay = app.test_client()
    replay.set_cookie("sid", before)
    assert browser.get("/settings/profile").status_code == 200
    assert other.get("/settings/profile").status_code in {303, 401}
    assert replay.get("/settings/profile").status_code in {303, 401}
    assert mailbox.to(ADDRESS)[-1]["Subject"] == "Your password at Northwind TechCenter was changed"
    assert app.test_client().post("/sign-in", data={"email": ADDRESS, "password": NEW}).status_code == 303


def test_the_present_password_is_needed(browser):
    response = browser.post("/settings/password", data={"password": "not the present one", "new_password": NEW})

    assert response.status_code == 422
    assert "not your present password" in response.text


@pytest.mark.both_databases
def test_moving_to_free_mail_ends_the_company_at_once(app, browser, mailbox, marta):
    assert account_of(again()) is not None

    response = browser.post("/settings/address", data={"email": "marta.k@gmail.com", "password": PASSWORD})
    run_once()

    assert response.status_code == 303
    assert account_of(again()) is None
    assert [letter["Subject"] for letter in mailbox.to(ADDRESS)] == [
        "Your address at Northwind TechCenter is being changed"
    ]
    assert "gmail" not in mailbox.to(ADDRESS)[0].as_string()

    link = mailbox.link("marta.k@gmail.com", "/settings/address/")
    assert "marta.k@gmail.com" in browser.get(link).text
    assert app.test_client().post("/sign-in", data={"email": ADDRESS, "password": PASSWORD}).status_code == 303
    assert browser.post(link).status_code == 303
    assert browser.post(link).status_code == 404
    assert account_of(again()) is None
    assert app.test_client().post("/sign-in", data={"email": ADDRESS, "password": PASSWORD}).status_code == 422
    moved = app.test_client().post("/sign-in", data={"email": "marta.k@gmail.com", "password": PASSWORD})
    assert moved.status_code == 303


@pytest.mark.both_databases
def test_another_address_of_the_same_company_keeps_the_company(browser, mailbox):
    browser.post("/settings/address", data={"email": "marta.kowalska@fernhill.example", "password": PASSWORD})
    run_once()
    assert account_of(again()) is not None

    browser.post(mailbox.link("marta.kowalska@fernhill.example", "/settings/address/"))
    assert account_of(again()).name == "Fernhill Hospitals"


def test_going_back_to_the_old_address_brings_the_company_back(browser, mailbox):
    browser.post("/settings/address", data={"email": "marta.k@gmail.com", "password": PASSWORD})
    browser.post("/settings/address", data={"email": ADDRESS, "password": PASSWORD})
    run_once()
    browser.post(mailbox.link(ADDRESS, "/settings/address/"))

    assert account_of(again()).name == "Fernhill Hospitals"


def test_moving_to_somebody_elses_address_tells_nothing(browser, mailbox):
    PersonFactory(address="taken@fernhill.example")

    response = browser.post("/settings/address", data={"email": "taken@fernhill.example", "password": PASSWORD})
    run_once()

    assert response.status_code == 303
    assert mailbox.to("taken@fernhill.example") == []


def test_an_address_taken_in_the_meantime_is_refused(browser, mailbox):
    browser.post("/settings/address", data={"email": "new@fernhill.example", "password": PASSWORD})
    run_once()
    link = mailbox.link("new@fernhill.example", "/settings/address/")
    PersonFactory(address="new@fernhill.example")

    assert browser.post(link).status_code == 422


def test_a_new_password_ends_a_move(browser, mailbox):
    """What the letter to the old address promises whoever did not ask for the move."""
    browser.post("/settings/address", data={"email": "thief@else.example", "password": PASSWORD})
    run_once()
    browser.post(mailbox.link(ADDRESS, "/reset/"), data={"new_password": NEW})

    assert browser.post(mailbox.link("thief@else.example", "/settings/address/")).status_code == 404


def test_an_address_stands_on_no_page_but_its_owners_settings(client, browser):
    assert ADDRESS in browser.get("/settings/address").text
    assert ADDRESS not in browser.get("/settings/profile").text
    assert db.session.scalar(select(Person.email)) != ADDRESS
