"""Members who are nobody: they look like members, and no mail, report or list of the site has them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts import mapping, queries
from app.accounts.models import Membership
from app.jobs.worker import run_once
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people import audit, canaries
from app.people import queries as people
from app.people.letters import LetterKind, write_letter, write_of_new_address
from app.people.models import AuditEntry, Letter, Person
from tests.support.factories import AccountFactory, PersonFactory

ADDRESS = "ilse.unmistakable@fernhill.example"


def add(app, address: str = ADDRESS, name: str = "Ilse Hartwig", handle: str = "ilse-h"):
    arguments = ["canary", "add", "--name", name, "--handle", handle]
    return app.test_cli_runner().invoke(args=arguments, input=f"{address}\n")


@pytest.fixture
def canary(app) -> Person:
    result = add(app)
    assert result.exit_code == 0, result.output
    assert ADDRESS not in result.output
    return db.session.scalars(select(Person).where(Person.handle == "ilse-h")).one()


def test_a_canary_looks_like_a_member(canary):
    member = PersonFactory.create()

    same = ("active", "company_shown", "findable", "photo", "password", "about", "is_employee", "can_sign_in")
    assert [getattr(canary, name) for name in same] == [getattr(member, name) for name in same]
    assert canary.confirmed_at <= clock.now()


@pytest.mark.parametrize("kind", [LetterKind.RESET, LetterKind.CONFIRM, LetterKind.MANY_ATTEMPTS])
def test_a_canary_gets_no_letter(canary, mailbox, kind):
    with write():
        write_letter(canary, kind)
        write_of_new_address(canary, canary.email, to_new=True)
        # Not even one that stands in the table by another way.
        db.session.add(Letter(person_id=canary.id, kind=kind.value))
    run_once()

    assert list(mailbox) == []


def test_a_canary_is_counted_and_listed_nowhere(canary):
    account = AccountFactory.create(domains=["fernhill.example"])
    with write():
        mapping.follow_domain("fernhill.example", after=0)
    deliver_pending()

    assert db.session.scalars(select(Membership)).all() == []
    assert queries.member_counts([account.id]) == {}
    assert db.session.scalars(people.with_handle_beginning("ilse")).all() == []
    assert db.session.execute(people.called("ilse")).all() == []


def test_the_trail_says_that_there_is_one_more_and_not_who(canary):
    (entry,) = db.session.scalars(select(AuditEntry)).all()

    assert (entry.deed, entry.about_id, audit.details_of(entry)) == ("canaries.added", None, {})


def test_canaries_are_counted_for_whoever_watches_them(app, canary):
    assert add(app, "ole@fernhill.example", "Ole Berg", "oleberg").exit_code == 0

    assert app.test_cli_runner().invoke(args=["canary", "count"]).output == "2\n"
    assert canaries.count() == 2


def test_an_address_that_is_taken_is_refused(app, canary):
    result = add(app, name="Ole Berg", handle="oleberg")

    assert result.exit_code == 1
    assert canaries.count() == 1


def test_a_canary_needs_an_address(app):
    result = add(app, "")

    assert (result.exit_code, result.output) == (1, "Error: Enter the address of the canary.\n")
    assert canaries.count() == 0
