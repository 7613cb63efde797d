"""A file of accounts: what each line would do, and what it does."""

import itertools

import pytest
from sqlalchemy import func, select

from app.accounts import actions, importing, queries
from app.accounts.models import Account, AccountDomain, AccountOwner, Ownership
from app.accounts.sheet import LONGEST_CELL, MOST_LINES, rows_of, text_of
from app.accounts.trying import Outcome, digest
from app.jobs import bringing_in
from app.jobs.bringing_in import bring_in_accounts
from app.kernel.db import db, write
from app.kernel.errors import ChangedMeanwhile, RuleBroken
from app.kernel.events import deliver_pending
from app.people.models import AuditEntry, Person
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory, SalesFactory

HEAD = "name,domains,size_band,crm_id,parent,status,owner,backups\n"


def tried(text):
    """Outcome and words of each line, by its number."""
    return {line.number: (str(line.outcome), line.explanation) for line in importing.try_file(text)}


def brought(text, **options):
    lines = bring_in_accounts(text, by=None, **options)
    deliver_pending()
    return [str(line.outcome) for line in lines]


def everything():
    accounts = select(Account.name, Account.size_band, Account.crm_id, Account.status, Account.parent_id)
    domains = select(AccountDomain.domain, AccountDomain.account_id, AccountDomain.subdomains)
    owners = select(AccountOwner.account_id, AccountOwner.person_id, AccountOwner.role, AccountOwner.until)
    return [sorted(map(tuple, db.session.execute(rows)), key=str) for rows in (accounts, domains, owners)]


def called(name):
    return db.session.scalar(select(Account).where(Account.name == name))


@pytest.fixture
def rep():
    return SalesFactory.create(handle="nadia")


@pytest.fixture
def second():
    return SalesFactory.create(handle="callum")


FULL = (
    HEAD
    + "Acme Holding,acme.example acme-labs.example,l,1001,,customer,nadia,@callum\n"
    + "Acme East,east.example,S,1002,acme holding,,@NADIA,\n"
    + "Reseller,,,,,Partner,,\n"
)


def test_a_file_is_brought_in_as_it_was_explained(rep, second):
    ana = PersonFactory.create(address="ana@eu.acme.example")
    explained = tried(FULL)
    assert db.session.scalar(select(func.count()).select_from(Account)) == 0
    assert explained == {
        2: ("added", "domains: acme-labs.example, acme.example; @nadia owns it; @callum stands in"),
        3: ("added", "domain: east.example; @nadia owns it; becomes a subsidiary of Acme Holding"),
        4: ("added", "A new account."),
    }

    assert brought(FULL) == ["added", "added", "added"]

    holding, east, reseller = (called(name) for name in ("Acme Holding", "Acme East", "Reseller"))
    assert (holding.size_band, holding.crm_id, holding.status) == ("l", "1001", "customer")
    assert (east.size_band, east.parent_id, reseller.status) == ("s", holding.id, "partner")
    assert queries.owners_of([holding.id, east.id]) == {holding.id: [rep, second], east.id: [rep]}
    assert queries.account_of(ana) == holding


def test_bringing_it_in_again_changes_nothing(rep, second):
    brought(FULL)
    before, noted = everything(), db.session.scalar(select(func.count()).select_from(AuditEntry))

    assert {outcome for outcome, _words in tried(FULL).values()} == {"same"}
    assert brought(FULL) == ["same"] * 3
    assert everything() == before
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == noted


def test_what_changes_is_said_and_what_is_empty_stays(rep, second):
    acme = AccountFactory.create(name="Acme", domains=["acme.example"])
    with write():
        actions.change_account(acme, name="Acme", size_band="m", crm_id="7")
        actions.add_owner(acme, rep)
        actions.add_owner(acme, second, Ownership.BACKUP)

    text = HEAD + "Acme Group,new.example,l,7,,partner,callum,\n"
    assert tried(text) == {
        2: (
            "changed",
            (
                "name: Acme → Acme Group; size: m → l; status: customer → partner; domain: new.example; "
                "@nadia looks after it no more; @callum owns it"
            ),
        )
    }
    assert brought(text) == ["changed"]
    assert brought(HEAD + "Acme Group,,,,,,,\n") == ["same"]

    assert queries.owners_of([acme.id]) == {acme.id: [second]}
    assert {one.domain for one in db.session.scalars(select(AccountDomain))} == {"acme.example", "new.example"}
    periods = [(row.role, row.until is None) for row, _person in queries.owner_history(acme)]
    assert sorted(periods) == [("backup", False), ("owner", False), ("owner", True)]


