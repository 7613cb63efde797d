"""What the database adds to a search before an engine is asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.kernel.db import db, write
from app.people.former_handles import change_handle
from app.people.models import Person
from app.people.queries import find_by_handle_ever, ids_by_handle_ever
from app.questions.models import Visibility
from app.search.language import Fact, Query, Word, parse
from app.search.lookup import look_up
from app.topics.models import Tag, TagSynonym
from tests.support.factories import (
    AccountFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    SalesFactory,
)


def looked_up(typed: str, viewer: Person | None = None) -> Query:
    return look_up(parse(typed), viewer)


def keys(query: Query) -> list[str]:
    return [fact.key for fact in query.facts]


def topic(name: str, *others: str) -> None:
    """A topic in public use, with its other names."""
    QuestionFactory(tags=(name,))
    call(name, *others)


def call(name: str, *others: str) -> None:
    with write():
        tag = db.session.scalars(select(Tag).where(Tag.name == name)).one()
        db.session.add_all(TagSynonym(name=other, tag_id=tag.id) for other in others)


def test_a_person_is_found_by_handle_in_any_capitals():
    person = PersonFactory(handle="sanfox")

    query = looked_up("author:@SanFox -author:sanfox")

    assert query.facts == (Fact("author", "@sanfox", key=str(person.id)),)
    assert query.unwanted == query.facts
    assert str(query) == "author:@sanfox -author:@sanfox"
    assert query.remarks == ()


def test_a_former_handle_leads_on():
    person = PersonFactory(handle="sanfox")
    with write():
        change_handle(person, "sandra-fox", brands=())

    assert keys(looked_up("author:@sanfox author:@sandra-fox")) == [str(person.id)] * 2


@pytest.mark.parametrize("handle", ["never-here", "not-confirmed"])
def test_nobody_is_meant_by_a_handle_without_a_page(handle):
    PersonFactory(handle="not-confirmed", confirmed=False)

    query = looked_up(f"author:@{handle} tape")

    assert keys(query) == [""]
    assert query.remarks == (f"Nobody here goes by @{handle}.",)


def test_many_handles_are_looked_up_as_one_is():
    person, other = PersonFactory(handle="sanfox"), PersonFactory(handle="quill")
    with write():
        change_handle(other, "quentin", brands=())
    asked = ["SANFOX", "san-fox", "quill", "quentin", "Quentin", "quen-tin", "nobody"]

    found = ids_by_handle_ever(asked)

    assert found == {handle: one.id for handle in asked if (one := find_by_handle_ever(handle))}
    assert set(found.values()) == {person.id, other.id}


def test_a_topic_is_found_by_each_of_its_names():
    topic("kubernetes", "k8s")

    query = looked_up("tag:k8s tag:Kubernetes")

    assert keys(query) == ["kubernetes", "kubernetes"]
    assert query.tags == ("kubernetes", "kubernetes")
    assert query.has_term(Fact("tag", "kubernetes"))
    assert looked_up("tag:k9s").remarks == ("There is no topic k9s.",)


def test_a_product_is_found_by_its_name_or_the_name_in_its_address():
    product = ProductFactory(name="Halyard 400", slug="halyard-400")
    renamed = ProductFactory(name="Aft Mast", slug="mizzen")

    query = looked_up('product:halyard-400 product:"Halyard 400" product:mizzen product:"aft mast" product:rudder')

    assert keys(query) == [product.slug, product.slug, renamed.slug, renamed.slug, ""]
    assert query.remarks == ("There is no product rudder.",)


def test_words_get_the_other_names_of_their_topic():
    topic("high-availability", "ha", "fail-safe")

    assert looked_up("HA").words == (Word("HA", also=("high-availability", "fail-safe")),)
    assert looked_up("(high-availability),").words[0].also == ("fail-safe", "ha")
    assert looked_up("wifi").words == (Word("wifi", also=("wi-fi", "wireless", "wlan")),)
    assert looked_up("-wifi tape").unwanted == (Word("wifi"),)


def test_what_has_no_name_to_look_up_asks_the_database_nothing(queries):
    with queries() as asked:
        query = looked_up('is:solved type:answer after:2026 "commit barrier"')

    assert asked == []
    assert query == parse('is:solved type:answer after:2026 "commit barrier"')


def test_the_number_of_queries_is_at_most_four(queries):
    topic("networking")
    PersonFactory(handle="sanfox")
    typed = "tag:networking -tag:x tag:y author:@sanfox author:@b -author:@c product:d product:e "
    with queries() as asked:
        looked_up(typed + " ".join(f"word{number}" for number in range(12)))

    assert len(asked) <= 4


def test_a_topic_that_only_confidential_questions_have_is_unknown_to_strangers():
    account = AccountFactory()
    asker, colleague = PersonFactory(account=account), PersonFactory(account=account)
    QuestionFactory(author=asker, tags=("project-orca",), visibility=Visibility.COMPANY)
    call("project-orca", "orca")

    for viewer in (None, PersonFactory(), SalesFactory()):
        query = looked_up("tag:orca tag:project-orca orca", viewer)
        assert keys(query) == ["", ""]
        assert query.remarks == ("There is no topic orca.", "There is no topic project-orca.")
        assert query.words == (Word("orca"),), "its other name is not told"
    for viewer in (asker, colleague, ExpertFactory()):
        query = looked_up("tag:orca orca", viewer)
        assert keys(query) == ["project-orca"]
        assert query.words[0].also == ("project-orca",)


def test_remarks_of_the_language_stay():
    assert looked_up("is:foo tag:nowhere").remarks == (*parse("is:foo").remarks, "There is no topic nowhere.")
