"""What the demo's people tell about themselves: everything fits, and every expert's page is complete."""

import tomllib

import pytest

from app.cli.demo.content import CONTENT, read_community
from app.cli.demo.personal import side_of
from app.kernel.zones import zone_names
from app.people import rules
from app.people.languages import LANGUAGES

pytestmark = pytest.mark.pure

PEOPLE = {person.handle: person for person in read_community().people}
ENTRIES = tomllib.loads((CONTENT / "personal.toml").read_text(encoding="utf-8"))["person"]


def test_every_expert_and_steward_tells_something_and_has_a_face():
    told = {entry["handle"] for entry in ENTRIES}

    assert told <= PEOPLE.keys()
    for person in PEOPLE.values():
        if person.role in {"expert", "steward"}:
            assert person.handle in told
            assert person.about
            assert person.face


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["handle"])
def test_what_they_tell_could_have_been_typed(entry):
    side = side_of(entry, about="")

    assert rules.clean_words(side.interests, rules.LONGEST_INTERESTS) == side.interests
    assert rules.clean_words(side.learning, rules.LONGEST_LEARNING) == side.learning
    assert rules.clean_words(side.city, rules.LONGEST_CITY) == side.city
    assert set(side.languages) <= LANGUAGES.keys()
    assert side.time_zone in zone_names()
    rules.check_hours(side.time_zone, side.desk_from, side.desk_to, side.desk_days)


def test_most_experts_show_how_soon_they_answer():
    shown = [entry for entry in ENTRIES if entry.get("pace_shown")]

    assert {PEOPLE[entry["handle"]].role for entry in shown} == {"expert"}
    assert len(shown) >= 6
