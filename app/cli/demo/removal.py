"""Taking the demo community away again, with everything that its people have written since."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, exists, select

from app.accounts.models import Account
from app.affinity import ledger as affinity
from app.affinity.look_proof import REMOVED
from app.affinity.models import ReportView
from app.cli.demo import marks
from app.cli.demo.meetings import remove_meetings
from app.cli.demo.outcomes import remove_definitions
from app.cli.demo.people_removal import remove_people
from app.cli.demo.posts_removal import Going, Others, count_others, remove_posts, what_goes
from app.cli.demo.sign_ins import sign_ins_path
from app.desk.counters import COUNTERS as DESK_COUNTERS
from app.desk.models import ReplyTemplate
from app.jobs.indexing import apply_pending
from app.jobs.words import count_words
from app.kernel import counters, events
from app.kernel.db import db, write
from app.kernel.settings import settings
from app.marks.counters import COUNTERS as MARK_COUNTERS
from app.notifications.models import Notice
from app.people import audit
from app.people.models import Person
from app.people.photos import drop_photo
from app.posts.counters import COUNTERS as POST_COUNTERS
from app.questions.counters import COUNTERS as QUESTION_COUNTERS
from app.questions.models import Question, question_tags
from app.reputation import actions as reputation
from app.reputation import places
from app.search import actions as search
from app.topics.models import Product, Tag


def others_below() -> Others:
    """Count what people who are not of the demo would lose."""
    return count_others(what_goes(marks.marked()[marks.PERSON]))


def remove_community() -> None:
    """Take everything of the demo away in one transaction, then its files; then let the search follow."""
    with write():
        marked = marks.marked()
        photos = db.session.scalars(select(Person.photo).where(Person.id.in_(marked[marks.PERSON]))).all()
        going = what_goes(marked[marks.PERSON])
        remove_posts(going)
        _remove_accounts(marked[marks.ACCOUNT], going.people)
        affinity.settle_threads(going.touched)
        _remove_replies(going.people)
        _remove_notices(going.people)
        remove_meetings(going.people)
        remove_definitions(marked[marks.DEFINITION])
        remove_people(going.people)
        _remove_topics(marked[marks.TAG], marked[marks.PRODUCT])
        _mend(going)
        marks.forget_marks()
    for photo in photos:
        drop_photo(photo, settings().photos_path)
    sign_ins_path(settings().instance).unlink(missing_ok=True)
    events.deliver_pending()
    while apply_pending():
        pass
    count_words(pause=0)


def _remove_accounts(accounts: Collection[int], people: Collection[int]) -> None:
    """Their domains, memberships, owners, events, snapshots and views go with them.

    The trail goes on telling of the looks, so it tells as well why members are shown these no more.
    """
    looked_at = exists().where(ReportView.account_id == Account.id, ReportView.entry_id.is_not(None))
    for account in db.session.scalars(select(Account).where(Account.id.in_(accounts), looked_at).order_by(Account.id)):
        audit.note(REMOVED, by=None, account=account.id, name=account.name)
    db.session.execute(delete(Account).where(Account.id.in_(accounts)))
    # What the demo's sales people opened of all accounts at once names nobody else's account. What the trail tells of
    # stays, under a former member.
    of_all = ReportView.account_id.is_(None), ReportView.entry_id.is_(None)
    db.session.execute(delete(ReportView).where(ReportView.viewer_id.in_(people), *of_all))


def _remove_replies(people: Collection[int]) -> None:
    """The texts they write again and again are the demo's words, also those that they share."""
    db.session.execute(delete(ReplyTemplate).where(ReplyTemplate.owner_id.in_(people)))


def _remove_notices(people: Collection[int]) -> None:
    """What others were told of the deeds of these people is nothing that they could still find."""
    db.session.execute(delete(Notice).where(Notice.by_id.in_(people)))


def _remove_topics(tags: Collection[int], products: Collection[int]) -> None:
    """Remove the tags and products that nobody else uses by now."""
    tagged = exists().where(question_tags.c.tag_id == Tag.id)
    db.session.execute(delete(Tag).where(Tag.id.in_(tags), ~tagged))
    named = exists().where(Question.product_id == Product.id)
    db.session.execute(delete(Product).where(Product.id.in_(products), ~named))


def _mend(going: Going) -> None:
    """Let the kept numbers and the search follow."""
    reputation.repair_figures()
    # The worker counts the boards anew.
    places.forget()
    counters.repair((*POST_COUNTERS, *QUESTION_COUNTERS, *MARK_COUNTERS, *DESK_COUNTERS))
    search.mark_threads(sorted(going.questions | going.touched))
