"""What we call a lead, and that both sides have to say so."""

import threading

import pytest
from sqlalchemy import select

from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, NotFound, Refusal, RuleBroken
from app.outcomes import definitions
from app.outcomes.models import LeadCheck, LeadDefinition, Side
from app.people.actions import revoke_role
from app.people.models import AuditEntry, Person, Role
from tests.outcomes.deals import NOW, deal
from tests.support.factories import AccountFactory, AdminFactory, ExpertFactory, PersonFactory, SalesFactory

WHY = "So that we mean the same."


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


@pytest.fixture
def seller():
    return SalesFactory()


@pytest.fixture
def signer():
    person = ExpertFactory()
    named(person)
    return person


def named(person):
    with write():
        definitions.name_signer(person, by=AdminFactory())


def proposal(by, items=definitions.FIRST_ITEMS):
    with write():
        return definitions.propose(items, WHY, by=by).id


def signed(definition_id, side, by):
    with write():
        return definitions.sign(definition_id, side, by=by)


def agreed(seller, signer, items=definitions.FIRST_ITEMS):
    number = proposal(seller, items)
    signed(number, Side.SALES, seller)
    signed(number, Side.MARKETING, signer)
    return definitions.in_force()


def check(opportunity, side, by, *, but=()):
    holds = {item.id: item.place not in but for item in definitions.in_force().items}
    with write():
        definitions.check(opportunity, holds, side, by=by)


def lead(opportunity):
    return definitions.is_lead(definitions.standings(opportunity, definitions.in_force()))


def test_it_holds_once_both_have_signed(seller, signer):
    number = proposal(seller)
    assert definitions.in_force() is None

    signed(number, Side.SALES, seller)
    assert definitions.in_force() is None

    made = signed(number, Side.MARKETING, signer)
    assert definitions.in_force().id == number
    assert (made.sales_by_id, made.marketing_by_id, made.in_force_at) == (seller.id, signer.id, NOW)
    assert definitions.proposed() is None


def test_the_first_proposal_has_seven_items_of_which_a_raised_hand_is_required(seller):
    proposal(seller)
    made = definitions.proposed()

    assert [item.required for item in made.items] == [True, True, True, True, False, False, True]
    assert "Never concluded from posts" in made.items[1].words


def test_nobody_signs_for_both_sides(seller):
    named(seller)
    number = proposal(seller)
    signed(number, Side.SALES, seller)

    with pytest.raises(RuleBroken, match="other side"):
        signed(number, Side.MARKETING, seller)
    assert definitions.in_force() is None


def test_the_same_the_other_way_round(seller):
    named(seller)
    number = proposal(seller)
    signed(number, Side.MARKETING, seller)

    with pytest.raises(RuleBroken, match="other side"):
        signed(number, Side.SALES, seller)


def test_a_side_signs_once(seller, signer):
    number = proposal(seller)
    signed(number, Side.SALES, seller)

    with pytest.raises(RuleBroken, match="already"):
        signed(number, Side.SALES, SalesFactory())


