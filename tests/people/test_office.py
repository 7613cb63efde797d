"""What admins do about people: noted in the trail, and never so that nobody is left to do it."""

import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from app.config import Issuer
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.people import actions, audit, identities, lookup, office, queries, trail_proof
from app.people.models import AuditEntry, Identity, Person, Role
from tests.support.at_once import at_once
from tests.support.factories import AdminFactory, ExpertFactory, PersonFactory, StewardFactory


def trail():
    rows = select(AuditEntry).order_by(AuditEntry.id)
    return [(one.deed, one.actor_id, one.about_id, audit.details_of(one)) for one in db.session.scalars(rows)]


@pytest.fixture
def admin():
    return AdminFactory.create()


@pytest.fixture
def issuer(app, monkeypatch):
    """A company whose word the site takes."""
    one = Issuer(
        name="corp",
        url="https://login.example",
        client_id="community",
        client_secret="-",
        label="Corp",
        roles_claim="groups",
        roles=(("bosses", "admin"),),
    )
    own = app.extensions["firsthand.settings"]
    monkeypatch.setitem(app.extensions, "firsthand.settings", replace(own, issuers=(one,)))
    return one


def admin_by_company(issuer, subject="1"):
    """An admin whose role came by claims, and the identity that brought it."""
    with write():
        person = AdminFactory.create()
        identity = Identity(person_id=person.id, issuer=issuer.url, subject=subject, roles="admin")
        db.session.add(identity)
    return person, identity


@pytest.mark.one_database
def test_a_role_comes_and_goes_and_is_noted(admin):
    person = PersonFactory.create()
    with write():
        office.grant(person, Role.EXPERT, by=admin)
        office.grant(person, Role.EXPERT, by=admin)
        office.revoke(person, Role.EXPERT, by=admin)
        office.revoke(person, Role.EXPERT, by=None)

    assert person.role_names == frozenset()
    assert trail() == [
        ("roles.granted", admin.id, person.id, {"role": "expert"}),
        ("roles.revoked", admin.id, person.id, {"role": "expert"}),
    ]


@pytest.mark.one_database
def test_what_is_refused_is_not_noted(admin):
    unconfirmed = PersonFactory.create(confirmed=False)
    for by, person in ((StewardFactory.create(), PersonFactory.create()), (admin, unconfirmed)):
        with pytest.raises((NotAllowed, RuleBroken)), write():
            office.grant(person, Role.ADMIN, by=by)

    assert trail() == []


def test_the_last_admin_stays(admin):
    for deed in (lambda: office.revoke(admin, Role.ADMIN, by=admin), lambda: office.deactivate(admin, by=admin)):
        with pytest.raises(RuleBroken), write():
            deed()
    gone = AdminFactory.create()
    with write():
        office.deactivate(gone, by=admin)
    with pytest.raises(RuleBroken), write():
        office.revoke(admin, Role.ADMIN, by=None)
    with write():
        office.revoke(gone, Role.ADMIN, by=admin)

    assert admin.holds(Role.ADMIN)


@pytest.mark.parametrize("deeds", [("revoke", "revoke"), ("deactivate", "revoke"), ("deactivate", "deactivate")])
def test_two_admins_who_put_each_other_out_leave_one(app, deeds):
    ids = [AdminFactory.create().id, AdminFactory.create().id]
    together = threading.Barrier(2, timeout=30)
    refused = []

    def put_out(deed, mine, other):
        with app.app_context():
            db.session.get_one(Person, other)
            together.wait()
            try:
                with write():
                    by, about = db.session.get_one(Person, mine), db.session.get_one(Person, other)
                    office.deactivate(about, by=by) if deed == "deactivate" else office.revoke(about, Role.ADMIN, by=by)
            except (RuleBroken, NotAllowed) as refusal:
                refused.append(refusal)

    threads = [threading.Thread(target=put_out, args=(deeds[n], ids[n], ids[1 - n])) for n in (0, 1)]
    db.session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    left = [one for one in db.session.scalars(select(Person)) if one.active and one.holds(Role.ADMIN)]
    assert (len(left), len(refused)) == (1, 1)


