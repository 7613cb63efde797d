"""Passwords: rules, hashes, and a gate that keeps hashing from eating the machine."""

import threading
import time

import pytest
from argon2 import extract_parameters

from app.kernel.errors import Busy, RuleBroken
from app.people import passwords
from app.people.passwords import check_password, hash_password, is_common, is_right_password, needs_new_hash

pytestmark = pytest.mark.pure


def test_the_list_of_known_passwords_is_long():
    assert len(passwords._common()) >= 10_000


@pytest.mark.parametrize(
    "password", ["correct horse battery", "ж" * 3 + "другой пароль", "9x!Kd02-qq7Z", "x7" * 3 + "horse staple"]
)
def test_uncommon_passwords_of_any_kind_may_be_chosen(password):
    check_password(password)


@pytest.mark.parametrize(
    "password", ["password12", "!!Michael1985!!", "qwertyuiop", "aaaaaaaaaaaa", "123456789012", "iloveyou-2024"]
)
def test_known_ones_are_refused_also_in_disguise(password):
    assert is_common(password)


@pytest.mark.parametrize(
    ("length", "is_staff", "fine"), [(9, False, False), (10, False, True), (14, True, False), (15, True, True)]
)
def test_length_is_the_one_rule(length, is_staff, fine):
    password = "zq fmv wkp xhj lrt"[:length]
    if fine:
        check_password(password, is_staff=is_staff)
        return
    with pytest.raises(RuleBroken):
        check_password(password, is_staff=is_staff)


def test_the_hash_has_the_parameters_that_were_chosen():
    for kept in (hash_password("zq fmv wkp xhj"), passwords.NOBODYS_HASH):
        found = extract_parameters(kept)
        assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == ("ID", 19_456, 2, 1)
        assert not needs_new_hash(kept)


def test_only_the_right_password_is_right():
    kept = hash_password("zq fmv wkp xhj")

    assert is_right_password("zq fmv wkp xhj", kept)
    assert not is_right_password("zq fmv wkp xhJ", kept)
    assert not is_right_password("nobody has this password", None)
    assert not is_right_password("anything", "not a hash")


def test_nothing_behind_the_longest_password_is_cut_off():
    kept = hash_password("x" * passwords.LONGEST)

    assert is_right_password("x" * passwords.LONGEST, kept)
    assert not is_right_password("x" * passwords.LONGEST + "y", kept)


def test_one_spelling_of_what_keyboards_write_in_several_ways():
    assert is_right_password("cafe\u0301 cafe\u0301", hash_password("caf\u00e9 caf\u00e9"))


def test_a_hash_with_other_parameters_is_to_be_renewed():
    assert needs_new_hash(
        "$argon2id$v=19$m=8,t=1,p=1$QPECaV6WNVVl6kETmjGuyw$AcqF1C2/S4+lGgRRHxGxYxxpGfauVFU1bj11VneO3B4"
    )


def test_too_many_at_once_are_told_to_come_back(monkeypatch):
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0.05)
    release = threading.Event()

    def hold():
        with passwords._place():
            release.wait(5)

    holders = [threading.Thread(target=hold) for _ in range(passwords.MOST_AT_ONCE)]
    for holder in holders:
        holder.start()
    time.sleep(0.05)
    with pytest.raises(Busy) as refusal:
        hash_password("zq fmv wkp xhj")
    release.set()
    for holder in holders:
        holder.join()

    assert refusal.value.status == 503
    assert refusal.value.retry_after
    assert hash_password("zq fmv wkp xhj")
