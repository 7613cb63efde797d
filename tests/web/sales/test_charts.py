"""Lines of twelve months: the whole year is the axis, missing weeks are gaps, and words say the same."""

from datetime import UTC, datetime, timedelta

import pytest

from app.web.sales.charts import YEAR, Frame, draw

pytestmark = pytest.mark.pure

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
FRAME = Frame(width=216, height=72, until=NOW)


def weeks_ago(*pairs: tuple[int, int]) -> list[tuple[datetime, int]]:
    return [(NOW - timedelta(weeks=weeks), score) for weeks, score in pairs]


@pytest.mark.parametrize("points", [[], weeks_ago((0, 40))])
def test_one_point_makes_no_line(points):
    assert draw(points, FRAME) is None


def test_the_year_is_the_axis():
    curve = draw([(NOW - YEAR, 10), (NOW, 20)], FRAME)

    assert curve.path == "M0 38h0M216 4h0"
    assert curve.end == (216, 4)
    assert curve.top == 20
    assert [month for _across, month in curve.months] == ["March", "September", "March"]


@pytest.mark.parametrize(("most", "top"), [(0, 20), (20, 20), (21, 40), (100, 100)], ids=str)
def test_the_scale_holds_the_line(most, top):
    assert draw(weeks_ago((1, 0), (0, most)), FRAME).top == top


def test_missing_weeks_leave_a_gap():
    curve = draw(weeks_ago((5, 10), (4, 10), (1, 20), (0, 20)), FRAME)

    assert curve.path.count("M") == 2
    assert curve.path.count("L") == 2


def test_the_words_say_what_the_line_shows():
    curve = draw(weeks_ago((3, 12), (2, 9), (1, 30), (0, 25)), FRAME)

    assert curve.words.startswith("Affinity over twelve months: 12 on 27 February")
    assert curve.words.endswith(", between 9 and 30")
