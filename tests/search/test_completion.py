"""How a word goes on."""

from __future__ import annotations

import pytest

from app.kernel.db import write
from app.search.completion import complete
from app.search.dictionary import add_words, forget_words


@pytest.fixture(autouse=True)
def words() -> None:
    with write():
        add_words(
            {
                "replication": 40,
                "replicate": 9,
                "replicated": 12,
                "replica": 50,
                "reply": 20,
                "replaced": 10,
                "ora-00942": 3,
                "oracle": 2,
                "/etc/fstab": 4,
            }
        )
    forget_words()


def test_the_words_of_most_threads_come_first_one_of_each_stem():
    assert complete("repl") == ["replica", "replication", "reply"]
    assert complete("replicat") == ["replication"]
    assert complete("REPL", most=5) == ["replica", "replication", "reply", "replaced"]


def test_codes_go_on_too():
    assert complete("ora-") == ["ora-00942"]
    assert complete("/etc") == ["/etc/fstab"]


def test_nothing_goes_on_like_what_nobody_wrote():
    assert complete("zz") == []
