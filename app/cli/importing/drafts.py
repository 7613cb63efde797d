"""Questions and answers of a dump, checked and in the words of this site, ready to be rendered and written."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.cli.importing import markdown
from app.cli.importing.history import HistoryRow, Version, versions, with_present_state
from app.cli.importing.known import AUTHOR_KEY, POST, Known
from app.cli.importing.records import QUESTION, TOO_LONG
from app.cli.importing.report import Report
from app.cli.importing.rows import Progress
from app.kernel.errors import RuleBroken
from app.kernel.text import MAX_SOURCE
from app.questions.rules import LONGEST_TITLE, one_line
from app.topics.rules import clean_tag

POSTS_AT_ONCE = 40
# Enough for a thousand versions of a long text; more of them would be made to fill the memory.
LONGEST_HISTORY = 8_000_000
# Room in the table of revisions.
LONGEST_TAGS = 300
LONGEST_REASON = 200

QUESTIONS, ANSWERS, TAGS, HISTORY, VOTES = "questions", "answers", "tags", "history", "votes"

# A question is followed by its answers, so whether it was taken is known when they come.
POSTS_IN_ORDER = f"""
SELECT threads.place, threads.thread, posts.id, posts.type, posts.at, posts.title, posts.tags, posts.body,
    posts.licence, posts.score,
    {AUTHOR_KEY} AS author, COALESCE(helpful, 0) AS helpful, COALESCE(unhelpful, 0) AS unhelpful, accepted_at,
    (SELECT accepted FROM posts AS asked WHERE asked.id = posts.parent) = posts.id AS is_accepted
FROM threads CROSS JOIN posts ON posts.id = threads.post LEFT JOIN tallies ON tallies.post = posts.id
WHERE threads.place > ? ORDER BY threads.place LIMIT {POSTS_AT_ONCE}
"""  # noqa: S608
NEWEST_VERSIONS_FIRST = f"""
SELECT type, at, {AUTHOR_KEY} AS author, edit, body, reason FROM versions WHERE post = ? ORDER BY at DESC, id DESC
"""  # noqa: S608

_TAG_NAMES = re.compile(r"[^<>|\s]+")


@dataclass(kw_only=True)
class Draft:
    """One question or answer. `thread` is the question's id at the source; `accepted_at` is for an accepted answer."""

    source_id: int
    thread: int
    is_question: bool
    at: datetime
    author: str
    title: str
    tags: list[str]
    body: str
    helpful: int
    unhelpful: int
    accepted_at: datetime | None
    licence: str | None
    versions: list[Version] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return QUESTIONS if self.is_question else ANSWERS


class Unfit(Exception):
    """A post that cannot be taken; the message is the reason as the report words it."""


def drafts(
    scratch: sqlite3.Connection, known: Known, report: Report, *, progress: Progress = int
) -> Iterator[list[Draft]]:
    """Batches of what is not here yet, thread by thread. The caller makes each known before the next is asked for."""
    place = 0
    while rows := _next_rows(scratch, place):
        place = rows[-1]["place"]
        yield _Batch(scratch, known, report).drafts(rows)
        progress(len(rows))


def _next_rows(scratch: sqlite3.Connection, place: int) -> list[sqlite3.Row]:
    cursor = scratch.cursor()
    cursor.row_factory = sqlite3.Row
    rows: list[sqlite3.Row] = cursor.execute(POSTS_IN_ORDER, (place,)).fetchall()
    return rows


