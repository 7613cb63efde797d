"""Two people edit one text at once: what the other changed, what was typed, and what both make together.

Nothing of this is stored. The form carries what was typed from page to page, and says which text it started from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Field, SelectField

from app.http import signed_in_person
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Malformed
from app.people.models import Person
from app.posts.differences import Comparison, compare
from app.posts.merging import Merged, merge, merge_line, merge_tags
from app.posts.models import Post, Revision
from app.posts.queries import revisions_of
from app.web.questions.edit_forms import EditForm, fields_that_differ, filled_form, form_for, set_revision
from app.web.questions.forms import split_tags
from app.web.ui.dates import date_words, exact_words

MERGED, MINE, THEIRS = "merged", "mine", "theirs"
# Before the names of the fields that carry what was typed.
CARRIED = "mine-"
NOT_TYPED = frozenset({"base", "choice", "csrf_token", "holds", "preview", "revision"})
MOST_REVISIONS = 50

Fields = MultiDict[str, str]


@dataclass(frozen=True)
class Beside:
    """A field, other than the text, in which the two say different things: its label, and what each says."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Conflict:
    """What was typed since revision `base`, and what others made of the post meanwhile.

    `holds` says which text the form was filled with last: MERGED, MINE or THEIRS; `replaced` is what stood in it until
    then, if it was yet another one. `since` are their revisions, newest first. `changes` and `merged` are None where it
    is not known which text this edit started from.
    """

    base: int
    mine: Fields
    holds: str
    since: Sequence[Revision]
    beside: Sequence[Beside]
    changes: Comparison | None = None
    merged: Merged | None = None
    replaced: str = ""

    @property
    def sentence(self) -> str:
        """Who changed the text, and when, and what to do."""
        if not self.since:
            return "Somebody edited this while you were writing. Your text is kept below; look at theirs."
        editors = list(dict.fromkeys(revision.editor for revision in self.since))
        when = _at(self.since[0].written_at)
        if [editor.id for editor in editors] == [signed_in_person().id]:
            return f"You saved another text yourself {when}. What you typed now is kept below; look at both, then save."
        return f"{_names(editors)} edited this {when}. Your text is kept below; look at theirs, then save again."


def new_conflict(post: Post) -> Conflict:
    """The conflict that saving the form that was sent ran into."""
    return _conflict(post, request.form.get("revision", type=int) or 0, _typed(), MINE)


def conflict_in_progress(post: Post) -> Conflict | None:
    """The conflict that the form that was sent is about to settle; None where there was none."""
    base, holds = request.form.get("base", type=int), request.form.get("holds", MINE)
    if base is None:
        return None
    # What is typed after the conflict into the own text is the own text too.
    return _conflict(post, base, _typed() if holds == MINE else _carried(), holds)


def settled(conflict: Conflict, post: Post, choice: str) -> tuple[Conflict, EditForm]:
    """The form with the text that was chosen: MERGED, MINE or THEIRS. Raises Malformed for anything else."""
    form = _chosen_form(conflict, post, choice)
    set_revision(form, post.revision_number)
    typed = _lines(request.form.get("body", ""))
    merged = conflict.merged.text if conflict.merged else ""
    known = {_lines(text) for text in (form.body.data or "", conflict.mine.get("body", ""), post.body, merged)}
    return replace(conflict, holds=choice, replaced="" if typed in known else typed), form


def _chosen_form(conflict: Conflict, post: Post, choice: str) -> EditForm:
    if choice == THEIRS:
        form = filled_form(post)
        form.reason.data = conflict.mine.get("reason", "")
    elif choice == MINE:
        form = form_for(post, conflict.mine)
    elif choice == MERGED and conflict.merged and conflict.changes:
        form = form_for(post, _merged_fields(conflict.mine, conflict.merged, conflict.changes))
    else:
        raise Malformed("Choose the merged text, yours or theirs.")
    return form


def _conflict(post: Post, base: int, mine: Fields, holds: str) -> Conflict:
    rows = revisions_of(post).where(Revision.number > base).order_by(Revision.number.desc()).limit(MOST_REVISIONS)
    since = db.session.scalars(rows).all()
    start = db.session.scalars(revisions_of(post).where(Revision.number == base)).one_or_none()
    found = Conflict(base=base, mine=mine, holds=holds, since=since, beside=_beside(post, mine))
    if start is None or not since:
        return found
    merged = merge(start.body, since[0].body, _lines(mine.get("body", "")))
    return replace(found, changes=compare(start, since[0]), merged=merged)


def _lines(body: str) -> str:
    """A text as it would be kept."""
    return body.replace("\r\n", "\n").strip("\n")


def _beside(post: Post, mine: Fields) -> list[Beside]:
    theirs, yours = filled_form(post), form_for(post, mine)
    names = [name for name in fields_that_differ(theirs, yours) if name != "body"]
    return [Beside(theirs[name].label.text, _in_words(theirs[name]), _in_words(yours[name])) for name in names]


def _in_words(field: Field) -> str:
    if isinstance(field, SelectField):
        return next((label for value, label, *_ in field.iter_choices() if value == field.data), field.data or "")
    return str(field.data or "")


def _merged_fields(mine: Fields, merged: Merged, changes: Comparison) -> Fields:
    fields, start, theirs = mine.copy(), changes.older, changes.newer
    fields["body"] = merged.text
    if theirs.title is not None:
        fields["title"] = merge_line(start.title or "", theirs.title, mine.get("title", ""))
        mine_tags = split_tags(mine.get("tags", "").lower())
        fields["tags"] = ", ".join(merge_tags(start.tags.split(), theirs.tags.split(), mine_tags))
    return fields


def _typed() -> Fields:
    """What stands in the form that was sent."""
    sent = request.form.items(multi=True)
    return MultiDict((name, value) for name, value in sent if name not in NOT_TYPED and not name.startswith(CARRIED))


def _carried() -> Fields:
    """What an earlier page of the conflict had put aside."""
    sent = request.form.items(multi=True)
    return MultiDict((name.removeprefix(CARRIED), value) for name, value in sent if name.startswith(CARRIED))


def _at(moment: datetime) -> str:
    return f"at {moment:%H:%M} UTC" if date_words(moment) == date_words(clock.now()) else f"on {exact_words(moment)}"


def _names(editors: Sequence[Person]) -> str:
    names = [editor.first_name for editor in editors]
    return " and ".join(names) if len(names) <= 2 else f"{names[0]} and others"