@pytest.mark.one_database
def test_a_role_of_the_company_s_sign_in_goes_there_only(admin, issuer):
    expert = ExpertFactory.create()
    with write():
        db.session.add(Identity(person_id=expert.id, issuer=issuer.url, subject="1", roles="expert"))
    with pytest.raises(RuleBroken), write():
        office.revoke(expert, Role.EXPERT, by=admin)

    assert expert.is_expert


@pytest.mark.one_database
def test_a_role_of_a_company_that_was_taken_out_is_an_admin_s_to_take(admin):
    expert = ExpertFactory.create()
    with write():
        db.session.add(Identity(person_id=expert.id, issuer="https://id.example", subject="1", roles="expert sales"))
    with write():
        office.revoke(expert, Role.EXPERT, by=admin)

    assert not expert.is_expert
    assert db.session.scalars(select(Identity.roles)).one() == "sales"


@pytest.mark.one_database
def test_whoever_a_company_has_let_go_is_let_in_again_once(admin):
    person = ExpertFactory.create()
    with write():
        db.session.add(
            Identity(person_id=person.id, issuer="https://id.example", subject="1", roles="", ended_at=clock.now())
        )
    with pytest.raises(NotAllowed):
        identities.check_not_let_go(person)
    for _ in range(2):
        with write():
            office.activate(person, by=admin)

    identities.check_not_let_go(person)
    assert trail() == [("people.activated", admin.id, person.id, {})]


def test_claims_leave_the_last_admin_and_say_so_once(issuer, caplog):
    admin, identity = admin_by_company(issuer)
    for _ in range(2):
        with write():
            assert not identities.settle_roles(identity, admin, set())
    assert admin.holds(Role.ADMIN)
    assert trail() == [("roles.kept", None, admin.id, {"role": "admin", "issuer": "corp"})]
    assert caplog.text.count("the last admin keeps the role") == 1
    with pytest.raises(RuleBroken), write():
        admin.password = PersonFactory.create(password="four words that nobody guesses").password
        identities.unlink(identity, admin)

    AdminFactory.create()
    with write():
        assert identities.settle_roles(identity, admin, set())

    assert not admin.holds(Role.ADMIN)


def test_with_the_last_admin_who_is_gone_the_role_goes_and_the_first_run_page_opens(issuer, caplog):
    admin, identity = admin_by_company(issuer)
    with write():
        identities.note_gone(identity, admin)

    assert not queries.has_admin()
    assert [deed for deed, *_ in trail()] == ["roles.revoked", "company_sign_in.gone"]
    assert "the last admin is gone" in caplog.text


def test_an_admin_who_was_let_go_is_nobody_to_rely_on(admin, issuer):
    _, identity = admin_by_company(issuer)
    with write():
        identity.ended_at = clock.now()
    with pytest.raises(RuleBroken), write():
        office.deactivate(admin, by=None)


def test_claims_that_take_two_admins_at_once_leave_one(app, issuer):
    ids = [admin_by_company(issuer, subject)[1].id for subject in ("1", "2")]

    def drop(identity_id):
        identity = db.session.get_one(Identity, identity_id)
        identities.settle_roles(identity, identities.owner_of(identity), set())

    assert at_once(app, [partial(drop, one) for one in ids]) == []
    assert sum(one.holds(Role.ADMIN) for one in db.session.scalars(select(Person))) == 1
    assert sorted(deed for deed, *_ in trail()) == ["roles.kept", "roles.revoked"]


@pytest.mark.one_database
def test_whoever_is_deactivated_is_out_at_the_next_request(admin, sign_in):
    person = PersonFactory.create()
    browser = sign_in(person)
    assert browser.get("/settings/profile").status_code == 200
    with write():
        office.deactivate(person, by=admin)
    assert browser.get("/settings/profile").status_code != 200
    with write():
        office.activate(person, by=admin)
    assert browser.get("/settings/profile").status_code != 200