def test_every_line_that_cannot_be_is_refused_with_its_reason(rep):
    AccountFactory.create(name="Beta", domains=["beta.example"])
    with write():
        actions.change_account(called("Beta"), name="Beta", size_band="", crm_id="7")
        actions.add_shared_domain("uni.example", "A university.")
    ExpertFactory.create(handle="sanfox")
    PersonFactory.create(handle="marta")
    lines = {
        ",gamma.example": "Enter the name",
        '"=HYPERLINK(""http://evil.example"",""x"")",': "like a formula",
        "＝cmd,": "like a formula",
        "-2+3,": "like a formula",
        "ana@acme.example,": "no address",
        "Gamma,gmail.com": "everybody",
        "Gamma,co.uk": "Many companies",
        "Gamma,mail.northwind.example": "your own domain",
        "Gamma,stud.uni.example": "many share",
        "Gamma,beta.example": "stands for Beta already",
        "Gamma,ana@gamma.example": "what stands after the @",
        "Gamma,nonsense": "not a mail domain",
        "Gamma,,huge": "one of xs, s, m, l, xl",
        "Gamma,,,7": "",
        "Beta,,,8": "another CRM id, 7",
        f"Gamma,,,{'9' * 61}": "CRM id to 60",
        "Gamma,,,,Nowhere": "no account called Nowhere",
        "Gamma,,,,Gamma": "stands below it already, or is itself",
        "Gamma,,,,,friend": "customer or a partner",
        "Gamma,,,,,,sanfox": "Nobody in sales has the handle sanfox",
        "Gamma,,,,,,marta": "Nobody in sales has the handle marta",
        "Gamma,,,,,,nadia@northwind.example": "Nobody in sales has the handle (an address)",
        "Gamma,,,,,,nadia,nadia": "owns it, so they cannot stand in",
        "Gamma,,,,,,,nadia nobody": "Nobody in sales has the handle nobody",
        "Gamma,,,,,,,,,extra": "more cells",
        f"Gamma,{'x' * (LONGEST_CELL + 1)}": "longer than 2,000",
        f"{'x' * 121},": "up to 120 letters",
    }
    for line, said in lines.items():
        [(outcome, words)] = tried(HEAD + line + "\n").values()
        if said:
            assert (outcome, said in words) == ("refused", True), (line, words)
        # A name for the number of another account: it is that account which gets the name.
        else:
            assert (outcome, words) == ("changed", "name: Beta → Gamma")
        assert "@gamma.example" not in words
        assert "@northwind.example" not in words


def test_lines_of_one_file_see_one_another(rep):
    text = HEAD + (
        "Acme,acme.example,,1,,,,\n"
        "ACME,,l,,,,,\n"
        "Other,,,1,,,,\n"
        "Third,acme.example,,,,,,\n"
        "Fourth,bücher.example xn--bcher-kva.example,,,,,,\n"
    )
    assert tried(text) == {
        2: ("added", "domain: acme.example"),
        3: ("refused", "Line 2 is about the same account."),
        4: ("refused", "Line 2 is about the same account."),
        5: ("refused", "acme.example stands for Acme already."),
        6: ("added", "domain: xn--bcher-kva.example"),
    }


def test_all_or_nothing_unless_told_otherwise(rep):
    text = HEAD + "Acme,acme.example\nBeta,gmail.com\nGamma,,,,Beta\nDelta,,,,Acme\n"
    with pytest.raises(RuleBroken):
        bring_in_accounts(text, by=None)
    assert everything()[0] == []

    assert brought(text, leave_refused=True) == ["added", "refused", "refused", "added"]
    assert called("Delta").parent_id == called("Acme").id


def test_whoever_would_belong_to_a_line_that_is_refused_is_refused_too():
    levels = ["One", "Two", "Three", "Four", "Five", "Six", "Seven"]
    below = "".join(f"{name},,,,{parent}\n" for parent, name in itertools.pairwise(levels))
    said = tried(HEAD + "One\n" + below)

    assert said[6][0] == "added"
    assert said[7] == ("refused", "A tree of companies has at most 5 levels.")
    assert said[8] == ("refused", "Its parent stands in line 7, which is refused.")
    assert brought(HEAD + "One\n" + below, leave_refused=True).count("added") == 5


def test_no_circle_comes_in_and_a_parent_may_stand_further_down():
    said = tried(HEAD + "Leaf,,,,Top\nTop,,,,\n")
    assert [outcome for outcome, _words in said.values()] == ["added", "added"]
    said = tried(HEAD + "One,,,,Two\nTwo,,,,Three\nThree,,,,One\n")
    assert [outcome for outcome, _words in said.values()] == ["refused"] * 3
    assert "cannot stand above" in said[4][1]

    top, middle = AccountFactory.create(name="Above"), AccountFactory.create(name="Under")
    with write():
        actions.set_parent(middle, top)
    [(outcome, words)] = tried(HEAD + "Above,,,,Under\n").values()
    assert (outcome, "cannot stand above" in words) == ("refused", True)


