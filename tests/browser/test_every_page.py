"""Every page of the demo community, for everybody: usable with any eyes, on any screen, by day and by night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.support.axe import axe
from tests.support.mailbox import Mailbox
from tests.support.site import RunningSite

# Where each role begins to look around. What looks the same for everybody is looked at by the guest and the member.
START = {
    "guest": [
        *("/", "/search?q=replication", "/search?q=zzyzx", "/nothing-is-here", "/sign-up", "/reset", "/tags"),
        *("/search", "/search?q=replication+zzyzx+is:solved+-tape", "/search?q=Ingrid", '/search?q="zzyzx+x"+foo:bar'),
        *("/@sanfox", "/experts", "/experts?topic=zzyzx", "/experts/posts", "/meetings"),
        *("/boards", "/@sanfox/reputation"),
    ],
    "member": [
        *("/questions/ask", "/settings/profile", "/settings/address", "/settings/password", "/sign-out"),
        *("/settings/privacy", "/settings/sessions", "/settings/second-factor", "/settings/handle"),
        *("/settings/invitations", "/meetings/yours", "/inbox", "/searches"),
        "/search?q=firmware",
    ],
    "expert": ["/desk", "/desk/replies", "/desk/listening", "/settings/away", "/meetings/offer"],
    "sales": [
        *("/sales", "/sales/outcomes", "/sales/outcomes?of=closed", "/sales/outcomes/new", "/sales/outcomes/5"),
        *("/sales/introductions", "/sales/introductions/2", "/sales/definition"),
    ],
    "admin": [
        *("/admin", "/admin/people", "/admin/people/sanfox", "/admin/people/martak", "/admin/accounts"),
        *("/admin/accounts/1", "/admin/accounts/new", "/admin/products", "/admin/choices", "/admin/invitations"),
        *("/admin/health", "/admin/audit", "/admin/texts/privacy", "/desk/votes"),
    ],
}
MOST_PAGES = {"guest": 40, "member": 22, "expert": 8, "sales": 12, "admin": 14}
NOT_PAGES = (".atom", ".csv", ".ics", ".xml", ".txt", ".png", ".svg")
SMALL = {"width": 320, "height": 640}
# What makes a page scroll sideways, if it does.
TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= wide) return []
  return [...document.querySelectorAll("body *")]
    .filter(element => element.getBoundingClientRect().right > wide)
    .map(element => `${element.tagName.toLowerCase()}.${element.className}`)
}"""
LARGE = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, smtp: Mailbox) -> Iterator[RunningSite]:
    """The site with the demo community."""
    running = RunningSite(instance=tmp_path_factory.mktemp("demo"), mail_url=smtp.url)
    running.flask("db", "upgrade")
    running.flask("demo", "load")
    with running:
        yield running


@pytest.fixture(scope="module")
def sign_ins(site: RunningSite) -> dict[str, tuple[str, str]]:
    """Address and password of somebody for each role."""
    lines = (site.instance / "demo-sign-ins.txt").read_text().splitlines()
    people = [line.split() for line in lines if line.count(" ") == 2]
    return {role: (address, password) for role, address, password in people}


@pytest.mark.parametrize("role", START)
def test_nobody_is_kept_out(new_page: Callable[..., Page], sign_ins: dict[str, tuple[str, str]], role: str):
    page = new_page(viewport=LARGE)
    if role != "guest":
        sign_in(page, *sign_ins[role])

    assert look_around(page, START[role], MOST_PAGES[role]) == []


def test_a_form_with_faults_keeps_nobody_out_either(new_page: Callable[..., Page], sign_ins):
    page = new_page(viewport=LARGE)
    sign_in(page, *sign_ins["member"])
    page.goto("/questions/ask")
    page.evaluate("document.querySelectorAll('main form').forEach(form => { form.noValidate = true })")
    page.locator("main").get_by_role("button", name="Post your question").click()
    page.wait_for_load_state()

    assert page.get_by_role("alert").count() or page.locator("[aria-invalid=true]").count()
    assert faults_of(page) == []


def test_a_fault_is_found(new_page: Callable[..., Page]):
    page = new_page(viewport=LARGE)
    page.goto("/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")

    assert any("label" in fault for fault in faults_of(page))


def sign_in(page: Page, address: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    assert "/sign-in" not in page.url


def look_around(page: Page, start: list[str], most: int) -> list[str]:
    """Faults of `start` and of what can be reached from there: one page of each shape, since the next looks alike."""
    waiting, seen, faults = list(start), set[tuple[str, int]](), list[str]()
    for number in range(most):
        path = next((path for path in waiting if number < len(start) or shape(path) not in seen), None)
        if path is None:
            break
        waiting.remove(path)
        seen.add(shape(path))
        page.goto(path)
        waiting += links_of(page)
        faults += faults_of(page)
    return faults


def links_of(page: Page) -> list[str]:
    links = page.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
    return [link for link in links if not urlsplit(link).path.endswith(NOT_PAGES)]


def shape(path: str) -> tuple[str, int]:
    """Pages of one shape come from one template: `/questions/7/why` and `/questions/8/how`."""
    segments = urlsplit(path).path.strip("/").split("/")
    return ("@" if segments[0].startswith("@") else segments[0]), len(segments)


def faults_of(page: Page) -> list[str]:
    """What is wrong with the page as it stands, in light and dark colours and on a small screen."""
    path = urlsplit(page.url).path
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    faults = [f"{path} {fault}" for fault in axe(page)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    faults += [f"{path} (dark) {fault}" for fault in axe(page, only="color-contrast")]
    page.set_viewport_size(SMALL)
    faults += [f"{path} is too wide for a small screen: {element}" for element in page.evaluate(TOO_WIDE)]
    page.set_viewport_size(LARGE)
    return faults
