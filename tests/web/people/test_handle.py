"""/settings/handle, and the addresses of whoever was called otherwise before."""

import pytest

from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.people import actions, queries
from app.people.former_handles import change_handle
from app.people.handles import PATTERN, check_handle
from app.people.models import KeptHandle, Role
from tests.support.factories import AnswerFactory, ExpertFactory, PersonFactory

pytestmark = pytest.mark.one_database


def test_a_member_changes_the_handle(sign_in):
    ana = PersonFactory(handle="ana_costa", name="Ana Costa")
    browser = sign_in(ana)
    assert 'value="ana_costa"' in browser.get("/settings/handle").text

    assert browser.post("/settings/handle", data={"handle": "@AnaC"}).status_code == 303
    page = browser.get("/settings/handle").text

    assert "You are @AnaC now" in page
    assert "<li>@ana_costa</li>" in page
    refused = browser.post("/settings/handle", data={"handle": "somebody"})
    assert refused.status_code == 422
    assert "less than 90 days ago" in refused.text
    assert 'value="somebody"' in refused.text
    assert browser.post("/settings/handle", data={"handle": ""}).status_code == 422


def test_old_addresses_lead_to_the_new_ones(client):
    vera = ExpertFactory(handle="vera", name="Vera Lind")
    AnswerFactory(author=vera)
    with write():
        change_handle(vera, "VeraLind", brands=("northwind",))

    for path in ("/@vera", "/@VERA", "/@veralind"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (301, "/@VeraLind")
    feed = client.get("/feeds/experts/vera.atom")
    assert (feed.status_code, feed.location) == (301, "/feeds/experts/VeraLind.atom")
    assert client.get("/feeds/experts/veralind.atom").status_code == 200
    assert client.get("/@vera_linda").status_code == 404


def test_every_first_part_of_a_path_is_kept_for_the_site(app):
    """Handles stand behind an @ today; none shall read as a part of the site all the same."""
    firsts = {rule.rule.split("/")[1].split(".")[0].split("<")[0] for rule in app.url_map.iter_rules()}
    for first in firsts:
        if PATTERN.fullmatch(first):
            with pytest.raises(RuleBroken):
                check_handle(first, brands=())


def test_whoever_left_keeps_the_handle(client):
    vera = ExpertFactory(handle="vera", name="Vera Lind")
    with write():
        actions.revoke_role(vera, Role.EXPERT)

    assert client.get("/@vera").status_code == 200
    assert db.session.get_one(KeptHandle, "vera").by_employee
    assert queries.is_handle_taken("v-e-r-a")