def test_names_can_move_on_from_account_to_account():
    for number, name in enumerate(("Alpha", "Beta"), 1):
        with write():
            actions.add_account(name, domains=(), crm_id=str(number))

    assert brought(HEAD + "Gamma,,,1\nAlpha,,,2\n") == ["changed", "changed"]
    assert {account.crm_id: account.name for account in db.session.scalars(select(Account))} == {
        "1": "Gamma",
        "2": "Alpha",
    }


def test_nothing_is_done_that_was_not_shown(rep):
    text = HEAD + "Acme,acme.example\n"
    seen = digest(importing.try_file(text))
    AccountFactory.create(name="Acme", domains=[])

    with pytest.raises(ChangedMeanwhile):
        bring_in_accounts(text, by=None, seen=seen)
    assert everything()[1] == []


class Killed(BaseException):
    """What ends a program in the middle of what it does."""


@pytest.fixture
def by_threes(monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 3)
    monkeypatch.setattr(bringing_in, "PAUSE_SECONDS", 0)


MANY = HEAD + (
    "Leaf,leaf.example,,,Twig,,nadia,\n"
    "Gamma,,l,1,,,,callum\n"
    "Alpha,new.example,,2,Gamma,,,\n"
    "Twig,twig.example,,,Branch,,nadia,callum\n"
    "Beta,gmail.com,,,,,,\n"
    "Branch,branch.example,s,77,Alpha,partner,,\n"
    "Delta,,,3,Twig,,callum,\n"
    "Under Beta,,,,Beta,,,\n"
    "Epsilon,epsilon.example,,,,,nadia,\n"
)


def before_the_file():
    """Two accounts of which one takes the name of the other, and one that comes to stand elsewhere."""
    for number, name in enumerate(("Alpha", "Omega", "Delta"), 1):
        with write():
            made = actions.add_account(name, domains=(f"{name.lower()}.example",), crm_id=str(number))
        if name == "Delta":
            with write():
                actions.set_parent(db.session.merge(made), called("Omega"))


def shape():
    """How the accounts stand, without their numbers."""
    names = {account.id: account.name for account in db.session.scalars(select(Account))}
    accounts, domains, owners = everything()
    named = [(*rest, names.get(parent)) for *rest, parent in accounts]
    held = [(domain, names[account]) for domain, account, _sub in domains]
    handles = {person.id: person.handle for person in db.session.scalars(select(Person))}
    looking = [(names[account], handles[person], role, until is None) for account, person, role, until in owners]
    return sorted(named, key=str), sorted(held), sorted(looking)


AFTER_THE_FILE = (
    [
        ("Alpha", None, "2", "customer", "Gamma"),
        ("Branch", "s", "77", "partner", "Alpha"),
        ("Delta", None, "3", "customer", "Twig"),
        ("Epsilon", None, None, "customer", None),
        ("Gamma", "l", "1", "customer", None),
        ("Leaf", None, None, "customer", "Twig"),
        ("Twig", None, None, "customer", "Branch"),
    ],
    [
        ("alpha.example", "Gamma"),
        ("branch.example", "Branch"),
        ("delta.example", "Delta"),
        ("epsilon.example", "Epsilon"),
        ("leaf.example", "Leaf"),
        ("new.example", "Alpha"),
        ("omega.example", "Alpha"),
        ("twig.example", "Twig"),
    ],
    [
        ("Delta", "callum", "owner", True),
        ("Epsilon", "nadia", "owner", True),
        ("Gamma", "callum", "backup", True),
        ("Leaf", "nadia", "owner", True),
        ("Twig", "callum", "backup", True),
        ("Twig", "nadia", "owner", True),
    ],
)


def killed_after(pieces):
    """What hears of the progress, and ends the program when so many pieces are done."""
    told = []

    def hear(done, of):
        told.append((done, of))
        if len(told) == pieces:
            raise Killed

    return hear, told


def test_a_long_file_comes_in_by_pieces_and_says_how_far_it_is(rep, second, by_threes):
    before_the_file()
    hear, told = killed_after(None)
    brought(MANY, leave_refused=True, told=hear)

    assert told == [(3, 12), (6, 12), (7, 12), (10, 12)]
    assert shape() == AFTER_THE_FILE


