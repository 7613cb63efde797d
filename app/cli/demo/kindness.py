"""What the demo's people thank each other for, and who welcomed whom: the content of kindness.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import partial

from app.cli.demo.content import CONTENT, Community, length_of
from app.cli.demo.findings import Entry, Planned
from app.desk import greetings
from app.desk.models import Greeting
from app.kernel.db import db
from app.marks import thanks
from app.people.models import Person
from app.questions.models import Answer, Question


class KindnessDeeds:
    """Plans the deeds. `everybody` and `given` are by handle and by key, and fill up while the year is written."""

    def __init__(self, community: Community, everybody: Mapping[str, Person], given: Mapping[str, Answer]) -> None:
        self._content = tomllib.loads((CONTENT / "kindness.toml").read_text(encoding="utf-8"))
        self._given_at = {answer.key: answer.at for question in community.questions for answer in question.answers}
        first_ones = sorted(community.questions, key=lambda question: question.at, reverse=True)
        self._first_asked = {question.author: question.at for question in first_ones}
        self._everybody = everybody
        self._given = given

    def planned(self) -> Iterator[Planned]:
        """Each deed with the time at which it is written; what belongs to nothing that is there is left out."""
        for entry in self._content["thanks"]:
            if entry["answer"] in self._given_at:
                yield self._given_at[entry["answer"]] + length_of(entry["after"]), partial(self._thank, entry)
        for entry in self._content["welcome"]:
            if entry["of"] in self._first_asked:
                yield self._first_asked[entry["of"]] + length_of(entry["after"]), partial(self._welcome, entry)

    def _thank(self, entry: Entry) -> None:
        answer = self._given[entry["answer"]]
        asked = db.session.get_one(Question, answer.question_id)
        thanks.say_thanks(answer, asked, entry["words"], by=self._everybody[entry["by"]])

    def _welcome(self, entry: Entry) -> None:
        newcomer = self._everybody[entry["of"]]
        greetings.settle_greeting(newcomer.id)
        greeting = db.session.get_one(Greeting, newcomer.id)
        greetings.greet(greeting, entry["words"], by=self._everybody[entry["by"]])
