"""Experts say when they are away."""

from datetime import UTC, datetime, timedelta

import pytest

from app.kernel.db import db
from tests.support.factories import ExpertFactory, PersonFactory, StewardFactory

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture
def expert(travel_to):
    travel_to(NOW)
    return ExpertFactory(name="Ingrid Solheim", handle="sanfox")


def test_an_expert_is_away_and_comes_back(sign_in, client, expert, travel_to):
    browser = sign_in(expert)
    assert "/settings/away" in browser.get("/settings/profile").text

    saved = browser.post("/settings/away", data={"until": "2026-03-16", "note": "Diego looks after it."})

    assert saved.status_code == 303
    assert 'value="2026-03-16"' in browser.get("/settings/away").text
    assert "Away until 16 March. Diego looks after it." in client.get("/@sanfox").text
    db.session.refresh(expert)
    assert expert.away_until == datetime(2026, 3, 16, tzinfo=UTC)

    travel_to(NOW + timedelta(days=4))
    assert "Away until" not in client.get("/@sanfox").text
    assert sign_in(expert).post("/settings/away/remove").status_code == 303
    db.session.refresh(expert)
    assert (expert.away_until, expert.away_note) == (None, "")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"until": ""}, "Enter the day on which you are back, such as"),
        ({"until": "soon"}, "Enter a day such as"),
        ({"until": "2026-03-12"}, "it must be after today"),
        ({"until": "2031-01-01"}, "more than a year from now"),
        ({"until": "2026-03-20", "note": "x" * 201}, "Keep it to 200 letters"),
        ({"until": "2026-03-20", "note": "\u202ekaerb"}, "letters, digits and usual signs"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_a_sentence(sign_in, expert, form, sentence):
    refused = sign_in(expert).post("/settings/away", data=form)

    assert refused.status_code == 422
    assert sentence in refused.text


@pytest.mark.one_database
@pytest.mark.parametrize("factory", [PersonFactory, StewardFactory])
def test_nobody_else_is_asked(sign_in, factory):
    browser = sign_in(factory())

    assert "/settings/away" not in browser.get("/settings/profile").text
    assert browser.get("/settings/away").status_code == 403
    assert browser.post("/settings/away", data={"until": "2099-01-01"}).status_code == 403
    assert browser.post("/settings/away/remove").status_code == 403
