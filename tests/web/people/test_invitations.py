"""Invitations to join: who makes them, who joins by them, and what comes with them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.jobs.housekeeping import tidy
from app.jobs.worker import run_once
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.people import actions, invitations, queries
from app.people.models import AuditEntry, JoinInvitation, PendingJoin, Role
from app.site import actions as site
from app.site.choices import ChoiceName
from tests.support.factories import AdminFactory, ExpertFactory, PersonFactory

pytestmark = pytest.mark.one_database

PASSWORD = "four words that nobody guesses"
ADDRESS = "jana@fernhill.example"
OVER = "This invitation is over"


@pytest.fixture
def marta():
    return PersonFactory(name="Marta Kowalska")


@pytest.fixture
def admin():
    return AdminFactory(name="Ruth Keeper")


@pytest.fixture
def by_invitation_alone(admin):
    with write():
        site.choose({ChoiceName.SIGN_UP_RULE: "invited"}, by=admin)


def invite(by, role=None):
    """The path of a new invitation."""
    with write():
        return f"/join/{invitations.make_invitation(by, role, 'for Jana')}"


def join(client, path, **changes):
    fields = {"name": "Jana Novotna", "handle": "jana", "email": ADDRESS, "password": PASSWORD, **changes}
    return client.post(path, data=fields)


def confirm(client, mailbox, address=ADDRESS):
    run_once()
    return client.post(mailbox.link(address, "/confirm/"))


def jana():
    return db.session.scalars(queries.with_handle("jana")).one()


def the_invitation():
    return db.session.scalars(select(JoinInvitation)).one()


@pytest.mark.usefixtures("by_invitation_alone")
def test_somebody_joins_by_the_link_of_a_member(client, mailbox, marta):
    path = invite(marta)
    page = client.get(path).text
    assert "Marta Kowalska invites you" in page
    assert "@marta-kowalska" in page

    assert join(client, path).location == "/sign-up/sent"
    assert the_invitation().used_at is None
    assert confirm(client, mailbox).location == "/"
    assert the_invitation().used_by_id == jana().id
    assert not jana().is_employee
    assert db.session.scalars(select(PendingJoin)).all() == []


@pytest.mark.usefixtures("by_invitation_alone")
def test_an_invitation_is_for_one_person(app, mailbox, marta):
    path = invite(marta)
    first, second = app.test_client(), app.test_client()
    join(first, path)
    join(second, path, handle="petra", name="Petra Nova", email="petra@fernhill.example")
    assert confirm(first, mailbox).location == "/"

    answer = confirm(second, mailbox, "petra@fernhill.example")
    assert answer.status_code == 422
    assert "by invitation" in answer.text
    for again in (first.get(path), second.get(path), join(second, path, email="third@fernhill.example")):
        assert again.status_code == 404
        assert OVER in again.text


def test_links_that_are_over_are_refused_kindly(client, marta, travel_to):
    travel_to(clock.now())
    withdrawn, old = invite(marta), invite(marta)
    with write():
        invitations.withdraw(invitations.last_invitations_of(marta)[-1].id, by=marta)
    travel_to(clock.now() + invitations.GOOD_FOR)

    for path in (withdrawn, old, "/join/nonsense", "/join/" + "x" * 3_000):
        for answer in (client.get(path), join(client, path)):
            assert answer.status_code == 404
            assert "Ask whoever gave it to you for another one." in answer.text
    assert db.session.scalars(queries.with_handle("jana")).all() == []


@pytest.mark.usefixtures("by_invitation_alone")
def test_an_invitation_that_ran_out_after_the_registration_still_counts(client, mailbox, marta, travel_to):
    start = clock.now()
    travel_to(start)
    path = invite(marta)
    travel_to(start + invitations.GOOD_FOR - timedelta(minutes=1))
    join(client, path)
    run_once()
    travel_to(start + invitations.GOOD_FOR + timedelta(minutes=1))

    assert client.post(mailbox.link(ADDRESS, "/confirm/")).location == "/"
    assert the_invitation().used_by_id == jana().id


@pytest.mark.parametrize("role", [Role.EXPERT, Role.ADMIN])
def test_a_role_is_held_once_the_address_is_confirmed(client, mailbox, admin, role):
    path = invite(admin, role)
    join(client, path)
    assert jana().role_names == frozenset()

    confirm(client, mailbox)
    assert jana().role_names == {role}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "roles.granted")).one()
    assert (entry.actor_id, entry.about_id) == (admin.id, jana().id)


def test_a_role_needs_an_employee_s_password(client, admin):
    answer = join(client, invite(admin, Role.EXPERT), password="tenletters1")

    assert answer.status_code == 422
    assert "15" in answer.text


def test_the_name_of_an_employee_is_for_employees(client, marta, admin):
    ExpertFactory(name="Jana Novotna", handle="sanfox")

    assert join(client, invite(marta)).status_code == 422
    assert join(client, invite(admin, Role.EXPERT), handle="san-f0x").status_code == 422
    assert join(client, invite(admin, Role.EXPERT)).location == "/sign-up/sent"


@pytest.mark.parametrize(
    "happens", ["withdrawn", "admin no more", "admin gone", "used"], ids=["withdrawn", "no-admin", "gone", "used"]
)
def test_a_role_that_was_taken_back_makes_no_member_either(client, mailbox, admin, happens):
    AdminFactory()
    path = invite(admin, Role.STEWARD)
    join(client, path)
    with write():
        if happens == "withdrawn":
            invitations.withdraw(the_invitation().id, by=admin)
        elif happens == "admin no more":
            actions.revoke_role(admin, Role.ADMIN)
        elif happens == "admin gone":
            actions.deactivate(admin)
        else:
            the_invitation().used_at = clock.now()

    assert confirm(client, mailbox).status_code == 404
    assert jana().confirmed_at is None
    assert jana().role_names == frozenset()


@pytest.mark.parametrize("factory", [PersonFactory, ExpertFactory])
def test_nobody_but_an_admin_gives_a_role(sign_in, factory):
    person = factory()
    with pytest.raises(NotAllowed), write():
        invitations.make_invitation(person, Role.EXPERT, "")
    sign_in(person).post("/settings/invitations", data={"note": "for Jana", "role": "admin"})

    assert the_invitation().role == ""


def test_five_a_quarter(marta, travel_to):
    start = clock.now()
    travel_to(start)
    for _ in range(5):
        invite(marta)
    with write():
        invitations.withdraw(invitations.last_invitations_of(marta)[0].id, by=marta)
    with pytest.raises(RuleBroken, match="5 invitations"), write():
        invitations.make_invitation(marta, None, "")
    travel_to(start + invitations.QUARTER)
    invite(marta)

    assert sum(one.is_open for one in invitations.last_invitations_of(marta)) == 1
    travel_to(start + invitations.KEEP + timedelta(days=1))
    tidy()
    assert len(invitations.last_invitations_of(marta)) == 1


def test_the_link_is_shown_once_and_kept_nowhere(sign_in, client, marta):
    browser = sign_in(marta)
    form = {"note": "for Jana of the night shift", "idempotency_key": "one"}
    page = browser.post("/settings/invitations", data=form).text
    token = re.search(r"/join/([\w-]{43})", page)[1]

    assert client.get(f"/join/{token}").status_code == 200
    assert browser.post("/settings/invitations", data=form).status_code == 303
    listed = browser.get("/settings/invitations").text
    assert "for Jana of the night shift" in listed
    assert token not in listed
    assert token not in str(vars(the_invitation()))


def test_own_invitations_are_withdrawn_and_no_others(sign_in, client, marta, admin):
    path = invite(marta)
    number = the_invitation().id
    stranger = sign_in(PersonFactory())

    assert stranger.post(f"/settings/invitations/{number}/withdrawal").status_code == 404
    assert stranger.post("/settings/invitations/999999/withdrawal").status_code == 404
    assert "for Jana" not in stranger.get("/settings/invitations").text
    assert client.get(path).status_code == 200
    assert sign_in(marta).post(f"/settings/invitations/{number}/withdrawal").status_code == 303
    assert client.get(path).status_code == 404
    assert sign_in(marta).post(f"/settings/invitations/{number}/withdrawal").status_code == 422


def test_admins_see_and_withdraw_everybody_s(marta, admin):
    invite(marta)
    with write():
        assert [one.made_by.name for one in invitations.open_invitations()] == ["Marta Kowalska"]
        invitations.withdraw(the_invitation().id, by=admin)

    assert invitations.open_invitations() == []


def test_members_are_told_that_the_link_is_for_somebody_else(sign_in, marta):
    path = invite(marta)

    assert "You are here already" in sign_in(PersonFactory()).get(path).text


def test_an_address_in_use_learns_nothing_by_a_link(client, mailbox, marta, admin):
    known = PersonFactory(address=ADDRESS)
    path = invite(admin, Role.ADMIN)

    assert join(client, path).location == "/sign-up/sent"
    assert client.get(path).status_code == 200
    run_once()
    assert "registered" in str(mailbox.to(ADDRESS)[-1]["Subject"])
    db.session.refresh(known)
    assert known.role_names == frozenset()


@pytest.mark.usefixtures("by_invitation_alone")
def test_whoever_registers_again_by_a_link_is_invited(client, mailbox, marta):
    """The first letter was lost; the second registration finds an address that waits to be confirmed."""
    PersonFactory(handle="jana", name="Jana Novotna", address=ADDRESS, password=PASSWORD, confirmed=False)
    join(client, invite(marta), handle="jana-n")
    run_once()
    answer = client.post(mailbox.link(ADDRESS, "/confirm/"), data={"password": PASSWORD})

    assert answer.location == "/"
    assert the_invitation().used_by_id == jana().id


def test_registrations_that_nobody_confirms_leave_the_invitation_open(client, marta, travel_to):
    start = clock.now()
    travel_to(start)
    path = invite(marta)
    join(client, path)
    travel_to(start + timedelta(days=8))
    tidy()

    assert db.session.scalars(select(PendingJoin)).all() == []
    assert client.get(path).status_code == 200
