"""`python -m tools.bench_search.fill 30000`: fill the empty database of the settings with threads of about 250 words,
and with people who sign in and answer.
"""

from __future__ import annotations

import sys

from sqlalchemy import text

from app import create_app
from app.kernel.db import db, write
from app.kernel.settings import settings
from app.people import actions
from app.people.passwords import hash_password
from tools.bench.community import Size, make_community

PEOPLE = 5_000
WRITERS = 16
PASSWORD = "sixteen lanterns for the harbour wall"  # noqa: S105  (of people who exist while the benchmark runs)

# Rows came with their numbers, so PostgreSQL has to be told where to go on.
GO_ON = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT table_name FROM information_schema.columns
                WHERE table_schema = 'public' AND column_name = 'id' AND column_default LIKE 'nextval%' LOOP
        EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), coalesce(max(id), 0) + 1, false) FROM %I',
                       name, name);
    END LOOP;
END $$;
"""


def address(number: int) -> str:
    """The mail address of the writer with this number, from 0."""
    return f"writer-{number}@writers.example"


def main() -> None:
    """Fill the database."""
    count = int(sys.argv[1])
    with create_app().app_context():
        # Both have about 120 words, and a title has eight.
        make_community(Size(people=PEOPLE, questions=count, answers=count))
        with write():
            if db.engine.dialect.name == "postgresql":
                db.session.execute(text(GO_ON))
        password_hash = hash_password(PASSWORD)
        with write():
            for number in range(WRITERS):
                _add(number, password_hash)


def _add(number: int, password_hash: str) -> None:
    letter = "abcdefghjkmpqtux"[number]  # no two look alike
    new = actions.NewPerson(
        handle=f"lantern-{letter * 3}",
        name=f"Lantern {letter.upper() * 3}",
        address=address(number),
        password_hash=password_hash,
    )
    actions.confirm_address(actions.add_person(new, brands=settings().brand_names))


if __name__ == "__main__":
    main()
