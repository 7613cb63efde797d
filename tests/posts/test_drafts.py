"""Drafts: one a place and person, of what may be kept, for their author alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.kernel.db import db, write
from app.kernel.errors import Malformed, RuleBroken
from app.posts.drafts import (
    LONGEST_DRAFT,
    MOST_DRAFTS,
    Place,
    discard_draft,
    draft_at,
    drafts_of,
    fields_of,
    save_draft,
)
from app.posts.models import SavedDraft
from tests.support.factories import PersonFactory

QUESTION = Place.read("question")


def save(person, place=QUESTION, **form):
    with write():
        save_draft(place, form, by=person)
    return draft_at(place, person)


def count():
    return db.session.scalar(select(func.count()).select_from(SavedDraft))


@pytest.mark.pure
@pytest.mark.parametrize("written", ["question", "answer:17", "edit:4"])
def test_a_place_is_read_as_it_is_written(written):
    assert str(Place.read(written)) == written


@pytest.mark.pure
@pytest.mark.parametrize(
    "written", ["", "answer", "question:1", "answer:x", "edit:-1", "answer:1\n", "edit:" + "9" * 19]
)
def test_no_other_place_has_drafts(written):
    with pytest.raises(Malformed):
        Place.read(written)


def test_a_place_has_one_draft_and_the_last_text_holds():
    ana = PersonFactory()

    save(ana, title="Why", body="It st")
    draft = save(ana, title="Why does it stop?", body="It stops.")

    assert count() == 1
    assert fields_of(draft)["title"] == "Why does it stop?"


def test_only_what_belongs_to_the_form_is_kept():
    draft = save(PersonFactory(), Place.read("answer:17"), body="Look.", csrf_token="x", password="geheim", title="no")

    assert fields_of(draft) == {"body": "Look."}


def test_an_edit_remembers_which_text_it_started_from():
    draft = save(PersonFactory(), Place.read("edit:17"), body="Look.", revision="3")

    assert fields_of(draft)["revision"] == "3"


def test_a_form_without_a_word_keeps_nothing():
    ana = PersonFactory()
    save(ana, title="Why")

    assert save(ana, title=" ", visibility="public") is None
    assert count() == 0


def test_a_draft_has_a_limit_in_characters_of_any_alphabet():
    ana = PersonFactory()

    assert save(ana, body="版" * (LONGEST_DRAFT - 10)) is not None
    with pytest.raises(RuleBroken, match="too long for a draft"):
        save(ana, body="x" * (LONGEST_DRAFT + 1))


def test_of_too_many_the_one_left_alone_longest_goes(travel_to):
    ana, moment = PersonFactory(), datetime(2031, 4, 1, tzinfo=UTC)
    for number in range(1, MOST_DRAFTS + 1):
        travel_to(moment + timedelta(minutes=number))
        save(ana, Place.read(f"answer:{number}"), body="Look.")
    travel_to(moment + timedelta(hours=2))
    save(ana, Place.read("answer:1"), body="Look again.")

    save(ana, title="One more")

    left = {draft.place for draft in db.session.scalars(drafts_of(ana))}
    assert len(left) == MOST_DRAFTS
    assert {"question", "answer:1"} <= left
    assert "answer:2" not in left


def test_drafts_are_seen_and_thrown_away_by_their_author_alone():
    ana, ben = PersonFactory(), PersonFactory()
    save(ana, title="Mine")
    save(ben, title="His")

    with write():
        discard_draft(QUESTION, by=ana)

    assert draft_at(QUESTION, ana) is None
    assert fields_of(draft_at(QUESTION, ben))["title"] == "His"


def test_any_text_comes_back_as_it_was_typed():
    text = 'Zwei\r\nZeilen, „Zeichen“ & "quotes", 𝔘𝔫𝔦\u0000code\\n'

    assert fields_of(save(PersonFactory(), body=text))["body"] == text.replace("\0", "")
