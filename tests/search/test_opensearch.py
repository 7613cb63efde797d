"""How browsers learn to search the site from their own box."""

from __future__ import annotations

import pytest
from defusedxml import ElementTree

from app.web.machines.opensearch import LONGEST_SHORT_NAME, short

NAMESPACE = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_pages_name_it_and_it_names_the_ways_to_search(client):
    assert 'type="application/opensearchdescription+xml"' in client.get("/").text

    response = client.get("/opensearch.xml")

    assert response.mimetype == "application/opensearchdescription+xml"
    found = ElementTree.fromstring(response.text)
    templates = {url.get("type"): url.get("template") for url in found.findall(f"{NAMESPACE}Url")}
    base = "http://127.0.0.1:8000"
    assert templates == {
        "text/html": f"{base}/search?q={{searchTerms}}",
        "application/atom+xml": f"{base}/search.atom?q={{searchTerms}}",
        "application/x-suggestions+json": f"{base}/search/suggest.json?q={{searchTerms}}",
        "application/opensearchdescription+xml": f"{base}/opensearch.xml",
    }


def test_every_way_to_search_works(client):
    found = ElementTree.fromstring(client.get("/opensearch.xml").text)

    for url in found.findall(f"{NAMESPACE}Url"):
        path = url.get("template").removeprefix("http://127.0.0.1:8000").replace("{searchTerms}", "caf%C3%A9+%26+bar")
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.mimetype == url.get("type")
    image = found.findtext(f"{NAMESPACE}Image").removeprefix("http://127.0.0.1:8000")
    assert client.get(image).mimetype == "image/svg+xml"


def test_a_name_of_the_site_cannot_bring_markup_along(app_with):
    site = app_with(site_name='A "B" <C> & D, a very long name')

    found = ElementTree.fromstring(site.test_client().get("/opensearch.xml").text)

    assert found.findtext(f"{NAMESPACE}ShortName") == 'A "B" <C> & D, a'
    assert found.findtext(f"{NAMESPACE}LongName") == 'A "B" <C> & D, a very long name'


@pytest.mark.pure
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Firsthand", "Firsthand"),
        ("Northwind TechCenter", "Northwind"),
        ("Exactly sixteen!", "Exactly sixteen!"),
        ("Donaudampfschifffahrt", "Donaudampfschiff"),
    ],
)
def test_a_short_name_ends_with_a_word_where_it_can(name, expected):
    assert short(name) == expected
    assert len(expected) <= LONGEST_SHORT_NAME