@pytest.mark.parametrize("factory", [PersonFactory, ExpertFactory, AdminFactory])
def test_others_neither_propose_nor_sign_nor_withdraw(seller, factory):
    number, other = proposal(seller), factory()
    for attempt in (
        lambda: signed(number, Side.SALES, other),
        lambda: signed(number, Side.MARKETING, other),
        lambda: proposal(other),
        lambda: _withdraw(number, other),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_sales_does_not_sign_for_marketing_nor_marketing_for_sales(seller, signer):
    number = proposal(seller)

    with pytest.raises(NotAllowed):
        signed(number, Side.MARKETING, seller)
    with pytest.raises(NotAllowed):
        signed(number, Side.SALES, signer)


def test_who_is_named_no_more_signs_no_more(seller, signer):
    number = proposal(seller)
    with write():
        definitions.unname_signer(signer, by=AdminFactory())

    with pytest.raises(NotAllowed):
        signed(number, Side.MARKETING, signer)


def test_who_works_here_no_more_reads_signs_and_checks_nothing(sign_in, seller, signer):
    opportunity = deal(AccountFactory(), won=None, closed=None)
    agreed(seller, signer)
    with write():
        revoke_role(db.session.get_one(Person, signer.id), Role.EXPERT)
    former = db.session.get_one(Person, signer.id)

    with pytest.raises(NotAllowed):
        check(opportunity, Side.MARKETING, former)
    assert not definitions.may_define(former)
    assert sign_in(former).get("/sales/definition/checks").status_code == 403


def test_only_people_of_ours_are_named():
    with pytest.raises(RuleBroken):
        named(PersonFactory())


def test_one_proposal_waits_at_a_time_and_can_be_withdrawn(seller, signer):
    number = proposal(seller)
    with pytest.raises(RuleBroken, match="Another proposal"):
        proposal(signer)

    _withdraw(number, signer)
    with pytest.raises(RuleBroken, match="withdrawn"):
        signed(number, Side.SALES, seller)
    assert proposal(signer) != number


def test_what_holds_is_not_withdrawn_nor_signed_again(seller, signer):
    definition = agreed(seller, signer)

    with pytest.raises(RuleBroken, match="so it holds"):
        _withdraw(definition.id, seller)
    with pytest.raises(RuleBroken, match="so it holds"):
        signed(definition.id, Side.SALES, SalesFactory())


def test_an_unknown_version_is_not_here(seller):
    with pytest.raises(NotFound):
        signed(77, Side.SALES, seller)


@pytest.mark.parametrize(
    "items",
    [[], [("Fits", False)], [("  ", True)], [("Fits", True), ("fits ", False)], [("x" * 201, True)]],
    ids=["none", "none required", "blank", "twice", "long"],
)
def test_a_definition_says_something(seller, items):
    with pytest.raises(RuleBroken):
        proposal(seller, items)


def test_two_who_sign_for_sales_at_once_leave_one_signature(app, seller, signer):
    """The second one waits, and then reads what the first one did."""
    number, others = proposal(seller), [SalesFactory().id for _ in range(2)]
    results: list[str] = []

    def run(person_id: int) -> None:
        with app.app_context():
            try:
                signed(number, Side.SALES, db.session.get_one(Person, person_id))
                results.append("signed")
            except Refusal as refusal:
                results.append(refusal.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(person_id,)) for person_id in others]
    db.session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["Somebody has signed it for sales already.", "signed"]


def test_both_sides_at_once_make_it_hold(app, seller, signer):
    number = proposal(seller)
    pairs = [(seller.id, Side.SALES), (signer.id, Side.MARKETING)]

    def run(person_id: int, side: Side) -> None:
        with app.app_context():
            signed(number, side, db.session.get_one(Person, person_id))
            db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    db.session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert definitions.in_force().id == number


def test_a_lead_is_what_both_call_one(seller, signer):
    agreed(seller, signer)
    made = deal(AccountFactory(), won=None, closed=None)
    assert not lead(made)

    check(made, Side.SALES, seller)
    assert not lead(made)

    check(made, Side.MARKETING, signer, but={4, 5})
    assert lead(made)

    check(made, Side.MARKETING, signer, but={0})
    assert not lead(made)


def test_nobody_checks_for_both_sides(seller, signer):
    agreed(seller, signer)
    named(seller)
    made = deal(AccountFactory(), won=None, closed=None)
    check(made, Side.SALES, seller)

    with pytest.raises(RuleBroken, match="other side"):
        check(made, Side.MARKETING, seller)
    with pytest.raises(NotAllowed):
        check(made, Side.SALES, signer)


def test_old_checks_stay_with_their_version(seller, signer):
    old_id = agreed(seller, signer).id
    made = deal(AccountFactory(), won=None, closed=None)
    check(made, Side.SALES, seller)
    check(made, Side.MARKETING, signer)
    item_ids = {item.id: True for item in version(old_id).items}
    agreed(seller, signer, [("They asked us", True)])

    assert not lead(made)
    assert definitions.is_lead(definitions.standings(made, version(old_id)))
    with pytest.raises(RuleBroken, match="changed meanwhile"), write():
        definitions.check(made, item_ids, Side.SALES, by=seller)
    assert len(db.session.scalars(select(LeadCheck)).all()) == 2 * len(item_ids)


def test_marketing_is_shown_what_sales_has_checked(seller, signer):
    agreed(seller, signer)
    made, _other = (deal(AccountFactory(), won=None, closed=None) for _ in range(2))
    assert db.session.scalars(definitions.for_marketing()).all() == []

    check(made, Side.SALES, seller)

    assert [one.id for one in db.session.scalars(definitions.for_marketing())] == [made.id]


def test_every_step_is_in_the_trail(seller, signer):
    agreed(seller, signer)

    deeds = select(AuditEntry.deed).where(AuditEntry.deed.startswith("definition.")).order_by(AuditEntry.id)
    assert db.session.scalars(deeds).all() == [
        "definition.signer_named",
        "definition.proposed",
        "definition.signed",
        "definition.signed",
    ]


def version(number):
    return db.session.scalars(definitions.versions().where(LeadDefinition.id == number)).one()


def _withdraw(number, by):
    with write():
        definitions.withdraw(number, by=by)
