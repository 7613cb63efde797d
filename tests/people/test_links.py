"""Links to pages elsewhere: a tick only once the page was seen to link back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.jobs.links import check_due_links
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.people import links
from app.people.former_handles import change_handle
from app.people.models import Person, ProfileLink
from tests.support.factories import PersonFactory
from tests.support.web_server import Page, WebServer

HOME = "http://127.0.0.1:8000/@sanfox"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    with WebServer(tmp_path_factory.mktemp("tls")) as server:
        yield server


@pytest.fixture
def allowed(app, elsewhere, monkeypatch):
    """The site, allowed to read that one server."""
    monkeypatch.setenv("SSL_CERT_FILE", str(elsewhere.certificate))
    before = app.extensions["firsthand.settings"]
    app.extensions["firsthand.settings"] = replace(before, outbound_allowed=(f"localhost:{elsewhere.port}",))
    yield f"https://localhost:{elsewhere.port}"
    app.extensions["firsthand.settings"] = before


@pytest.fixture
def ingrid():
    return PersonFactory(handle="sanfox", name="Ingrid Solheim")


def link(person, address):
    with write():
        return links.add_link(person, address)


def again(one):
    return db.session.get_one(ProfileLink, one.id, populate_existing=True)


@pytest.mark.pure
@pytest.mark.parametrize(
    "html",
    [
        f'<a href="{HOME}" rel="me">me</a>',
        f'<link rel="me" href="{HOME}">',
        f"<A REL='nofollow ME noopener' HREF=' {HOME} '>",
        '<a rel="me" href="http://127.0.0.1:8000/@SanFox?from=here#top">',
        f'<a rel="me" href="{HOME}"><![unknown[ ]]>',
    ],
)
def test_a_page_links_back_with_rel_me(html):
    assert links.links_back(f"<!doctype html><title>x</title>{html}", [HOME])


@pytest.mark.pure
@pytest.mark.parametrize(
    "html",
    [
        f'<a href="{HOME}">me</a>',
        f'<a rel="friend" href="{HOME}">',
        f'<a rel="meet" href="{HOME}">',
        f'<img rel="me" href="{HOME}">',
        f'<!-- <a rel="me" href="{HOME}"> -->',
        f'<script>"<a rel=me href={HOME}>"</script>',
        f'<textarea><a rel="me" href="{HOME}">what a visitor typed</a></textarea>',
        '<a rel="me" href="http://127.0.0.1:8000/@sanfox2">',
        '<a rel="me" href="https://127.0.0.1:8000/@sanfox">',
        '<a rel="me" href="http://127.0.0.1:8001/@sanfox">',
        '<a rel="me" href="http://127.0.0.1.evil.example:8000/@sanfox">',
        '<a rel="me" href="http://evil.example/?http://127.0.0.1:8000/@sanfox">',
        '<a rel="me" href="/@sanfox">',
        '<a rel="me" href="http://[bad">',
        '<a rel="me" href>',
        f"&lt;a rel=me href={HOME}&gt;",
        f'<p title="unclosed <a rel="me" href="{HOME}">',
    ],
)
def test_anything_else_proves_nothing(html):
    assert not links.links_back(html, [HOME])


def test_a_page_that_links_back_has_a_tick_until_it_does_no_more(ingrid, allowed, elsewhere, travel_to):
    travel_to(clock.now())
    elsewhere.pages["/me"] = Page(f'<a rel="me" href="{HOME}">Me</a>')
    made = link(ingrid, f"{allowed}/me")
    assert again(made).verified_at is None

    assert check_due_links() == 1
    assert again(made).verified_at == clock.now()
    assert check_due_links() == 0

    elsewhere.pages["/me"] = Page("<p>Under construction</p>")
    travel_to(clock.now() + links.CHECKED_EVERY + timedelta(minutes=1))
    assert check_due_links() == 1
    assert again(made).verified_at is None
    assert again(made).problem == links.DOES_NOT_LINK


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (Page(status=302, headers={"Location": "/me"}), "sends its readers elsewhere"),
        (Page(f'<a rel="me" href="{HOME}">', status=404), links.NO_PAGE),
        (Page(f'<a rel="me" href="{HOME}">', content_type="text/plain"), links.NO_PAGE),
        (Page("x" * links.MOST_READ + f'<a rel="me" href="{HOME}">'), links.DOES_NOT_LINK),
    ],
)
def test_what_is_no_page_that_links_back_is_no_proof(ingrid, allowed, elsewhere, page, problem):
    elsewhere.pages["/"] = page
    made = link(ingrid, allowed)

    check_due_links()

    assert again(made).verified_at is None
    assert problem in again(made).problem


@pytest.mark.one_database
def test_a_name_that_leads_inside_is_not_read(ingrid, elsewhere):
    with pytest.raises(RuleBroken):
        link(ingrid, f"https://localhost:{elsewhere.port}/")


@pytest.mark.one_database
def test_somebody_who_is_called_otherwise_now_is_checked_again_and_stays_proven(ingrid, allowed, elsewhere):
    elsewhere.pages["/me"] = Page(f'<link rel="me" href="{HOME}">')
    made = link(ingrid, f"{allowed}/me")
    check_due_links()
    with write():
        change_handle(db.session.get_one(Person, ingrid.id), "tromso-fox", brands=())

    assert check_due_links() == 1
    assert again(made).verified_at is not None


@pytest.mark.one_database
def test_there_are_five_links_at_most_and_none_twice(ingrid):
    for number in range(links.MOST_LINKS):
        link(ingrid, f"https://penguin.example/{number}")
    with pytest.raises(RuleBroken, match="already"):
        link(ingrid, "https://penguin.example/1")
    with pytest.raises(RuleBroken, match="Take one away"):
        link(ingrid, "https://penguin.example/more")


@pytest.mark.one_database
def test_whoever_waits_longest_is_checked_first_and_some_are_left_for_later(ingrid, travel_to):
    start = clock.now()
    made = [link(ingrid, f"https://penguin.example/{number}") for number in range(5)]
    with write():
        for days, one in zip((40, 31, 50, 2), made, strict=False):
            again(one).checked_at = start - timedelta(days=days)

    assert [due.link_id for due in links.due_checks(2)] == [made[4].id, made[2].id]
    assert len(links.due_checks(10)) == 4
