"""What the demo's people found out about answers: written content, and what it becomes."""

import tomllib
from datetime import timedelta

import pytest

from app.cli.demo.content import CONTENT, length_of, read_community
from app.kernel.text import MAX_SOURCE
from app.marks.change import changed_part
from app.marks.models import DOUBTS, MarkKind
from app.marks.rules import LEAST_CHANGED, LONGEST_SENTENCE, SHORTEST_SENTENCE

COMMUNITY = read_community()
ANSWERS = {answer.key: answer for question in COMMUNITY.questions for answer in question.answers}
ROLES = {person.handle: person.role for person in COMMUNITY.people}
LATEST = timedelta(hours=7)
FINDINGS = tomllib.loads((CONTENT / "findings.toml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.pure


def test_findings_are_of_known_people_about_known_answers_and_in_time():
    for entry in [*FINDINGS["finding"], *FINDINGS["recommendation"]]:
        answer = ANSWERS[entry["answer"]]
        assert entry["by"] in ROLES
        assert answer.at + length_of(entry.get("settled_after", entry["after"])) <= LATEST
        assert length_of(entry["after"]) > timedelta(0)


def test_warnings_say_why_and_nobody_praises_their_own_answer():
    for entry in FINDINGS["finding"]:
        kind = MarkKind(entry["kind"])
        assert kind in DOUBTS or entry["by"] != ANSWERS[entry["answer"]].author
        if kind in DOUBTS:
            assert SHORTEST_SENTENCE <= len(entry["sentence"]) <= LONGEST_SENTENCE


def test_experts_recommend_what_others_wrote():
    for entry in FINDINGS["recommendation"]:
        assert ROLES[entry["by"]] == "expert"
        assert ANSWERS[entry["answer"]].author != entry["by"]


def test_corrections_change_enough_and_thank_somebody_else():
    corrected = [answer for answer in ANSWERS.values() if answer.correction]

    assert corrected
    for answer in corrected:
        assert changed_part(answer.body, answer.correction.body) >= LEAST_CHANGED
        assert len(answer.correction.body) <= MAX_SOURCE
        assert answer.correction.thanks in ROLES.keys() - {answer.author}
        assert answer.correction.at <= LATEST


def test_honest_advice_names_what_somebody_else_makes():
    advised = {answer.honest_advice for answer in ANSWERS.values()} - {""}

    assert len(advised) >= 2
    assert advised.isdisjoint({product.name for product in COMMUNITY.products if not product.vendor})
