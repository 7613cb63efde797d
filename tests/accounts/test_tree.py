"""Companies and their subsidiaries."""

import itertools
from functools import partial

import pytest
from sqlalchemy import delete, event

from app.accounts import actions, queries
from app.accounts.models import Account
from app.accounts.tree import DEEPEST
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from tests.support.at_once import at_once
from tests.support.factories import AccountFactory


def chain(*names):
    """Accounts of which each is a subsidiary of the one before."""
    made = [AccountFactory.create(name=name) for name in names]
    with write():
        for parent, child in itertools.pairwise(made):
            actions.set_parent(child, parent)
    return made


def names(ids):
    return [db.session.get_one(Account, one).name for one in ids]


@pytest.fixture
def statements(app):
    """What is sent to the database."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def test_what_stands_above_below_and_at_the_top():
    top, middle, leaf = chain("Top", "Middle", "Leaf")
    with write():
        other = actions.add_account("Other leaf", domains=())
        actions.set_parent(other, middle)
    alone = AccountFactory.create(name="Alone")
    ids = [one.id for one in (top, middle, leaf, other, alone)]

    above, under = queries.parents_of(ids), queries.below(ids)

    assert [names(above[one]) for one in ids] == [[], ["Top"], ["Middle", "Top"], ["Middle", "Top"], []]
    assert under[top.id] == {top.id, middle.id, leaf.id, other.id}
    assert under[middle.id] == {middle.id, leaf.id, other.id}
    assert (under[leaf.id], under[alone.id]) == ({leaf.id}, {alone.id})
    assert names(queries.roots_of(ids).values()) == ["Top", "Top", "Top", "Top", "Alone"]


def test_the_tree_costs_one_query_each_however_large(statements):
    ids = [one.id for one in chain("A", "B", "C", "D", "E")] + [AccountFactory.create().id for _ in range(20)]
    for asked in (queries.parents_of, queries.below, queries.roots_of):
        statements.clear()
        asked(ids)
        assert len(statements) == 1
        assert asked([]) == {}


def test_no_circle_and_no_company_below_itself():
    top, middle, leaf = chain("Top", "Middle", "Leaf")

    for account, parent, said in (
        (top, leaf, "stands below Top"),
        (top, middle, "stands below"),
        (leaf, leaf, "itself"),
    ):
        with write(), pytest.raises(RuleBroken) as refused:
            actions.set_parent(account, parent)
        assert said in refused.value.sentence
    with write():
        actions.set_parent(middle, None)
        actions.set_parent(top, leaf)
    assert names(queries.parents_of([top.id])[top.id]) == ["Leaf", "Middle"]


@pytest.mark.one_database
def test_five_levels_and_no_more_whichever_end_grows():
    assert DEEPEST == 5
    upper, lower = chain("A", "B", "C"), chain("D", "E", "F")
    alone = AccountFactory.create(name="G")

    with write(), pytest.raises(RuleBroken) as refused:
        actions.set_parent(lower[0], upper[-1])
    assert "at most 5 levels" in refused.value.sentence

    with write():
        actions.set_parent(lower[0], upper[1])
    assert names(queries.parents_of([lower[-1].id])[lower[-1].id]) == ["E", "D", "B", "A"]
    for account, parent in ((alone, lower[-1]), (upper[0], alone)):
        with write(), pytest.raises(RuleBroken):
            actions.set_parent(account, parent)


def test_two_moves_at_once_never_make_a_circle(app, monkeypatch):
    """Each move alone is fine; both together would be a circle, so one of them has to be refused."""
    one, other = AccountFactory.create(name="One"), AccountFactory.create(name="Other")
    pairs = [(one.id, other.id), (other.id, one.id)]

    def move(account_id, parent_id):
        actions.set_parent(*[db.session.get_one(Account, number) for number in (account_id, parent_id)])

    refused = at_once(app, [partial(move, *pair) for pair in pairs])

    parents = {account.id: account.parent_id for account in db.session.scalars(db.select(Account))}
    assert [type(fault) for fault in refused] == [RuleBroken]
    assert sorted(parents.values(), key=str) in ([one.id, None], [other.id, None])


def test_a_parent_that_goes_leaves_its_subsidiaries():
    top, middle, leaf = chain("Top", "Middle", "Leaf")
    with write():
        db.session.execute(delete(Account).where(Account.id == middle.id))

    assert queries.parents_of([leaf.id]) == {leaf.id: []}
    assert queries.below([top.id]) == {top.id: {top.id}}
