"""What the demo's people found out about answers: the content of findings.toml, works for whom, and corrections."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from app.cli.demo.content import CONTENT, Community, DemoAnswer, DemoCorrection, DemoQuestion, length_of
from app.cli.demo.timeline import joining_time, voting_time
from app.kernel.db import db
from app.marks import actions
from app.marks.change import changed_part
from app.marks.models import Mark, MarkKind
from app.people.models import Person
from app.posts.bodies import Body
from app.questions.models import Answer, Question
from app.topics.models import Product

Entry = Mapping[str, Any]
Planned = tuple[timedelta, Callable[[], None]]


class FindingDeeds:
    """Plans the deeds. `everybody` and `given` are by handle and by key, and fill up while the year is written."""

    def __init__(
        self,
        community: Community,
        bodies: Mapping[str, Body],
        everybody: Mapping[str, Person],
        given: Mapping[str, Answer],
    ) -> None:
        self._content = tomllib.loads((CONTENT / "findings.toml").read_text(encoding="utf-8"))
        self._joined = {person.handle: joining_time(person.joined, person.handle) for person in community.people}
        self._demo = {answer.key: (answer, question) for question in community.questions for answer in question.answers}
        self._bodies = bodies
        self._everybody = everybody
        self._given = given

    def planned(self) -> Iterator[Planned]:
        """Each deed with the time at which it is written; what belongs to an answer that is left out is left out."""
        for answer, question in self._demo.values():
            for handle in answer.works_for:
                at = voting_time(answer.at, self._joined[handle], f"{answer.key} works {handle}")
                yield at, partial(self._find, answer, question, {"by": handle, "kind": MarkKind.WORKS})
            if answer.correction is not None:
                yield answer.correction.at, partial(self._correct, answer, answer.correction)
        for entry, answer, question in self._of("finding"):
            yield answer.at + length_of(entry["after"]), partial(self._find, answer, question, entry)
            if "settled_by" in entry:
                yield answer.at + length_of(entry["settled_after"]), partial(self._settle, answer, entry)
        for entry, answer, _question in self._of("recommendation"):
            yield answer.at + length_of(entry["after"]), partial(self._recommend, answer, entry)

    def _of(self, kind: str) -> Iterator[tuple[Entry, DemoAnswer, DemoQuestion]]:
        for entry in self._content[kind]:
            if entry["answer"] in self._demo:
                yield (entry, *self._demo[entry["answer"]])

    def _find(self, demo: DemoAnswer, question: DemoQuestion, entry: Entry) -> None:
        answer, asked = self._answer_and_question(demo)
        finding = actions.Finding(
            kind=entry["kind"],
            product=db.session.get(Product, asked.product_id) if asked.product_id else None,
            version=entry.get("version", question.version),
            sentence=entry.get("sentence", ""),
        )
        actions.mark_answer(answer, asked, finding, by=self._everybody[entry["by"]])

    def _settle(self, demo: DemoAnswer, entry: Entry) -> None:
        answer, asked = self._answer_and_question(demo)
        maker, settler = self._everybody[entry["by"]], self._everybody[entry["settled_by"]]
        theirs = Mark.answer_id == answer.id, Mark.person_id == maker.id, Mark.kind == entry["kind"]
        actions.settle_mark(
            db.session.scalars(select(Mark).where(*theirs)).one(), answer, asked, entry["note"], by=settler
        )

    def _recommend(self, demo: DemoAnswer, entry: Entry) -> None:
        answer, asked = self._answer_and_question(demo)
        actions.recommend(answer, asked, entry["reason"], by=self._everybody[entry["by"]])

    def _correct(self, demo: DemoAnswer, correction: DemoCorrection) -> None:
        answer, asked = self._answer_and_question(demo)
        confession = actions.Confession(
            body=self._bodies[correction.key],
            reason=correction.reason,
            revision_number=answer.revision_number,
            changed=changed_part(answer.body, correction.body),
            thanks=self._everybody[correction.thanks],
        )
        actions.own_mistake(answer, asked, confession, by=self._everybody[demo.author])

    def _answer_and_question(self, demo: DemoAnswer) -> tuple[Answer, Question]:
        answer = self._given[demo.key]
        return answer, db.session.get_one(Question, answer.question_id)
