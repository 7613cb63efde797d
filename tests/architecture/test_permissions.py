"""docs/permissions.csv says who gets what, for every route and every role; the site does exactly that.

Run `pytest tests/architecture/test_permissions.py --write-permissions` after adding a route, and read the difference.
"""

import csv
from html.parser import HTMLParser

import pytest

from app.config import ROOT
from tests.support.rights import ROLES, UNSAFE, ask, endpoints, judged, make_world

TABLE = ROOT / "docs" / "permissions.csv"
HEADER = ["route", "method", *ROLES]
# What somebody who is not signed in may send: ways in, and what changes nothing in anybody's name.
PUBLIC_WRITES = {
    "/admin/first-run",
    "/confirm/<token>",
    "/csp-report",
    "/join/<token>",
    "/passkeys/question",
    "/reset",
    "/reset/<token>",
    "/sign-in",
    "/sign-in/passkey",
    "/sign-out",
    "/sign-up",
    "/theme",
}
LOADING = {
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("form", "action"),
}


# Who may do what is decided above the database: the second one only shows that no route's queries fail on it.
ROLES_ON = {"sqlite": ROLES, "postgresql": ("admin", "sales")}


def read_table():
    with TABLE.open(newline="") as file:
        return {(row["route"], row["method"]): {role: row[role] for role in ROLES} for row in csv.DictReader(file)}


def write_table(rights):
    with TABLE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows([*key, *(rights[key][role] for role in ROLES)] for key in sorted(rights))


@pytest.fixture
def met(app, fresh, keep, database_kind):
    """What the roles meet at every route; the world is what it was whenever a request has changed it."""
    rights, pages = {}, {}
    for role in ROLES_ON[database_kind]:
        fresh()
        world = make_world(role)
        take_back = keep()
        for rule, method in endpoints(app):
            response = ask(app, world, rule, method)
            rights.setdefault((rule.rule, method), {})[role] = judged(response)
            if response.mimetype == "text/html":
                pages[role, method, response.request.path] = response.text
            if method in UNSAFE and response.status_code < 400:
                take_back()
                world.browser = None
    return rights, pages


@pytest.mark.timeout(400)
def test_every_route_gives_every_role_what_the_table_says(met, request, database_kind):
    rights, pages = met
    if request.config.getoption("--write-permissions") and database_kind == "sqlite":
        write_table(rights)

    table = read_table().items()
    assert rights == {key: {role: row[role] for role in ROLES_ON[database_kind]} for key, row in table}
    assert faults_of(pages) == []


def test_no_stranger_changes_anything():
    let_in = {
        route
        for (route, method), by_role in read_table().items()
        if method in UNSAFE and by_role["guest"] in {"yes", "refused"} and route not in PUBLIC_WRITES
    }

    assert let_in == set()


def faults_of(pages):
    """Pages that load from another host, or carry a script or a style of their own.

    Most tags stand on many pages, so each is read once, on the first page that holds it.
    """
    begun = {}
    for place, text in pages.items():
        for tag in text.split("<")[1:]:
            begun.setdefault(tag, place)
    faults = []
    for begins, place in begun.items():
        tags = Tags()
        tags.feed(f"<{begins}")
        faults += [(place, fault) for tag, values in tags.seen for fault in tag_faults(tag, values)]
        faults += [(place, f"<{begins}")] * (begins[:1].isalpha() and not tags.seen)
    return faults


class Tags(HTMLParser):
    """Every tag of a page with its attributes. Which of them contains which does not matter here."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, {name: value or "" for name, value in attrs}))


def tag_faults(tag, values):
    if tag == "style" or (tag == "script" and not values.get("src") and not is_data(values)):
        yield f"<{tag}> of its own"
    for name, value in values.items():
        if name == "style" or name.startswith("on"):
            yield f"{name}={value!r}"
        is_elsewhere = value.startswith(("http:", "https:", "//"))
        if (tag, name) in LOADING and is_elsewhere and values.get("rel") != "canonical":
            yield f"{tag} {name}={value!r}"


def is_data(values):
    return values.get("type") == "application/ld+json"


@pytest.mark.pure
@pytest.mark.parametrize(
    "page",
    [
        "<p style='color: red'>",
        "<style>p { color: red }</style>",
        "<script>run()</script>",
        "<img src='//elsewhere.example/a.png'>",
        "<br/><a onclick=run() href='/'>",
    ],
)
def test_what_a_page_may_not_hold_is_found(page):
    fine = '<script type="application/ld+json">{}</script><link rel="canonical" href="https://x.example">'

    assert faults_of({"/": fine}) == []
    assert len(faults_of({"/": f"<main>{page}</main>"})) == 1
