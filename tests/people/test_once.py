"""What works once works once, also for two who use it at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db, write
from app.people import identities, once
from app.people.models import Identity, UsedToken
from tests.support.factories import PersonFactory

AT_ONCE = 6


def together(app, deed):
    """What `deed` says to each of several who do it at the same moment, each in a transaction of its own."""

    def alone(_):
        with app.app_context(), write():
            return deed()

    db.session.rollback()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sorted(pool.map(alone, range(AT_ONCE)))


def test_a_code_is_taken_once_however_many_bring_it(app):
    until = clock.now() + timedelta(hours=1)

    assert together(app, lambda: once.use_once("code", "abc", until=until)) == [False] * (AT_ONCE - 1) + [True]


def test_another_kind_of_the_same_letters_is_something_else():
    until = clock.now() + timedelta(hours=1)
    with write():
        assert once.use_once("code", "abc", until=until)
        assert once.use_once("state", "abc", until=until)


def test_what_nobody_believes_any_more_is_forgotten():
    with write():
        once.use_once("code", "old", until=clock.now() - timedelta(seconds=1))
        once.use_once("code", "new", until=clock.now() + timedelta(hours=1))
        once.drop_old()

    assert db.session.scalar(select(func.count()).select_from(UsedToken)) == 1


def test_one_of_many_requests_asks_the_company(app):
    with write():
        person = PersonFactory()
        identity = Identity(person_id=person.id, issuer="https://login.example", subject="u1")
        db.session.add(identity)
    number, seen = identity.id, identity.checked_at

    assert together(app, lambda: identities.begin_check(number, seen)) == [False] * (AT_ONCE - 1) + [True]
