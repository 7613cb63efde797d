"""What the demo's people do about who helps: the content of desk.toml, as deeds of its year."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from app.cli.demo.content import CONTENT, Community, DemoQuestion
from app.cli.demo.timeline import LATEST_WRITTEN, joining_time, voting_time
from app.desk import actions
from app.desk.replies import ReplyDraft, write_reply
from app.kernel import clock
from app.people import actions as people
from app.people.models import Person
from app.questions.models import Question

# Experts have had their templates, and one has been away, for a little while.
SINCE = LATEST_WRITTEN - timedelta(days=2)

Entry = Mapping[str, Any]
Planned = tuple[timedelta, Callable[[], None]]


class DeskDeeds:
    """Plans the deeds. `everybody` and `asked` are by handle and by key, and fill up while the year is written."""

    def __init__(self, community: Community, everybody: Mapping[str, Person], asked: Mapping[str, Question]) -> None:
        self._content = tomllib.loads((CONTENT / "desk.toml").read_text(encoding="utf-8"))
        self._joined = {person.handle: joining_time(person.joined, person.handle) for person in community.people}
        self._demo = {question.key: question for question in community.questions}
        self._everybody = everybody
        self._asked = asked

    def planned(self) -> Iterator[Planned]:
        """Each deed with the time at which it is written; what belongs to a question that is left out is left out."""
        yield from self._about_questions()
        for entry in self._content["away"]:
            yield SINCE, partial(self._leave, entry)
        for entry in self._content["reply"]:
            yield SINCE, partial(self._write_reply, entry)

    def _about_questions(self) -> Iterator[Planned]:
        for entry, question in self._of("same_problem"):
            for handle in entry["people"]:
                at = voting_time(question.at, self._joined[handle], f"{question.key} same {handle}")
                yield at, partial(self._share_problem, question.key, handle)
        for kind, deed in (("call", self._invite), ("taken", self._take)):
            for entry, question in self._of(kind):
                yield question.at + timedelta(hours=entry["after_hours"]), partial(deed, entry, question)

    def _of(self, kind: str) -> Iterator[tuple[Entry, DemoQuestion]]:
        for entry in self._content[kind]:
            if entry["question"] in self._demo:
                yield entry, self._demo[entry["question"]]

    def _share_problem(self, key: str, handle: str) -> None:
        actions.share_problem(self._asked[key], by=self._everybody[handle])

    def _invite(self, entry: Entry, question: DemoQuestion) -> None:
        expert, asker = self._everybody[entry["expert"]], self._everybody[question.author]
        actions.invite_expert(self._asked[question.key], expert, by=asker, note=entry.get("note", ""))

    def _take(self, entry: Entry, question: DemoQuestion) -> None:
        actions.take_question(self._asked[question.key], by=self._everybody[entry["expert"]])

    def _leave(self, entry: Entry) -> None:
        back_on = clock.now().date() + timedelta(days=entry["days"])
        people.set_away(self._everybody[entry["person"]], datetime.combine(back_on, time(), UTC), entry["note"])

    def _write_reply(self, entry: Entry) -> None:
        draft = ReplyDraft(title=entry["title"], body=entry["body"], shared=entry["shared"])
        write_reply(draft, by=self._everybody[entry["owner"]])
