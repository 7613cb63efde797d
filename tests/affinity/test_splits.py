"""Topics: their posts are counted as everything else is."""

from datetime import UTC, datetime, timedelta

import pytest

from app.affinity.score import Event
from app.affinity.splits import Splits

pytestmark = pytest.mark.pure

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def events(kinds: list[tuple[str, str]]) -> list[Event]:
    return [
        Event(id=str(number), at=NOW - timedelta(days=number), person=person, kind=kind, expert=None, question="q")
        for number, (person, kind) in enumerate(kinds)
    ]


@pytest.mark.parametrize(("writers", "posts"), [("aaaaabb", 0), ("aaabbcc", 5), ("abcabcabcabc", 10)])
def test_the_posts_of_a_topic_are_counted_in_fives_and_from_three_people_on(writers, posts):
    accepted = [(person, "accept") for person in "abcde"]
    done = events([*accepted, *((person, "comment") for person in writers)])

    (line,) = Splits.of(done, {"q": ["racks"]}, active=5).topics()

    assert (line.name, line.people, line.posts) == ("racks", "5-9", posts)
