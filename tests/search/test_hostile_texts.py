"""What can be written to make a search work hard: the page with it is still shown in time."""

from __future__ import annotations

import pytest

from app.search.matching import PAGE
from tests.search.conftest import catch_up
from tests.support.effort import effort
from tests.support.factories import QuestionFactory

pytestmark = pytest.mark.usefixtures("index")

LONGEST = 30_000
MOST = 500
"""With texts as people write them it is a hundredth of that."""


@pytest.mark.parametrize("unit", ["x'", "日"])
def test_a_page_of_texts_that_were_made_to_take_long_is_shown_in_time(client, unit):
    text = (unit * LONGEST)[:LONGEST]
    for _ in range(PAGE):
        QuestionFactory(title="x y 日 1.1 trouble", body=text)
    catch_up()

    def search() -> None:
        assert client.get("/search", query_string={"q": "x y 日 1.1 x' x/x 日日 x. trouble x'x 1"}).status_code == 200

    assert effort(search, enough=MOST) <= MOST
