"""What the demo's people do about who helps."""

import tomllib

import pytest

from app.cli.demo.content import CONTENT, read_community
from app.desk.rules import LONGEST_NOTE, LONGEST_REPLY

pytestmark = pytest.mark.pure

COMMUNITY = read_community()
DESK = tomllib.loads((CONTENT / "desk.toml").read_text(encoding="utf-8"))
QUESTIONS = {question.key: question for question in COMMUNITY.questions}
PEOPLE = {person.handle: person for person in COMMUNITY.people}


def test_whoever_and_whatever_it_names_is_there():
    about = [*DESK["same_problem"], *DESK["call"], *DESK["taken"]]
    customers = {handle for entry in DESK["same_problem"] for handle in entry["people"]}
    experts = {entry["expert"] for entry in (*DESK["call"], *DESK["taken"])}
    experts |= {entry["person"] for entry in DESK["away"]} | {entry["owner"] for entry in DESK["reply"]}

    assert {entry["question"] for entry in about} <= QUESTIONS.keys()
    assert {PEOPLE[handle].role for handle in customers} == {None}
    assert {PEOPLE[handle].role for handle in experts} == {"expert"}
    assert not any(QUESTIONS[entry["question"]].author in entry["people"] for entry in DESK["same_problem"])


def test_calls_go_to_questions_that_nobody_has_answered_and_texts_fit():
    assert not any(QUESTIONS[entry["question"]].answers for entry in (*DESK["call"], *DESK["taken"]))
    assert all(len(entry.get("note", "")) <= LONGEST_NOTE for entry in DESK["call"])
    assert all(len(entry["body"]) <= LONGEST_REPLY for entry in DESK["reply"])
    assert any("{asker}" in entry["body"] for entry in DESK["reply"])
