"""Addresses for machines."""

from xml.dom import minidom

import pytest

from app.kernel.db import write
from app.questions.actions import delete_question
from tests.support.factories import PersonFactory, QuestionFactory

pytestmark = pytest.mark.one_database


def places(response):
    document = minidom.parseString(response.text)
    return [node.firstChild.data for node in document.getElementsByTagName("loc")]


def test_a_site_that_answers_is_alive(client, queries):
    with queries() as seen:
        response = client.get("/healthz")

    assert response.text == "ok\n"
    assert seen == []


@pytest.mark.both_databases
def test_a_site_without_its_database_is_not_ready(app_with, tmp_path):
    site = app_with(database_url=f"sqlite:///{tmp_path / 'gone' / 'x.sqlite'}")
    response = site.test_client().get("/readyz")

    assert response.status_code == 503
    assert response.json["database"] == "unreachable"
    assert response.headers["Retry-After"] == "5"


def test_crawlers_keep_out_of_what_is_not_for_them(client):
    text = client.get("/robots.txt").text

    assert "Disallow: /settings\n" in text
    assert "Disallow: /sales\n" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text


@pytest.mark.both_databases
def test_the_map_names_what_guests_may_see(client):
    author = PersonFactory()
    seen, deleted = QuestionFactory(title="Why does replication stall at 97%?"), QuestionFactory(author=author)
    with write():
        delete_question(deleted, by=author)

    assert places(client.get("/sitemap.xml")) == ["http://127.0.0.1:8000/sitemap.xml?page=0"]
    found = places(client.get("/sitemap.xml?page=0"))
    assert "http://127.0.0.1:8000/promise" in found
    assert f"http://127.0.0.1:8000/questions/{seen.id}/{seen.slug}" in found
    assert not any(f"/questions/{deleted.id}/" in place for place in found)


def test_the_map_has_no_other_pages(client):
    for page in ("1", "-1", "x", "9" * 30, "0" * 9 + "9" * 30, "²"):
        assert client.get(f"/sitemap.xml?page={page}").status_code == 404
