"""What can be written to make a search work hard: the page with it is still shown in time."""

from __future__ import annotations

import time

import pytest

from app.search.matching import PAGE
from tests.search.conftest import catch_up
from tests.support.factories import QuestionFactory

pytestmark = pytest.mark.usefixtures("index")

LONGEST = 30_000
LONGEST_SECONDS = 5.0
"""Of the processor; with texts as people write them it is a hundredth of that."""


@pytest.mark.parametrize("unit", ["x'", "日"])
def test_a_page_of_texts_that_were_made_to_take_long_is_shown_in_time(client, unit):
    text = (unit * LONGEST)[:LONGEST]
    for _ in range(PAGE):
        QuestionFactory(title="x y 日 1.1 trouble", body=text)
    catch_up()
    start = time.process_time()

    response = client.get("/search", query_string={"q": "x y 日 1.1 x' x/x 日日 x. trouble x'x 1"})

    assert time.process_time() - start < LONGEST_SECONDS
    assert response.status_code == 200