class _Batch:
    """Turns some rows into drafts."""

    def __init__(self, scratch: sqlite3.Connection, known: Known, report: Report) -> None:
        self._scratch = scratch
        self._known = known
        self._report = report
        self._questions: set[int] = set()

    def drafts(self, rows: list[sqlite3.Row]) -> list[Draft]:
        new = [row for row in rows if not self._is_here(row)]
        histories = {row["id"]: self._history(row["id"]) for row in new}
        only_html = [row for row in new if not histories[row["id"]]]
        texts = markdown.from_html_many([row["body"] or "" for row in only_html])
        converted = dict(zip((row["id"] for row in only_html), texts, strict=True))
        made: list[Draft] = []
        for row in new:
            try:
                draft = self._draft(row, histories[row["id"]], converted.get(row["id"], ""))
            except Unfit as reason:
                kind = QUESTIONS if row["type"] == QUESTION else ANSWERS
                self._report.skip(kind, str(reason), example=row["id"])
                continue
            made.append(draft)
            self._questions.update({draft.source_id} if draft.is_question else ())
        return made

    def _is_here(self, row: sqlite3.Row) -> bool:
        is_here = self._known.has(POST, row["id"])
        self._report.know(QUESTIONS if row["type"] == QUESTION else ANSWERS, int(is_here))
        return is_here

    def _draft(self, row: sqlite3.Row, history: list[Version], converted: str) -> Draft:
        is_question = row["type"] == QUESTION
        if not is_question:
            self._check_thread(row["thread"])
        title, tags = (self._title(row), self._tags(row)) if is_question else ("", [])
        at = row["at"] or (history[0].at if history else None)
        if at is None:
            raise Unfit("without a usable date")
        helpful, unhelpful = self._votes(row)
        # The dump rounds the day of acceptance down to midnight.
        accepted = max(row["accepted_at"] or at, at) if row["is_accepted"] else None
        body = _checked_body(history[-1].text if history else converted)
        return Draft(
            source_id=row["id"],
            thread=row["thread"],
            is_question=is_question,
            at=datetime.fromisoformat(at),
            author=row["author"],
            title=title,
            tags=tags,
            body=body,
            helpful=helpful,
            unhelpful=unhelpful,
            accepted_at=datetime.fromisoformat(accepted) if accepted else None,
            licence=row["licence"] or None,
            versions=self._kept_versions(with_present_state(history, title, tags) if history else []),
        )

    def _check_thread(self, thread: int | None) -> None:
        if thread is None or not self._is_question(thread):
            raise Unfit("answers to a question that the dump does not hold")
        if thread not in self._questions and not self._known.has(POST, thread):
            raise Unfit("answers to a question that was left out")

    def _is_question(self, post: int) -> bool:
        found = self._scratch.execute("SELECT 1 FROM posts WHERE id = ? AND type = ?", (post, QUESTION))
        return found.fetchone() is not None

    def _title(self, row: sqlite3.Row) -> str:
        title = one_line(row["title"])
        if not title:
            raise Unfit("without a title")
        if len(title) > LONGEST_TITLE:
            raise Unfit(f"with a title longer than {LONGEST_TITLE} letters")
        return title

    def _tags(self, row: sqlite3.Row) -> list[str]:
        tags, refused = _tag_names(row["tags"])
        self._report.skip(TAGS, "names that the rules here do not allow", len(refused), example=", ".join(refused))
        return tags

    def _votes(self, row: sqlite3.Row) -> tuple[int, int]:
        """The votes up and down, made to add up to the score that the dump gives the post."""
        helpful, unhelpful, score = row["helpful"], row["unhelpful"], row["score"]
        missing = 0 if score is None else score - (helpful - unhelpful)
        if missing:
            self._report.change(VOTES, "posts whose votes did not add up to their score, so the score was kept")
        return helpful + max(missing, 0), unhelpful + max(-missing, 0)

    def _history(self, post: int) -> list[Version]:
        """All versions of a post, unless there are more than anybody could have written."""
        rows: list[HistoryRow] = []
        room = LONGEST_HISTORY
        for kind, at, author, edit, text, reason in self._scratch.execute(NEWEST_VERSIONS_FIRST, (post,)):
            room -= len(text or "") + len(reason)
            if room < 0:
                self._report.skip(HISTORY, "the oldest versions of a post with too many of them", example=post)
                break
            rows.append(HistoryRow(type=kind, at=at, author=author, edit=edit, text=text, reason=reason))
        return [_in_our_words(version) for version in versions(reversed(rows))]

    def _kept_versions(self, history: list[Version]) -> list[Version]:
        """The versions that are within the limits. A post that was never edited needs none."""
        kept = [version for version in history if _is_within_limits(version)]
        self._report.skip(HISTORY, "versions longer than a post may be", len(history) - len(kept))
        return kept if len(kept) > 1 else []


def _in_our_words(version: Version) -> Version:
    tags, _ = _tag_names(version.tags)
    while len(" ".join(tags)) > LONGEST_TAGS:
        tags.pop()
    reason = version.reason if len(version.reason) <= LONGEST_REASON else f"{version.reason[: LONGEST_REASON - 1]}…"
    text = version.text if version.text == TOO_LONG else markdown.tidy(version.text)
    return replace(version, title=one_line(version.title), text=text, tags=" ".join(tags), reason=reason)


def _is_within_limits(version: Version) -> bool:
    fits = len(version.text) <= MAX_SOURCE and len(version.title) <= LONGEST_TITLE
    return fits and version.text not in {"", TOO_LONG}


def _tag_names(text: str) -> tuple[list[str], list[str]]:
    """The tags of `<a><b>`, `|a|b|` or `a b` (dumps differ) that may be tags here, and those that may not."""
    tags: list[str] = []
    refused: list[str] = []
    for name in _TAG_NAMES.findall(text):
        try:
            tags.append(clean_tag(name))
        except RuleBroken:
            refused.append(name)
    return list(dict.fromkeys(tags)), refused


def _checked_body(text: str) -> str:
    if text == TOO_LONG or len(text) > MAX_SOURCE:
        raise Unfit(f"longer than {MAX_SOURCE:,} characters")
    if not text.strip():
        raise Unfit("without a text")
    return text
