"""Whatever is written or said here has a person behind it: no company, team or service can be its author."""

import pytest

from app.accounts.models import Account
from app.kernel.db import db
from app.people.models import Person

pytestmark = pytest.mark.pure

# What people write and say, with the column that says who; one may be unknown by now where somebody has left.
AUTHORS = {
    "posts": "author_id",
    "comments": "author_id",
    "marks": "person_id",
    "recommendations": "expert_id",
    "thanks": "person_id",
    "votes": "voter_id",
    "revisions": "editor_id",
    "greetings": "greeted_by_id",
}


@pytest.mark.parametrize(("table", "column"), AUTHORS.items())
def test_who_says_something_is_a_person(table, column):
    author = db.metadata.tables[table].columns[column]

    assert [key.column.table.name for key in author.foreign_keys] == [Person.__tablename__]
    assert author.nullable is (table == "greetings")


def test_a_company_has_nothing_to_sign_in_with():
    assert {"handle", "email", "password"}.isdisjoint(Account.__table__.columns.keys())
    assert not issubclass(Account, Person)
