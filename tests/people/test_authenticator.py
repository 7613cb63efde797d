"""Codes of apps and recovery codes."""

from dataclasses import replace

import pytest

from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.people import authenticator, recovery_codes, second_factor
from app.people.models import AuditEntry, Letter, Person
from tests.support.factories import AdminFactory, ExpertFactory, PersonFactory
from tests.support.totp import code_at, code_now

# RFC 6238, appendix B: the key is "12345678901234567890", the hash SHA-1.
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


def letters_of(secret):
    return authenticator.key_in_letters(secret)


def set_up(person):
    """An app for the person; returns its key in letters, and their recovery codes."""
    secret = authenticator.new_secret()
    with write():
        codes = second_factor.set_app(person, secret, code_now(letters_of(secret)))
    return letters_of(secret), codes


def take(person, code):
    with write():
        second_factor.take_code(person, code)


@pytest.mark.pure
@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_tests_compute_codes_as_the_standard_says(seconds, code):
    assert code_at(b"12345678901234567890", seconds, digits=8) == code


@pytest.mark.parametrize("later", [-30, 0, 30])
def test_a_code_is_taken_half_a_minute_early_or_late(travel_to, later):
    marta = PersonFactory()
    start = clock.now().replace(second=15, microsecond=0)
    travel_to(start.replace(year=start.year - 1))
    letters, _ = set_up(marta)
    travel_to(start)

    take(marta, code_now(letters, later))


@pytest.mark.parametrize("later", [-90, -60, 60, 90])
def test_a_code_is_refused_a_minute_early_or_late(travel_to, later):
    marta = PersonFactory()
    start = clock.now().replace(second=15, microsecond=0)
    travel_to(start.replace(year=start.year - 1))
    letters, _ = set_up(marta)
    travel_to(start)

    with pytest.raises(RuleBroken):
        take(marta, code_now(letters, later))


def test_a_code_works_once_and_none_from_before_works_after_it(travel_to):
    marta = PersonFactory()
    start = clock.now()
    travel_to(start.replace(year=start.year - 1))
    letters, _ = set_up(marta)
    travel_to(start)
    take(marta, code_now(letters))

    for code in (code_now(letters), code_now(letters, -30)):
        with pytest.raises(RuleBroken):
            take(marta, code)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "000000 000000", "-12345"])
def test_what_is_no_code_is_refused(code):
    marta = PersonFactory()
    set_up(marta)

    with pytest.raises(RuleBroken):
        take(marta, code)


def test_the_secret_rests_encrypted_and_recovery_codes_as_hashes():
    marta = PersonFactory()
    letters, codes = set_up(marta)

    kept = db.session.get_one(Person, marta.id)
    assert letters.replace("-", "") not in kept.tf_totp_secret
    assert len(codes) == len(set(codes)) == 10
    assert not set(codes) & set(kept.mf_recovery_codes)


def test_each_recovery_code_works_once_however_it_is_typed():
    marta = PersonFactory()
    _, codes = set_up(marta)

    take(marta, codes[0].upper().replace("-", " "))

    assert recovery_codes.count_left(marta) == 9
    with pytest.raises(RuleBroken):
        take(marta, codes[0])
    take(marta, codes[1])
    told = [letter.kind for letter in db.session.query(Letter)]
    assert told.count("recovery code used") == 2


def test_the_codes_of_one_are_nothing_to_another():
    marta, other = PersonFactory(), PersonFactory()
    _, codes = set_up(marta)
    set_up(other)

    with pytest.raises(RuleBroken):
        take(other, codes[0])


def test_new_recovery_codes_make_the_old_ones_worthless():
    marta = PersonFactory()
    _, old = set_up(marta)
    with write():
        new = second_factor.make_recovery_codes(marta)

    with pytest.raises(RuleBroken):
        take(marta, old[0])
    take(marta, new[0])


def test_nobody_has_recovery_codes_alone():
    with pytest.raises(RuleBroken), write():
        second_factor.make_recovery_codes(PersonFactory())


def test_a_wrong_first_code_sets_nothing_up():
    marta = PersonFactory()

    with pytest.raises(RuleBroken), write():
        second_factor.set_app(marta, authenticator.new_secret(), "000000")

    assert not second_factor.is_set_up(db.session.get_one(Person, marta.id))


def test_the_last_second_factor_stays_where_one_is_required(app, monkeypatch):
    strict = replace(app.extensions["firsthand.settings"], second_factor="required")
    monkeypatch.setitem(app.extensions, "firsthand.settings", strict)
    expert, member = ExpertFactory(), PersonFactory()
    set_up(expert)
    set_up(member)

    with pytest.raises(NotAllowed), write():
        second_factor.remove_app(expert)
    with write():
        second_factor.remove_app(member)

    assert second_factor.is_set_up(db.session.get_one(Person, expert.id))
    assert not second_factor.is_set_up(db.session.get_one(Person, member.id))


def test_nobody_is_told_that_nothing_was_removed():
    marta = PersonFactory()
    with write():
        second_factor.remove_app(marta)

    assert db.session.query(Letter).count() == 0


def test_an_admin_takes_a_second_factor_away():
    admin, expert = AdminFactory(), ExpertFactory()
    set_up(expert)
    before = expert.fs_uniquifier

    with write():
        second_factor.take_away(expert, by=admin)

    assert not second_factor.is_set_up(expert)
    assert recovery_codes.count_left(expert) == 0
    assert expert.fs_uniquifier != before
    entry = db.session.query(AuditEntry).filter_by(deed="second_factor.removed").one()
    assert (entry.actor_id, entry.about_id) == (admin.id, expert.id)
    assert "second factor removed" in [letter.kind for letter in db.session.query(Letter)]
