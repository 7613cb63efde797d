"""Making a build agree with what has changed, in the open transaction of the one who writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from app.search.engines.postgres.tables import Build, Connection
from app.search.engines.postgres.vector import Row, row
from app.search.port import Change, Thread

BEFORE = "SELECT length, tsvector_to_array(words) FROM {threads} WHERE id = ANY(%s::bigint[])"
REMOVE = "DELETE FROM {threads} WHERE id = ANY(%s::bigint[])"
WRITE = """
    INSERT INTO {threads} AS known (id, asked, length, words, kept) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE
    SET asked = excluded.asked, length = excluded.length, words = excluded.words, kept = excluded.kept
"""
COUNT = """
    INSERT INTO {lexemes} AS known (word, threads) SELECT * FROM unnest(%s::text[], %s::int[])
    ON CONFLICT (word) DO UPDATE SET threads = greatest(known.threads + excluded.threads, 0)
"""
TOTALS = "UPDATE search.current SET threads = threads + %s, length = length + %s"


def apply(connection: Connection, build: Build, changes: Sequence[Change]) -> None:
    """Write the last change of each thread, and keep the counts of words: they are as right as the build was made."""
    last = {change.id: change for change in changes}
    rows = [row(change) for change in last.values() if isinstance(change, Thread)]
    before = connection.execute(build.statement(BEFORE), [list(last)]).fetchall()
    gone = list(last.keys() - {each.id for each in rows})
    connection.execute(build.statement(REMOVE), [gone])
    connection.cursor().executemany(build.statement(WRITE), [each.values for each in rows])
    _count(connection, build, rows, [words for _, words in before])
    longer = sum(each.length for each in rows) - sum(length for length, _ in before)
    connection.execute(TOTALS, [len(rows) - len(before), longer])


def _count(connection: Connection, build: Build, rows: Iterable[Row], before: Iterable[Sequence[str]]) -> None:
    counts: Counter[str] = Counter()
    for each in rows:
        counts.update(each.words)
    for lexemes in before:
        counts.subtract(lexeme for lexeme in lexemes if " " not in lexeme)  # Others are titles and facts.
    changed = {word: count for word, count in counts.items() if count}
    if changed:
        connection.execute(build.statement(COUNT), [list(changed), list(changed.values())])
