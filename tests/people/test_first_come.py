"""Several people want what only one can have, at the same moment: one gets it, the others read a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from app.accounts import actions as accounts
from app.accounts.models import Account
from app.accounts.shared import add_shared_domain
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people import actions, links, personal
from app.people.addresses import seal
from app.people.models import Person
from app.people.personal import PersonalSide
from app.site.actions import choose
from app.site.choices import CHOICES, ChoiceName
from app.topics import actions as topics
from app.topics.actions import ProductText, TopicText, Version, tags_named
from app.topics.models import Product, Tag
from tests.support.at_once import at_once
from tests.support.factories import AccountFactory, AdminFactory, PersonFactory, ProductFactory, QuestionFactory

AT_ONCE = 6

Deed = Callable[[], object]


def person(number: int) -> Person:
    return db.session.get_one(Person, number)


def account(number: int) -> Account:
    return db.session.get_one(Account, number)


def moving_to_one_address() -> list[Deed]:
    ids = [PersonFactory().id for _ in range(AT_ONCE)]
    return [lambda one=one: actions.take_new_address(person(one), seal("jana@fernhill.example")) for one in ids]


def accounts_of_one_name() -> list[Deed]:
    names = ["Fernhill", "FERNHILL", "fernhill"] * 2
    return [lambda name=name: accounts.add_account(name, domains=[]) for name in names]


def accounts_renamed_alike() -> list[Deed]:
    ids = [AccountFactory().id for _ in range(AT_ONCE)]
    said = {"name": "Fernhill", "size_band": "", "crm_id": ""}
    return [lambda one=one: accounts.change_account(account(one), **said) for one in ids]


def accounts_with_one_domain() -> list[Deed]:
    ids = [AccountFactory().id for _ in range(AT_ONCE)]
    return [lambda one=one: accounts.add_domain(account(one), "fernhill.example") for one in ids]


def products_of_one_name() -> list[Deed]:
    by = AdminFactory().id
    return [lambda: topics.add_product(ProductText(name="Array Nine"), by=person(by))] * AT_ONCE


def topics_renamed_alike() -> list[Deed]:
    return edits_of_topics(lambda name: TopicText(name="cooling"))


def one_other_name_of_several_topics() -> list[Deed]:
    return edits_of_topics(lambda name: TopicText(name=name, synonyms=["cooling"]))


def edits_of_topics(text: Callable[[str], TopicText]) -> list[Deed]:
    by = AdminFactory().id
    names = [f"fans-{number}" for number in range(AT_ONCE)]
    QuestionFactory(tags=names[:3])
    QuestionFactory(tags=names[3:])

    def edit(name: str) -> object:
        tag = db.session.scalars(select(Tag).where(Tag.name == name)).one()
        return topics.edit_tag(tag, text(name), by=person(by))

    return [lambda name=name: edit(name) for name in names]


def one_link_of_one_person() -> list[Deed]:
    by = PersonFactory().id
    return [lambda: links.add_link(person(by), "https://jana.example/about")] * AT_ONCE


@pytest.mark.parametrize(
    "deeds_of",
    [
        moving_to_one_address,
        accounts_of_one_name,
        accounts_renamed_alike,
        accounts_with_one_domain,
        products_of_one_name,
        topics_renamed_alike,
        one_other_name_of_several_topics,
        one_link_of_one_person,
    ],
)
def test_one_gets_it_and_the_others_are_told(app, deeds_of):
    refused = at_once(app, deeds_of())

    assert [type(one) for one in refused] == [RuleBroken] * (AT_ONCE - 1)


def sharing_one_domain() -> list[Deed]:
    return [lambda: add_shared_domain("campus.example", "A university")] * AT_ONCE


def one_person_speaking() -> list[Deed]:
    by = PersonFactory().id
    return [lambda: personal.change_personal_side(person(by), PersonalSide(languages=["cs", "de"]))] * AT_ONCE


def one_choice_made() -> list[Deed]:
    by = AdminFactory().id
    wanted = {name: list(choice.options)[-1] for name, choice in CHOICES.items() if choice.options}
    wanted[ChoiceName.SIGN_UP_DOMAINS] = "fernhill.example"
    return [lambda: choose(wanted, by=person(by))] * AT_ONCE


def versions_of_one_product() -> list[Deed]:
    by, product = AdminFactory().id, ProductFactory(name="Array Nine").id
    text = ProductText(name="Array Nine", versions=[Version(name="1.0"), Version(name="1.1")])
    return [lambda: topics.edit_product(db.session.get_one(Product, product), text, by=person(by))] * AT_ONCE


@pytest.mark.parametrize(
    "deeds_of", [sharing_one_domain, one_person_speaking, one_choice_made, versions_of_one_product]
)
def test_saying_the_same_again_changes_nothing(app, deeds_of):
    assert at_once(app, deeds_of()) == []


def test_a_topic_is_renamed_to_what_others_begin_with(app):
    by = AdminFactory().id
    number = QuestionFactory(tags=["fans"]).tags[0].id

    def rename() -> None:
        topics.edit_tag(db.session.get_one(Tag, number), TopicText(name="cooling"), by=person(by))

    faults = at_once(app, [rename, *[lambda: tags_named(["cooling"])] * 3])

    assert {type(one) for one in faults} <= {RuleBroken}
    assert db.session.scalar(select(func.count()).where(Tag.name == "cooling")) == 1
