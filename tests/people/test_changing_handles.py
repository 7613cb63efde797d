"""A handle can change; whoever had it is found by it, and nobody else ever is."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.notifications.mentions import people_mentioned_in
from app.people import actions, queries
from app.people.former_handles import change_handle
from app.people.models import KeptHandle, Person, Role
from tests.support.client import signed_in
from tests.support.factories import ExpertFactory, PersonFactory

BRANDS = ("northwind",)


def change(person, handle):
    with write():
        change_handle(person, handle, brands=BRANDS)


def link_to(handle):
    return f'<p><a href="/@{handle}">@{handle}</a></p>'


def test_a_former_handle_leads_to_whoever_had_it():
    ana = PersonFactory(handle="Ana_Costa")
    change(ana, "anac")

    for handle in ("anac", "ANAC", "Ana_Costa", "ana_costa"):
        assert queries.find_by_handle_ever(handle) == ana
        assert people_mentioned_in(link_to(handle)) == {ana.id}
    assert queries.find_by_handle_ever("ana") is None
    assert [*queries.former_handles_of(ana)] == ["Ana_Costa"]
    for beginning in ("ana", "ana_c", "ANAC"):
        assert db.session.scalars(queries.with_handle_beginning(beginning)).all() == [ana]


def test_nobody_else_gets_it_nor_one_that_looks_like_it(time_machine):
    ana, ben = PersonFactory(handle="ana_costa"), PersonFactory(handle="ben")
    change(ana, "anac")
    time_machine.move_to(clock.now() + timedelta(days=800))

    for handle in ("ana_costa", "AnaCosta", "ana-c0sta"):
        with pytest.raises(RuleBroken):
            change(ben, handle)
        with pytest.raises(RuleBroken):
            PersonFactory(handle=handle)
    change(ana, "ana-costa")
    assert queries.find_by_handle_ever("anac") == queries.find_by_handle_ever("ana_costa") == ana


def test_it_changes_once_in_ninety_days_but_capitals_at_any_time(time_machine):
    ana = PersonFactory(handle="dellservergeek")
    change(ana, "DellServerGeek")
    assert (ana.handle, ana.handle_changed_at) == ("DellServerGeek", None)
    change(ana, "ServerGeek")
    with pytest.raises(RuleBroken, match="less than 90 days ago"):
        change(ana, "ana_costa")
    change(ana, "serverGEEK")
    time_machine.move_to(clock.now() + timedelta(days=90, seconds=1))
    change(ana, "ana_costa")
    assert ana.handle == "ana_costa"


def test_what_an_employee_was_called_stays_an_employees():
    vera = ExpertFactory(handle="vera")
    change(vera, "vera_lind")
    with write():
        actions.revoke_role(vera, Role.EXPERT)

    kept = db.session.scalars(select(KeptHandle).order_by(KeptHandle.skeleton)).all()
    assert [(one.handle, one.by_employee, one.person_id) for one in kept] == [
        ("vera", True, vera.id),
        ("vera_lind", True, vera.id),
    ]


def test_nothing_is_kept_of_whoever_never_confirmed(time_machine):
    new = actions.NewPerson(handle="never", name="Ann", address="never@acme.example", password_hash="x")
    with write():
        person = actions.add_person(new, brands=BRANDS)
        actions.grant_role(person, Role.SALES)
        actions.revoke_role(person, Role.SALES)
    time_machine.move_to(clock.now() + timedelta(days=8))
    with write():
        actions.forget_unconfirmed()

    assert db.session.scalars(select(KeptHandle)).all() == db.session.scalars(select(Person)).all() == []
    assert not queries.is_handle_taken("never")


def test_a_handle_that_several_take_at_once_is_one_persons(app):
    browsers = [signed_in(app, PersonFactory.create()) for _ in range(4)]
    together, answers = threading.Barrier(4, timeout=30), []

    def take(browser):
        with app.app_context():
            together.wait()
            answers.append(browser.post("/settings/handle", data={"handle": "wanted-by-all"}).status_code)

    threads = [threading.Thread(target=take, args=(browser,)) for browser in browsers]
    db.session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(answers) == [303, 422, 422, 422]
