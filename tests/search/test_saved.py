"""Searches that people keep, what is new in them, and that they are told of it once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.jobs import saved_searches
from app.jobs.saved_searches import tell_of_new_threads
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.kernel.events import OutboxMessage, deliver_pending
from app.notifications.kinds import Kind
from app.notifications.models import Notice
from app.people.models import Person
from app.questions.actions import delete_question
from app.questions.models import Question, Visibility
from app.search import saved, saved_news
from app.search.engines import site_index
from app.search.models import SavedSearch
from app.search.port import IndexUnavailable
from tests.notifications.inboxes import deliver, deliver_again, deliver_in_any_order
from tests.search.conftest import catch_up
from tests.support.client import signed_in
from tests.support.factories import AccountFactory, AdminFactory, ExpertFactory, PersonFactory, QuestionFactory

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TITLE = "Why does replication stall at night?"


@pytest.fixture
def start(travel_to, index):
    """A moment at which everything begins, with an empty index."""
    moment = clock.now().replace(microsecond=0)
    travel_to(moment)
    return moment


@pytest.fixture
def owner():
    return PersonFactory(name="Marta Keeper", handle="marta-k")


def keep(query: str, by: Person) -> SavedSearch:
    with write():
        return saved.save(query, by=by)


def ask(title: str = TITLE, **fields: object) -> Question:
    """Ask, and let the index follow."""
    question = QuestionFactory(title=title, **fields)
    catch_up()
    return question


def told(person: Person) -> list[tuple[str, int | None, bool]]:
    """What the inbox says of kept searches: in what words, of which one, and whether it was read."""
    rows = select(Notice.words, Notice.search_id, Notice.read_at).where(
        Notice.person_id == person.id, Notice.kind == Kind.SEARCH_FOUND_MORE
    )
    return [(words, search_id, read_at is not None) for words, search_id, read_at in db.session.execute(rows)]


def a_round() -> int:
    """What the worker does when it is time."""
    count = tell_of_new_threads()
    deliver()
    return count


class TestKeeping:
    def test_what_is_kept_is_what_was_understood(self, owner):
        assert keep("  “commit  barrier” tag:Networking -snapshot ", owner).query == (
            '"commit barrier" tag:networking -snapshot'
        )

    def test_the_same_search_twice_is_one(self, owner):
        first, other = keep("replication stalls", owner), PersonFactory()

        assert keep(" replication  stalls", owner).id == first.id
        assert keep("replication stalls", other).id != first.id

    @pytest.mark.parametrize("typed", ["", "   ", "-snapshot", "!?", '""'])
    def test_what_looks_for_nothing_is_not_kept(self, owner, typed):
        with pytest.raises(RuleBroken, match="looks for nothing yet"):
            keep(typed, owner)

    def test_what_is_too_long_once_it_is_written_out_is_said_and_not_cut(self, owner):
        with pytest.raises(RuleBroken, match="up to 200 characters"):
            keep('"commit""barrier" ' + "x" * 182, owner)

    def test_thirty_are_the_most_and_one_that_is_kept_is_no_further_one(self, owner):
        for number in range(saved.MOST_SAVED):
            keep(f"error {number}", owner)

        with pytest.raises(RuleBroken, match="You keep 30 searches"):
            keep("one more", owner)
        assert keep("error 3", owner).query == "error 3"
        with write():
            saved.remove(db.session.scalars(saved.mine(owner)).first())
        assert keep("one more", owner).query == "one more"


class TestTelling:
    def test_one_notice_counts_what_others_asked(self, start, travel_to, owner):
        search = keep("replication", owner)
        travel_to(start + MINUTE)
        ask()
        ask("Why does replication eat the whole line?")
        ask("Replication of my own making stops", author=owner)
        ask("How do I change a disk?", body="The light of it is red since this morning.", tags=["disks"])
        travel_to(start + 10 * MINUTE)

        assert a_round() == 1
        assert told(owner) == [("2 new questions", search.id, False)]

    def test_a_retry_tells_nothing_more(self, start, travel_to, owner):
        search = keep("replication", owner)
        travel_to(start + MINUTE)
        ask()
        travel_to(start + 10 * MINUTE)
        a_round()

        assert a_round() == 0
        travel_to(start + 30 * MINUTE)
        assert a_round() == 0
        deliver_again()
        deliver_in_any_order(7)

        assert told(owner) == [("1 new question", search.id, False)]

    def test_a_later_notice_takes_the_place_of_an_unread_one_however_late_the_first_comes_again(
        self, start, travel_to, owner
    ):
        search = keep("replication", owner)
        for minutes in (1, 20):
            travel_to(start + minutes * MINUTE)
            ask()
            travel_to(start + (minutes + 10) * MINUTE)
            assert a_round() == 1

        assert told(owner) == [("2 new questions", search.id, False)]
        for seed in range(4):
            deliver_in_any_order(seed)
            assert told(owner) == [("2 new questions", search.id, False)]

    def test_what_was_looked_at_is_told_no_more(self, start, travel_to, owner):
        search = keep("replication", owner)
        travel_to(start + MINUTE)
        ask()
        travel_to(start + 10 * MINUTE)
        assert tell_of_new_threads() == 1
        travel_to(start + 11 * MINUTE)
        with write():
            saved.look_at(search)
        deliver()
        assert told(owner) == []

        travel_to(start + 20 * MINUTE)
        ask()
        travel_to(start + 30 * MINUTE)
        a_round()

        assert told(owner) == [("1 new question", search.id, False)]

    def test_what_the_index_does_not_have_yet_is_told_when_it_has(self, start, travel_to, owner):
        keep("replication", owner)
        travel_to(start + MINUTE)
        QuestionFactory(title=TITLE)
        deliver_pending()
        travel_to(start + 10 * MINUTE)
        assert a_round() == 0

        catch_up()
        assert a_round() == 1

    def test_without_an_index_everything_waits(self, start, travel_to, owner):
        search = keep("replication", owner)
        travel_to(start + MINUTE)
        ask()
        travel_to(start + 10 * MINUTE)
        broken = pytest.MonkeyPatch()
        broken.setattr(type(site_index()), "query", _no_index)
        assert a_round() == 0
        broken.undo()

        assert search.told_until == start
        assert a_round() == 1

    def test_nobody_is_told_who_does_not_want_to_be_or_cannot_sign_in(self, start, travel_to, owner):
        silent, gone = PersonFactory(), PersonFactory()
        for person in (silent, gone):
            keep("replication", person)
        with write():
            saved.set_telling(db.session.scalars(saved.mine(silent)).one(), is_told=False)
            db.session.execute(update(Person).where(Person.id == gone.id).values(active=False))
        travel_to(start + MINUTE)
        ask()
        travel_to(start + 10 * MINUTE)

        assert a_round() == 0
        with write():
            saved.set_telling(db.session.scalars(saved.mine(silent)).one(), is_told=True)
        travel_to(start + 20 * MINUTE)
        assert a_round() == 0
        assert told(silent) == told(gone) == []

    def test_whoever_lost_their_account_between_finding_and_telling_is_not_told(self, start, travel_to, owner):
        keep("replication", owner)
        travel_to(start + MINUTE)
        ask()
        travel_to(start + 10 * MINUTE)
        assert tell_of_new_threads() == 1
        with write():
            db.session.execute(update(Person).where(Person.id == owner.id).values(active=False))
        deliver()

        assert told(owner) == []

    def test_what_is_removed_takes_its_notices_along(self, start, travel_to, owner):
        search = keep("replication", owner)
        travel_to(start + MINUTE)
        ask()
        travel_to(start + 10 * MINUTE)
        a_round()
        with write():
            saved.remove(db.session.get_one(SavedSearch, search.id))

        assert told(owner) == []
        deliver_again()
        assert told(owner) == []

    def test_two_workers_tell_once(self, start, travel_to, owner):
        search = keep("replication", owner)
        travel_to(start + MINUTE)
        ask()
        travel_to(start + 10 * MINUTE)
        until = saved_news.indexed_until()
        found = [saved_news.look_through(one, until) for one in 2 * list(saved_news.due(until, 5))]
        with write():
            assert [saved_news.note_round(one, until) for one in found] == [True, False]
        deliver()

        assert told(owner) == [("1 new question", search.id, False)]

    def test_a_round_is_bounded_and_those_who_waited_longest_come_first(self, start, travel_to, owner, monkeypatch):
        monkeypatch.setattr(saved_searches, "MOST_A_ROUND", 2)
        numbers = [keep(f"replication {word}", owner).id for word in ("stall", "night", "does")]
        travel_to(start + MINUTE)
        ask()
        travel_to(start + 10 * MINUTE)

        assert a_round() == 2
        assert sorted(search_id for _, search_id, _ in told(owner)) == numbers[:2]
        assert a_round() == 1
        assert sorted(search_id for _, search_id, _ in told(owner)) == numbers


def _no_index(*args: object, **options: object) -> None:
    raise IndexUnavailable("There is no index.")


class TestWhatIsNotForThem:
    """Nobody is told of a thread that not everybody may read, nor of one that is gone."""

    @pytest.fixture
    def company(self):
        return AccountFactory(name="Oakridge Clinics", domains=["oakridge.example"])

    @pytest.mark.parametrize("visibility", [Visibility.COMPANY, Visibility.EMPLOYEES])
    def test_threads_in_confidence_are_told_to_nobody(self, start, travel_to, company, visibility):
        colleague, stranger, expert = PersonFactory(account=company), PersonFactory(), ExpertFactory()
        asker = PersonFactory(account=company) if visibility == Visibility.COMPANY else ExpertFactory()
        people = (colleague, stranger, expert)
        for person in people:
            keep("replication", person)
        travel_to(start + MINUTE)
        ask(author=asker, visibility=visibility)
        travel_to(start + 10 * MINUTE)

        assert a_round() == 0
        assert [told(person) for person in people] == [[], [], []]

    def test_a_thread_that_became_confidential_or_went_is_not_told_though_the_index_still_has_it(
        self, start, travel_to, company, owner
    ):
        keep("replication", owner)
        travel_to(start + MINUTE)
        hidden = ask(author=PersonFactory(account=company))
        asker = PersonFactory()
        deleted = ask(author=asker)
        with write():
            db.session.execute(
                update(Question).where(Question.id == hidden.id).values(visibility=Visibility.COMPANY.value)
            )
            delete_question(db.session.get_one(Question, deleted.id), by=asker)
        travel_to(start + 10 * MINUTE)

        assert a_round() == 0
        assert told(owner) == []

    def test_stewards_are_not_told_of_what_was_deleted(self, start, travel_to):
        admin, asker = AdminFactory(), PersonFactory()
        keep("replication", admin)
        travel_to(start + MINUTE)
        question = ask(author=asker)
        with write():
            delete_question(db.session.get_one(Question, question.id), by=asker)
        travel_to(start + 10 * MINUTE)

        assert a_round() == 0


class TestPages:
    @pytest.fixture
    def browser(self, app, owner):
        return signed_in(app, owner)

    def test_an_empty_list_says_what_to_do(self, browser):
        page = browser.get("/searches").text

        assert "You keep no search yet" in page
        assert 'href="/search"' in page

    def test_keeping_leads_back_to_what_was_found(self, browser, owner, index):
        answer = browser.post("/searches", data={"q": 'replication  "at night" tag:Networking'})

        assert answer.status_code == 303
        assert answer.location == "/search?q=replication+%22at+night%22+tag%3Anetworking"
        assert [search.query for search in db.session.scalars(saved.mine(owner))] == [
            'replication "at night" tag:networking'
        ]

    def test_nothing_is_refused_in_a_sentence(self, browser):
        answer = browser.post("/searches", data={"q": "-snapshot"})

        assert answer.status_code == 422
        assert "Type a word that stands in what you look for" in answer.text

    def test_the_list_says_what_is_new_and_opening_makes_it_old(self, browser, start, travel_to, owner):
        search = keep("replication", owner)
        travel_to(start + MINUTE)
        ask()
        travel_to(start + 10 * MINUTE)
        a_round()

        assert "1 new<" in browser.get("/searches").text
        browser.get("/search?q=replication&sort=newest")
        assert "1 new<" in browser.get("/searches").text
        answer = browser.get(f"/searches/{search.id}")

        assert (answer.status_code, answer.location) == (303, "/search?q=replication&sort=newest")
        assert "Nothing new" in browser.get("/searches").text
        assert told(owner) == [("1 new question", search.id, True)]

    def test_the_inbox_says_how_many_for_what_and_leads_there(self, browser, start, travel_to, owner):
        search = keep('replication "at night"', owner)
        other = keep("replication stall", owner)
        travel_to(start + MINUTE)
        ask()
        travel_to(start + 10 * MINUTE)
        a_round()

        page = browser.get("/inbox").text
        assert "1 new question for replication &#34;at night&#34;" in page
        assert "1 new question for “replication stall”" in page
        number = db.session.scalars(select(Notice.id).where(Notice.search_id == other.id)).one()
        answer = browser.get(f"/inbox/{number}")

        assert answer.location == "/search?q=replication+stall&sort=newest"
        assert db.session.get_one(SavedSearch, other.id).looked_at == start + 10 * MINUTE
        assert db.session.get_one(SavedSearch, search.id).looked_at == start

    def test_telling_goes_off_and_on(self, browser, owner):
        search = keep("replication", owner)
        browser.post(f"/searches/{search.id}/telling", data={"telling": "off"})
        assert "Your inbox says nothing of it." in browser.get("/searches").text
        assert db.session.get_one(SavedSearch, search.id).is_told is False

        browser.post(f"/searches/{search.id}/telling", data={"telling": "on"})
        assert db.session.get_one(SavedSearch, search.id).is_told is True
        assert browser.post(f"/searches/{search.id}/telling", data={"telling": "maybe"}).status_code == 400

    def test_it_can_be_removed_both_ways(self, browser, owner):
        first, second = keep("replication", owner), keep("snapshots", owner)

        assert browser.post(f"/searches/{first.id}/remove").status_code == 303
        assert browser.delete(f"/searches/{second.id}").status_code == 303
        assert db.session.scalars(saved.mine(owner)).all() == []

    def test_somebody_elses_is_not_there(self, browser):
        search = keep("replication", PersonFactory())
        place = f"/searches/{search.id}"

        assert browser.get(place).status_code == 404
        assert browser.delete(place).status_code == 404
        assert browser.post(f"{place}/remove").status_code == 404
        assert browser.post(f"{place}/telling", data={"telling": "off"}).status_code == 404
        kept = db.session.get_one(SavedSearch, search.id)
        assert (kept.is_told, kept.looked_at) == (True, search.looked_at)

    def test_without_an_index_the_list_still_stands(self, browser, start, travel_to, owner):
        keep("replication", owner)
        travel_to(start + MINUTE)
        ask()
        broken = pytest.MonkeyPatch()
        broken.setattr(type(site_index()), "query", _no_index)
        page = browser.get("/searches")
        broken.undo()

        assert page.status_code == 200
        assert "Not counted" in page.text


def test_a_dead_message_of_another_kind_holds_up_nothing(start, travel_to, owner):
    search = keep("replication", owner)
    with write():
        db.session.add(OutboxMessage(name="tests.stuck", payload="{}", recorded_at=start, due_at=start + HOUR))
    travel_to(start + MINUTE)
    ask()
    travel_to(start + 10 * MINUTE)

    assert a_round() == 1
    assert told(owner) == [("1 new question", search.id, False)]
