"""Migrations are numbered by the next free number."""

import pytest

from tools.next_revision import next_revision

pytestmark = pytest.mark.pure


def test_the_first_is_one(tmp_path):
    assert next_revision(tmp_path) == "0001"


def test_the_next_follows_the_highest(tmp_path):
    for name in ("0001_the_first_tables.py", "0009_more.py", "notes.txt"):
        (tmp_path / name).touch()

    assert next_revision(tmp_path) == "0010"
