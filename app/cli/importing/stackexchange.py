"""Importing a Stack Exchange data dump: read and check all of it first, then write it bit by bit.

Each bit is one short transaction, with the note of what became of it, so an import that was killed goes on where it
stopped, and a second one finds everything here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path

from app.cli.importing import comments, drafts, links, people, posts
from app.cli.importing.dump import Dump, open_dump
from app.cli.importing.known import COMMENT, POST, Known
from app.cli.importing.leftovers import count_leftovers
from app.cli.importing.origin import Origin
from app.cli.importing.refusal import ImportStopped
from app.cli.importing.report import Report
from app.cli.importing.rows import Progress
from app.cli.importing.survey import identity, survey
from app.cli.importing.writing import write_batch

# Shows a bar for a piece of work of a known length; inside, one tells it how much is done.
Bar = Callable[[str, int], AbstractContextManager[Progress]]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to import, and how. `label` is the source as readers see it; by default the name of the dump."""

    path: Path
    instance: Path
    label: str | None = None
    dry_run: bool = False


def import_dump(request: Request, bar: Bar) -> Report:
    """Bring a dump in; returns what was taken and what was not.

    Raises DumpRefused, before anything is written, when the dump is damaged or hostile; ImportStopped when it cannot
    go on.
    """
    report = Report(dry_run=request.dry_run)
    try:
        with open_dump(request.path, request.instance) as dump:
            report.source = request.label or dump.label
            with closing(_survey(dump, report, bar)) as scratch:
                _write(scratch, report, bar)
    except (OSError, sqlite3.OperationalError) as error:
        raise ImportStopped(f"The import stopped, and goes on when it is run again: {error}.") from error
    return report


def _write(scratch: sqlite3.Connection, report: Report, bar: Bar) -> None:
    known = Known(scratch, identity(scratch))
    known.load()
    work = _Work(scratch, known, report, bar)
    work.take_people()
    work.take_posts()
    work.take_comments()
    work.take_links()
    count_leftovers(scratch, report)


def _survey(dump: Dump, report: Report, bar: Bar) -> sqlite3.Connection:
    with bar("Reading and checking", dump.byte_count) as progress:
        return survey(dump, report, progress=progress)


@dataclass(frozen=True)
class _Work:
    """The second pass."""

    scratch: sqlite3.Connection
    known: Known
    report: Report
    bar: Bar

    def take_people(self) -> None:
        with self.bar("Members", people.list_wanted(self.scratch)) as progress:
            people.take_people(self.scratch, self.known, self.report, dry_run=self.report.dry_run, progress=progress)

    def take_posts(self) -> None:
        with self.bar("Questions and answers", self._count("posts")) as progress:
            for batch in drafts.drafts(self.scratch, self.known, self.report, progress=progress):
                if self.report.dry_run:
                    self.known.learn(POST, [(str(draft.source_id), None) for draft in batch])
                elif batch:
                    self._write_posts(batch)
                for draft in batch:
                    self._count_taken(draft)

    def take_comments(self) -> None:
        with self.bar("Comments", self._count("comments")) as progress:
            for batch in comments.remarks(self.scratch, self.known, self.report, progress=progress):
                if not self.report.dry_run and batch:
                    self._write_comments(batch)
                self.report.take(comments.COMMENTS, len(batch))

    def take_links(self) -> None:
        with self.bar("Links", self._count("links")) as progress:
            links.take_links(self.scratch, self.known, self.report, dry_run=self.report.dry_run, progress=progress)

    def _write_posts(self, batch: list[drafts.Draft]) -> None:
        rendered = posts.rendered(batch)
        writer = posts.PostWriter(self.known, Origin(self.report.source))
        self.known.learn(POST, write_batch(lambda: writer.write(rendered)))
        plain = sum(one.rendered.fell_back for one in rendered)
        self.report.change("posts", "too hard to render, so shown as they were typed", plain)

    def _write_comments(self, batch: list[comments.Remark]) -> None:
        looks = comments.render_remarks(batch)
        writer = comments.RemarkWriter(self.known, Origin(self.report.source))
        self.known.learn(COMMENT, write_batch(lambda: writer.write(batch, looks)))

    def _count_taken(self, draft: drafts.Draft) -> None:
        self.report.take(draft.kind)
        self.report.take("versions of posts", len(draft.versions))
        self.report.take("votes", draft.helpful + draft.unhelpful)
        self.report.take("accepted answers", int(draft.accepted_at is not None))

    def _count(self, table: str) -> int:
        return int(self.scratch.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
