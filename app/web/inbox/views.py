"""What the reader was told, and the way from there to the posts."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.accounts.queries import parents_of
from app.affinity.queries import visible_to as reports_visible_to
from app.http import login_required, one_or_404, see_other, signed_in_person, viewer
from app.kernel.db import db, write
from app.kernel.errors import Malformed
from app.notifications import actions, queries
from app.notifications.kinds import Kind
from app.notifications.models import Notice
from app.notifications.said import COMMENT
from app.people.models import Person
from app.posts.queries import COMMENTS_SHOWN
from app.questions.queries import posts_visible_to, visible_to
from app.search import saved
from app.web.questions.views import address_of
from app.web.search.saved import address_of as address_of_search
from app.web.ui.shell import reader

inbox = Blueprint("inbox", __name__)


@inbox.get("/inbox")
@login_required
def index() -> ResponseReturnValue:
    """Everything, what came last first."""
    page = queries.inbox_page(signed_in_person(), request.args.get("after"))
    return render_template("inbox/index.html", page=page, is_first="after" not in request.args)


@inbox.get("/inbox/<int:notice_id>")
@login_required
def read(notice_id: int) -> ResponseReturnValue:
    """Go to what a notice is about; it is read by that."""
    rows = queries.notices_for(signed_in_person())
    notice = one_or_404(rows, id=notice_id)
    if not notice.is_read or notice.search_id is not None:
        with write():
            _read(one_or_404(rows.options(joinedload(Notice.search)), id=notice_id))
    rows = rows.options(joinedload(Notice.about), joinedload(Notice.search))
    return see_other(_address(one_or_404(rows, id=notice_id)))


@inbox.post("/inbox/read")
@login_required
def read_all() -> ResponseReturnValue:
    """Nothing that the reader has seen in the list is new any more."""
    up_to = request.form.get("up_to", type=int)
    if up_to is None or not 0 <= up_to < 2**63:
        raise Malformed("Open your inbox, and mark from there what you have read.")
    with write():
        actions.mark_all_read(signed_in_person(), up_to)
    return see_other("/inbox")


def unread_words() -> str:
    """How many notices the signed-in reader has not read, as the head of the page says it; "" for none."""
    if "unread_words" not in g:
        g.unread_words = _unread_words(reader())
    return str(g.unread_words)


def _unread_words(person: Person | None) -> str:
    count = queries.count_unread(person) if person else 0
    if count >= queries.MOST_COUNTED:
        return f"{queries.MOST_COUNTED - 1}+"
    return str(count) if count else ""


def _read(notice: Notice) -> None:
    """Whoever opens what they were told of a kept search looks at the search by that."""
    actions.mark_read(notice)
    if notice.search is not None:
        saved.look_at(notice.search)


def _address(notice: Notice) -> str:
    """Where one reads what the notice is about: a meeting, a search, somebody's page, or a post."""
    if notice.search is not None:
        return address_of_search(notice.search)
    if notice.meeting_id is not None:
        return f"/meetings/{notice.meeting_id}"
    if notice.introduction_id is not None:
        return _address_of_request(notice)
    if notice.account_id is not None:
        return _address_of_account(notice)
    if notice.question_id is None:
        return f"/@{notice.about.handle}" if notice.about else "/inbox"
    return _address_of_post(notice)


def _address_of_request(notice: Notice) -> str:
    """For sales the page that answers it, for the member the list of what they asked."""
    if notice.kind == Kind.INTRODUCTION_ASKED:
        return f"/sales/introductions/{notice.introduction_id}"
    return f"/promise/requests#request-{notice.introduction_id}"


def _address_of_account(notice: Notice) -> str:
    """Whoever looks after the company, or one above it, reads that report; our experts, the companies they know."""
    account_id = notice.account_id or 0
    reports = [account_id, *parents_of([account_id])[account_id]]
    theirs = reports_visible_to(viewer()).where(Account.id.in_(reports)).with_only_columns(Account.id)
    read = set(db.session.scalars(theirs))
    nearest = next((one for one in reports if one in read), None)
    return f"/sales/accounts/{nearest}" if nearest else "/desk/companies"


def _address_of_post(notice: Notice) -> str:
    """Where the post is read, with the comment that the notice is about."""
    question = one_or_404(visible_to(viewer()), id=notice.question_id)
    is_answer = notice.post_id not in {None, question.id}
    answer_id = notice.post_id if is_answer else None
    what, _, number = notice.cause.partition(":")
    if what != COMMENT:
        return address_of(question, anchor=f"answer-{answer_id}" if is_answer else None)
    # Below a post with very many comments, the question's page shows the first of them only.
    if one_or_404(posts_visible_to(viewer()), id=notice.post_id).comment_count > COMMENTS_SHOWN:
        return f"/posts/{notice.post_id}/comments?comment={number}#comment-{number}"
    return address_of(question, anchor=f"comment-{number}", answer_id=answer_id)
