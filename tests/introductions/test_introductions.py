"""A member asks sales for something, alone; what they wrote of how to reach them is read on one page, and then gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import actions as actions_of_accounts
from app.accounts import owning
from app.accounts.actions import keep_apart
from app.accounts.models import Account, AccountOwner, Apart, Ownership, SalesLead
from app.introductions import actions, queries
from app.introductions.actions import Asked
from app.introductions.models import Introduction, Outcome, Wish
from app.jobs.promise import keep_promise
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, NotFound, RuleBroken
from app.kernel.events import deliver_pending
from app.notifications.models import Notice
from app.notifications.queries import notices_for
from app.people import office
from app.people.models import AuditEntry, Person, Role
from tests.notifications.inboxes import deliver_again, deliver_in_any_order, everything_told
from tests.support.factories import AccountFactory, AdminFactory, ExpertFactory, PersonFactory, SalesFactory

CONTACT = "+31 6 5550 1234, mornings"
WORDS = "We plan a second site next year and want to hear what is possible."
ASKED = Asked(wish="call", words=WORDS, contact=CONTACT)


@pytest.fixture
def account() -> Account:
    return AccountFactory.create(name="Fernhill Hospitals")


@pytest.fixture
def member(account) -> Person:
    return PersonFactory.create(account=account, name="Marta Kowalska")


@pytest.fixture
def owner(account) -> Person:
    return look_after(account, SalesFactory.create(name="Owen Hart"))


@pytest.fixture
def admin() -> Person:
    return AdminFactory.create()


def look_after(account: Account, person: Person, role: Ownership = Ownership.OWNER) -> Person:
    with write():
        db.session.add(AccountOwner(account_id=account.id, person_id=person.id, role=role))
    return person


def ask(member: Person, **other: str) -> Introduction:
    with write():
        return actions.ask(Asked(**{**vars(ASKED), **other}), by=member)


def readable(viewer: Person) -> list[Introduction]:
    return list(db.session.scalars(queries.visible_to(viewer).order_by(Introduction.id)).all())


def told(person: Person) -> list[tuple[str, str]]:
    deliver_pending()
    rows = select(Notice).where(Notice.person_id == person.id, Notice.introduction_id.is_not(None)).order_by(Notice.id)
    return [(one.kind, one.words) for one in db.session.scalars(rows)]


def test_a_member_asks_for_ninety_days(member, account):
    asked = ask(member)

    assert (asked.account_id, asked.wish) == (account.id, Wish.CALL)
    assert asked.good_until - asked.made_at == timedelta(days=90)
    assert queries.open_count_and_age() == queries.OpenRequests(1, asked.made_at)


@pytest.mark.parametrize("maker", [ExpertFactory, SalesFactory])
def test_whoever_works_here_asks_for_nothing(maker):
    with pytest.raises(NotAllowed):
        ask(maker.create())


def test_whoever_has_not_confirmed_an_address_asks_for_nothing():
    with pytest.raises(NotAllowed, match="Confirm"):
        ask(PersonFactory.create(confirmed=False))


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"words": "Hello"}, "in a sentence"),
        ({"words": "x" * 1_001}, "1,000 letters"),
        ({"wish": "sell"}, "Choose what you would like"),
        ({"wish": "meet"}, "Say where"),
        ({"contact": " "}, "how to reach you"),
        ({"contact": "x" * 201}, "200 letters"),
    ],
)
def test_what_is_missing_is_said(member, other, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        ask(member, **other)


def test_three_stand_at_a_time(member):
    first = ask(member)
    ask(member)
    ask(member)
    with pytest.raises(RuleBroken, match="3 things"):
        ask(member)
    with write():
        actions.withdraw(first, by=member)

    assert ask(member).id


def test_a_place_is_kept_for_meeting_alone(member):
    assert ask(member, place="Hall 3").place == ""
    assert ask(member, wish="meet", place=" Hall  3 ").place == "Hall 3"


def test_how_to_reach_them_rests_sealed(member):
    sealed = ask(member).contact

    assert "5550" not in sealed
    everything = [tuple(row) for table in db.metadata.sorted_tables for row in db.session.execute(table.select())]
    assert "5550" not in repr(everything)


def test_it_is_read_by_those_who_look_after_the_account_and_nobody_else(member, account, owner):
    backup = look_after(account, SalesFactory.create(), Ownership.BACKUP)
    lead, other, expert = SalesFactory.create(), SalesFactory.create(), ExpertFactory.create()
    look_after(AccountFactory.create(), other)
    with write():
        db.session.add(SalesLead(lead_id=lead.id, person_id=owner.id))
    asked = ask(member)

    for reader in (member, owner, backup, lead):
        assert readable(reader) == [asked]
    for reader in (other, expert, PersonFactory.create(account=account), None):
        assert readable(reader) == []
        if reader:
            with pytest.raises((NotFound, NotAllowed)), write():
                actions.open_request(asked, by=reader)


def test_what_nobody_looks_after_everybody_in_sales_reads(account, owner):
    of_none = ask(PersonFactory.create())
    of_other = ask(PersonFactory.create(account=AccountFactory.create()))

    assert readable(owner) == [of_none, of_other]


def test_an_owner_of_the_past_reads_nothing(member, account, owner):
    asked = ask(member)
    with write():
        db.session.scalars(select(AccountOwner)).one().until = clock.now()
    new = look_after(account, SalesFactory.create())

    assert readable(owner) == []
    assert readable(new) == [asked]


@pytest.fixture
def handed_over(member, account, owner, travel_to) -> tuple[Introduction, list[Person], list[Person]]:
    """A request that waits, who looked after the account and stood in when it was made, and who does so since."""
    before = [owner, look_after(account, SalesFactory.create(), Ownership.BACKUP)]
    after = [SalesFactory.create(), SalesFactory.create()]
    asked = ask(member)
    assert [told(one) for one in before] == [[("introduction_asked", "")]] * 2
    travel_to(clock.now() + timedelta(days=20))
    with write():
        owning.hand_over(account, {after[0].id: Ownership.OWNER, after[1].id: Ownership.BACKUP})
    return asked, before, after


def test_whoever_looked_after_the_account_reads_nothing_from_that_moment(handed_over, sign_in):
    asked, before, after = handed_over

    assert [(readable(one), list(db.session.scalars(notices_for(one)))) for one in before] == [([], [])] * 2
    for one in before:
        assert sign_in(one).get(f"/sales/introductions/{asked.id}").status_code == 404
        with pytest.raises(NotFound), write():
            actions.end(asked, "spoke", "We have spoken on the telephone.", by=one)
    assert [readable(one) for one in after] == [[asked]] * 2
    assert [told(one) for one in before] == [[]] * 2


def test_whoever_looks_after_the_account_now_is_told_once_of_what_waits(handed_over):
    asked, before, after = handed_over
    assert [told(one) for one in after] == [[("introduction_asked", "")]] * 2
    everything = everything_told()

    deliver_again()
    deliver_in_any_order(7)

    assert everything_told() == everything
    with write():
        actions.end(asked, "spoke", "We have spoken on the telephone.", by=after[0])
    assert [told(one) for one in (*before, *after)] == [[]] * 4


def test_whoever_looks_after_it_again_is_told_again(handed_over, account):
    asked, (former, _backup), (new, _new_backup) = handed_over
    told(former)
    with write():
        actions_of_accounts.add_owner(account, former, Ownership.BACKUP)

    assert (told(former), told(new)) == ([("introduction_asked", "")],) * 2
    assert readable(former) == [asked]
    with write():
        actions_of_accounts.remove_owner(account, former)
    assert (told(former), told(new)) == ([], [("introduction_asked", "")])
    periods = [row.role for row, person in owning.owner_history(account) if person == former and row.until is not None]
    assert sorted(periods) == ["backup", "owner"]


def test_whoever_leaves_sales_hands_on_what_waits(member, account, owner, admin):
    asked = ask(member)
    told(owner)
    with write():
        office.revoke(owner, Role.SALES, by=admin)
    assert (readable(owner), list(db.session.scalars(notices_for(owner)))) == ([], [])

    new = SalesFactory.create()
    with write():
        actions_of_accounts.add_owner(account, new)
    assert (told(owner), told(new)) == ([], [("introduction_asked", "")])
    assert readable(new) == [asked]


def test_nobody_new_is_told_of_what_has_ended(member, account, owner):
    asked = ask(member)
    with write():
        actions.end(asked, "spoke", "We have spoken on the telephone.", by=owner)
    new = SalesFactory.create()
    with write():
        actions_of_accounts.add_owner(account, new)

    assert told(new) == []
    assert told(member) == [("introduction_ended", "We have spoken on the telephone.")]


def test_each_reading_is_in_the_trail_and_shown_to_the_member(member, owner):
    asked = ask(member)
    with write():
        assert actions.open_request(asked, by=owner) == CONTACT
    with write():
        actions.open_request(asked, by=owner)

    readings = queries.readings_of(member)
    assert [(one.reader, one.introduction_id) for one in readings[asked.id]] == [("Owen Hart", asked.id)] * 2
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == queries.READ)).all()
    assert {(one.actor_id, one.about_id) for one in entries} == {(owner.id, member.id)}
    assert "5550" not in "".join(one.details for one in entries)


def test_a_change_keeps_the_contact_unless_there_is_another_one(member, owner):
    asked = ask(member)
    with write():
        actions.change(asked, Asked(wish="introduce", words=WORDS, contact=""), by=member)
        assert actions.open_request(asked, by=owner) == CONTACT
    with write():
        actions.change(asked, Asked(wish="introduce", words=WORDS, contact="me@home.example"), by=member)
        assert actions.open_request(asked, by=owner) == "me@home.example"

    with pytest.raises(NotAllowed), write():
        actions.change(asked, ASKED, by=owner)


def test_it_is_withdrawn_at_once(member, owner):
    asked = ask(member)
    assert told(owner) == [("introduction_asked", "")]
    with write():
        actions.withdraw(asked, by=member)

    assert (asked.contact, asked.outcome) == ("", Outcome.WITHDRAWN)
    assert readable(owner) == []
    assert told(owner) == []
    with pytest.raises(NotFound), write():
        actions.open_request(asked, by=owner)
    with pytest.raises(RuleBroken, match="ended meanwhile"), write():
        actions.withdraw(asked, by=member)


def test_sales_ends_it_and_the_member_reads_how(member, owner):
    asked = ask(member)
    with pytest.raises(RuleBroken, match="in a sentence"), write():
        actions.end(asked, "spoke", "Done", by=owner)
    with pytest.raises(RuleBroken, match="how it ended"), write():
        actions.end(asked, "withdrawn", "We have spoken on the telephone.", by=owner)
    with write():
        actions.end(asked, "spoke", "We have spoken on the telephone.", by=owner)

    assert (asked.contact, asked.ended_by_id) == ("", owner.id)
    assert told(member) == [("introduction_ended", "We have spoken on the telephone.")]
    assert told(owner) == []
    with write():
        assert actions.open_request(asked, by=owner) == ""
    with pytest.raises(RuleBroken), write():
        actions.end(asked, "spoke", "We have spoken once more.", by=owner)


def test_nobody_but_sales_ends_it(member, owner):
    asked = ask(member)
    for other in (member, ExpertFactory.create()):
        with pytest.raises(NotAllowed), write():
            actions.end(asked, "spoke", "We have spoken on the telephone.", by=other)


def test_after_ninety_days_it_has_ended(member, owner, travel_to):
    asked = ask(member)
    travel_to(clock.now() + timedelta(days=90, seconds=1))
    assert queries.open_count_and_age().count == 0
    with pytest.raises(NotFound), write():
        actions.open_request(asked, by=owner)
    keep_promise()

    assert (asked.outcome, asked.contact, asked.ended_by_id) == (Outcome.EXPIRED, "", None)
    assert told(member) == [("introduction_expired", "")]


def test_what_has_ended_is_read_for_the_ninety_days_that_the_member_was_told_of(member, owner, travel_to):
    """Else the names of all who ever asked would add up to a list, for whoever comes to look after the account."""
    asked = ask(member)
    with write():
        actions.end(asked, "spoke", "We have spoken on the telephone.", by=owner)
    travel_to(clock.now() + timedelta(days=89))
    assert readable(owner) == [asked]

    travel_to(clock.now() + timedelta(days=1, seconds=1))
    assert readable(owner) == []
    assert readable(member) == [asked]


def test_whoever_is_let_in_no_more_asks_for_nothing_any_more(member, admin):
    asked = ask(member)
    with write():
        office.deactivate(member, by=admin)
    deliver_pending()

    assert (asked.outcome, asked.contact) == (Outcome.WITHDRAWN, "")


def test_whoever_comes_to_work_here_asks_for_nothing_any_more(member, admin):
    asked = ask(member)
    with write():
        office.grant(member, Role.EXPERT, by=admin)
    deliver_pending()

    assert asked.outcome == Outcome.WITHDRAWN


def test_what_was_asked_from_a_company_goes_no_further_once_the_member_is_elsewhere(member, owner):
    asked = ask(member)
    assert readable(owner) == [asked]
    with write():
        keep_apart(member, Apart.LEFT, "")

    assert readable(owner) == []
    deliver_pending()
    assert (asked.outcome, asked.contact, asked.outcome_words) == (Outcome.WITHDRAWN, "", actions.ELSEWHERE)


def test_what_was_asked_from_no_company_stands_when_the_member_comes_to_one(owner):
    nobody = PersonFactory.create(address="ana@elsewhere.example")
    asked = ask(nobody)
    AccountFactory.create(domains=["elsewhere.example"])
    deliver_pending()

    assert readable(owner) == [asked]
    assert not asked.outcome
