"""The log of sign-ins, and when it looks as if two people used one account."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.jobs.worker import run_once
from app.kernel import clock
from app.kernel.db import db, write
from app.notifications.models import Notice
from app.people import sessions, signs
from app.people.models import Letter, SignIn
from app.people.sessions import Kept, Sender
from tests.support.factories import AdminFactory, PersonFactory, StewardFactory

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"
EDGE = f"{CHROME} Edg/126.0.0.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"
OFFICE, HOME, MOBILE, ABROAD = "192.0.2.7", "198.51.100.20", "2001:db8:77:1::5", "203.0.113.9"


@pytest.fixture
def marta():
    return PersonFactory(name="Marta Kowalska", address="marta@fernhill.example")


@pytest.fixture
def at(travel_to):
    """`at(minutes)` is so many minutes after the test began."""
    start = clock.now()
    return lambda minutes=0, days=0: travel_to(start + timedelta(minutes=minutes, days=days))


def enter(person, agent, address):
    with write():
        return signs.note_sign_in(person, way="password", browser=agent, network=address)


def use(person, agent, address):
    """A browser that is signed in, and was used a moment ago."""
    with write():
        kept = Kept(data="{}", person_key=person.fs_uniquifier)
        sessions.keep(sessions.new_id(), kept, sender=Sender(agent, address), is_new=True)


def warnings(person):
    same = Letter.person_id == person.id, Letter.kind == "two places"
    return db.session.scalar(select(func.count(Letter.id)).where(*same))


def test_what_is_kept_tells_neither_address_nor_browser_version(marta):
    row = enter(marta, FIREFOX, OFFICE)

    assert row.browser == "Firefox on Linux"
    assert OFFICE not in row.network
    assert len(row.network) == 64


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "192.0.2.250", True),
        ("192.0.2.7", "192.0.3.7", False),
        ("2001:db8:77:1::5", "2001:db8:77:ffff::9", True),
        ("2001:db8:77::5", "2001:db8:78::5", False),
        ("::ffff:192.0.2.7", "192.0.2.9", True),
        ("", "nonsense", True),
    ],
)
@pytest.mark.one_database
def test_neighbours_in_a_network_leave_the_same_mark(one, other, same):
    assert (signs.network_mark(one) == signs.network_mark(other)) is same


@pytest.mark.one_database
def test_the_mark_of_a_network_is_made_with_a_key(app_with):
    mark = signs.network_mark(OFFICE)
    with app_with(secret_key="another key of thirty-two letters or more").app_context():
        assert signs.network_mark(OFFICE) != mark


def test_two_people_from_two_places_are_noticed(marta, at, mailbox):
    at()
    enter(marta, FIREFOX, OFFICE)
    at(days=3)
    enter(marta, FIREFOX, OFFICE)
    at(minutes=20, days=3)
    enter(marta, CHROME, ABROAD)

    assert warnings(marta) == 1
    run_once()
    letter = mailbox.to("marta@fernhill.example")[-1]
    assert "Two people may be signed in as you" in str(letter["Subject"])


def test_a_browser_that_is_in_use_counts_like_one_that_just_came(marta, at):
    at()
    enter(marta, FIREFOX, OFFICE)
    at(days=5)
    use(marta, FIREFOX, OFFICE)
    at(minutes=20, days=5)
    enter(marta, CHROME, ABROAD)

    assert warnings(marta) == 1


def test_the_stranger_may_have_come_first(marta, at):
    at()
    enter(marta, FIREFOX, OFFICE)
    at(days=5)
    enter(marta, CHROME, ABROAD)
    assert warnings(marta) == 0

    at(minutes=10, days=5)
    enter(marta, FIREFOX, OFFICE)
    assert warnings(marta) == 1


def test_a_telephone_beside_a_computer_is_one_person_every_day(marta, at):
    for day in range(5):
        at(days=day)
        enter(marta, FIREFOX, OFFICE)
        at(minutes=5, days=day)
        enter(marta, IPHONE, f"2001:db8:{day}::5")

    assert warnings(marta) == 0


def test_whoever_goes_home_every_day_is_one_person(marta, at):
    """The provider at home gives another network each day; the browser there is known since the first."""
    at()
    enter(marta, EDGE, OFFICE)
    at(days=1)
    enter(marta, FIREFOX, HOME)
    for day in range(2, 6):
        at(days=day)
        enter(marta, EDGE, OFFICE)
        at(minutes=25, days=day)
        enter(marta, FIREFOX, f"198.51.{day}.20")

    assert warnings(marta) == 0


@pytest.mark.parametrize(
    ("agent", "address", "minutes"),
    [(FIREFOX, ABROAD, 5), (CHROME, OFFICE, 5), (CHROME, ABROAD, 31)],
    ids=["the same browser carried elsewhere", "another browser in the same place", "later"],
)
def test_one_person_moves_and_changes_browsers(marta, at, agent, address, minutes):
    at()
    enter(marta, FIREFOX, OFFICE)
    at(minutes=minutes)
    enter(marta, agent, address)

    assert warnings(marta) == 0


def test_a_laptop_carried_to_the_office_is_no_stranger(marta, at):
    at()
    enter(marta, FIREFOX, HOME)
    at(days=1)
    enter(marta, CHROME, OFFICE)
    at(days=2)
    use(marta, FIREFOX, MOBILE)
    at(minutes=20, days=2)
    enter(marta, CHROME, OFFICE)

    assert warnings(marta) == 0


def test_sessions_from_before_there_were_marks_say_nothing(marta, at):
    at()
    use(marta, FIREFOX, OFFICE)
    with write():
        for one in sessions.of_person(marta):
            one.browser = one.network = ""
    enter(marta, CHROME, ABROAD)

    assert warnings(marta) == 0


def test_a_letter_a_day_and_one_notice_for_each_steward(marta, at):
    steward = StewardFactory()
    at()
    enter(marta, FIREFOX, OFFICE)
    for minutes in (1, 2, 3):
        at(minutes=minutes)
        enter(marta, CHROME, ABROAD)
    run_once()

    assert warnings(marta) == 1
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.person_id, notice.about_id, notice.kind) == (steward.id, marta.id, "two_places")


@pytest.mark.one_database
def test_admins_are_told_where_there_is_no_steward_and_nobody_of_themselves(at):
    admin, other = AdminFactory(), AdminFactory()
    at()
    enter(admin, FIREFOX, OFFICE)
    enter(admin, CHROME, ABROAD)
    run_once()

    assert db.session.scalars(select(Notice.person_id)).all() == [other.id]


@pytest.mark.one_database
def test_stewards_read_of_whom(marta, at, sign_in):
    steward = StewardFactory()
    at()
    enter(marta, FIREFOX, OFFICE)
    enter(marta, CHROME, ABROAD)
    run_once()

    browser = sign_in(steward)
    page = browser.get("/inbox").text
    assert "Two people seem to use one account" in page
    assert "Marta Kowalska" in page
    number = db.session.scalars(select(Notice.id)).one()
    assert browser.get(f"/inbox/{number}").location == "/@marta-kowalska"


def test_sign_ins_are_forgotten(marta, at):
    at()
    enter(marta, FIREFOX, OFFICE)
    at(days=59)
    with write():
        signs.forget_old()
    assert db.session.scalar(select(func.count(SignIn.id))) == 1
    at(days=61)
    with write():
        signs.forget_old()
    assert db.session.scalar(select(func.count(SignIn.id))) == 0