@pytest.mark.parametrize("pieces", [1, 2, 3, 4])
def test_killed_in_the_middle_and_begun_anew_it_ends_the_same(rep, second, by_threes, pieces):
    before_the_file()
    hear, told = killed_after(pieces)
    with pytest.raises(Killed):
        bring_in_accounts(MANY, by=None, leave_refused=True, told=hear)
    assert len(told) == pieces

    brought(MANY, leave_refused=True)

    assert shape() == AFTER_THE_FILE
    noted = db.session.scalar(select(func.count()).select_from(AuditEntry))
    assert {outcome for outcome, _words in tried(MANY).values()} == {"same", "refused"}
    assert brought(MANY, leave_refused=True).count("same") == 7
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == noted


def test_whatever_stops_a_piece_leaves_nothing_of_it(rep, second, by_threes):
    before_the_file()
    plan, before = importing.Plan.of(MANY, leave_refused=True), shape()
    with pytest.raises(Killed), write():
        importing.bring_in_some(plan, by=None)
        raise Killed

    assert shape() == before


def test_what_changes_while_a_file_comes_in_stops_it_before_anything_unseen_is_done(rep, second, by_threes):
    before_the_file()
    plan = importing.Plan.of(MANY, leave_refused=True)
    with write():
        importing.bring_in_some(plan, by=None)
    with write():
        actions.add_account("Epsilon", domains=("elsewhere.example",))
    with pytest.raises(ChangedMeanwhile, match="What is done stays"), write():
        importing.bring_in_some(plan, by=None)

    assert called("Gamma") is not None
    assert called("Twig") is None


def test_a_line_that_is_refused_holds_nothing_for_the_others(rep):
    """It is refused for where it would stand; its account keeps the name that another line would have taken."""
    before_the_file()
    text = HEAD + "Renamed,,,2,Delta,,,\nOmega,,l,,,,,\n"

    assert [outcome for outcome, _words in tried(text).values()] == ["refused", "changed"]
    assert brought(text, leave_refused=True) == ["refused", "changed"]
    assert (called("Omega").crm_id, called("Omega").size_band) == ("2", "l")


@pytest.mark.one_database
@pytest.mark.parametrize(
    "data",
    [
        "name,domains\nMüller,müller.example\n".encode(),
        "\ufeffname;domains\r\nMüller;müller.example\r\n".encode(),
        "name\tdomains\nMüller\tmüller.example\n".encode("utf-16"),
        "Name , DOMAINS\n\n Müller , müller.example \n".encode("cp1252"),
        'name,domains,,\r"Müller","müller.example",,\r'.encode(),
    ],
    ids=["plain", "semicolons", "utf-16", "older", "old-mac"],
)
def test_files_of_every_spreadsheet(data):
    [(outcome, words)] = tried(text_of(data)).values()

    assert (outcome, words) == ("added", "domain: xn--mller-kva.example")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no account in the file"),
        (b"name,domains\n", "no account in the file"),
        (b"name,phone\nAcme,1\n", "no column “phone”"),
        (b"domains\nacme.example\n", "“name” is missing"),
        (b"name,name\nAcme,Acme\n", "twice"),
        (b"name\nAc\0me\n", "NUL"),
        (b"PK\x03\x04\x14\x00\x06\x00", "NUL"),
        (b"\x81\x8d\x8f", "no text"),
        (b"name\n" + b"x" * 2_000_000, "larger than"),
        (b"name\n" + b"Acme\n" * (MOST_LINES + 1), "more than 5,000 lines"),
        (b'name\nFirst\n"' + b"x" * 200_000, "Line 3 cannot be read"),
        (b'name,domains\nFirst,\n"Second,second.com\nThird,third.com\n', "Line 3 cannot be read"),
    ],
    ids=[
        "empty",
        "head-only",
        "unknown",
        "no-name",
        "twice",
        "nul",
        "zip",
        "bytes",
        "large",
        "long",
        "unclosed",
        "unclosed-to-the-end",
    ],
)
def test_what_is_no_file_of_accounts_gets_a_sentence(data, said):
    with pytest.raises(RuleBroken) as refused:
        rows_of(text_of(data))

    assert said in refused.value.sentence


@pytest.mark.one_database
def test_a_line_has_the_number_at_which_it_begins():
    rows = rows_of('name,domains\n\nFirst,"a.example\nb.example"\nSecond,c.example\n')

    assert [row.number for row in rows] == [3, 5]


@pytest.mark.one_database
def test_a_thousand_lines_cost_no_thousand_questions(app, rep):
    from sqlalchemy import event

    text = HEAD + "".join(f"Customer {number},c{number}.example,m,{number},,,nadia,\n" for number in range(1_000))
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert {line.outcome for line in importing.try_file(text)} == {Outcome.ADDED}
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(sent) <= 10