def test_one_person_is_found_and_no_list_is_made():
    ana = PersonFactory.create(name="Ana Söderberg", handle="anas", address="ana@acme.example")
    others = [PersonFactory.create(name=f"Zoe {letter}miller") for letter in "ABDEFGHJKMNPT"]

    for words, by in (("ana@acme.example", "address"), ("@anas", "handle"), ("ANAS", "handle"), ("ana sod", "name")):
        found = lookup.find(words)
        assert (list(found.people), found.by) == ([ana], by)
    assert len(lookup.find("zoe").people) == 10 < len(others)
    assert list(lookup.find("ana@acme.exampl").people) == list(lookup.find("@an").people) == []
    for words in ("", "zo", "%", "a_"):
        with pytest.raises(RuleBroken):
            lookup.find(words)
    assert list(lookup.find("%%%").people) == []


def test_a_registration_that_is_let_go_leaves_the_trail(admin, travel_to):
    person = PersonFactory.create(confirmed=False)
    with write():
        office.send_confirmation_again(person, by=admin)
    travel_to(clock.now() + actions.UNCONFIRMED_FOR + timedelta(days=1))
    with write():
        actions.forget_unconfirmed()

    assert trail() == [("people.confirmation_sent", admin.id, None, {})]
    assert trail_proof.first_broken() is None


CHANGES = [
    {"details": '{"_about": 0, "_by": 0, "role": "admin"}'},
    {"deed": "roles.revoked"},
    {"actor_id": None, "about_id": 1},
    {"at": clock.now() + timedelta(days=1)},
]


@pytest.mark.one_database
@pytest.mark.parametrize("change", CHANGES)
def test_an_entry_that_was_changed_is_found(admin, change):
    person = PersonFactory.create()
    for role in (Role.SALES, Role.EXPERT, Role.STEWARD):
        with write():
            office.grant(person, role, by=admin)
    assert trail_proof.first_broken() is None
    second = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()[1]
    with write():
        for name, value in change.items():
            setattr(second, name, value)

    assert trail_proof.first_broken().number == second.id


@pytest.mark.one_database
@pytest.mark.parametrize("place", [0, 1])
def test_an_entry_that_was_taken_away_is_found(admin, place):
    person = PersonFactory.create()
    for role in (Role.SALES, Role.EXPERT, Role.STEWARD):
        with write():
            office.grant(person, role, by=admin)
    gone = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()[place]
    with write():
        db.session.delete(gone)

    assert trail_proof.first_broken() is not None


@pytest.mark.one_database
@pytest.mark.parametrize("limit", [3, 5_000])
def test_the_oldest_entry_that_is_proved_is_proved_as_well(admin, limit):
    person = PersonFactory.create()
    for role in (Role.SALES, Role.EXPERT, Role.STEWARD, Role.ADMIN):
        with write():
            office.grant(person, role, by=admin)
    assert trail_proof.newest_broken(limit) is None
    oldest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(min(limit, 4))).all()[-1]
    with write():
        oldest.deed = "roles.revoked"

    assert trail_proof.newest_broken(limit).number == oldest.id


def test_entries_that_are_made_at_once_make_one_chain(app, admin):
    ids = [PersonFactory.create().id for _ in range(4)]
    together, admin_id = threading.Barrier(4, timeout=30), admin.id

    def grant(person_id):
        with app.app_context():
            together.wait()
            for role in (Role.SALES, Role.EXPERT):
                with write():
                    by, about = (db.session.get_one(Person, one) for one in (admin_id, person_id))
                    office.grant(about, role, by=by)

    threads = [threading.Thread(target=grant, args=(one,)) for one in ids]
    db.session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(trail()) == 8
    assert trail_proof.first_broken() is None


def test_a_role_that_several_give_at_once_is_given_once(app, admin):
    admin_id, person_id = admin.id, PersonFactory.create().id

    def give():
        person, by = (db.session.get_one(Person, one) for one in (person_id, admin_id))
        office.grant(person, Role.EXPERT, by=by)

    assert at_once(app, [give] * 4) == []
    assert trail() == [("roles.granted", admin_id, person_id, {"role": "expert"})]
