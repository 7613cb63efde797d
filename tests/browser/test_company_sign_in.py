"""An employee comes through the company's own sign-in, answers, and is let go there: with a real provider."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.support.mailbox import Mailbox
from tests.support.ports import free_port
from tests.support.provider import RunningProvider
from tests.support.site import RunningSite
from tests.support.steps import ask, create_person, sign_in

AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
QUESTION = "Why does the second controller restart every night?"
ANSWER = "Its clock is an hour ahead, so it renews the lease too late. Set it to the time server of the first."


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def provider(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with RunningProvider(
        folder=tmp_path_factory.mktemp("provider"),
        redirect_uri=f"http://localhost:{port}/sign-in/company/corp/callback",
        user_name="maria",
        name="Maria Soto",
        address="maria@northwind.example",
        password="the ferry leaves at seven",
    ) as running:
        yield running


@pytest.fixture(scope="module")
def site(
    port: int, provider: RunningProvider, tmp_path_factory: pytest.TempPathFactory, smtp: Mailbox
) -> Iterator[RunningSite]:
    """A site that takes the provider's word for a second. (In shorter time the provider makes the same token twice.)"""
    settings = {**provider.settings, "SECOND_FACTOR": "required", "OIDC_CHECK_SECONDS": "1"}
    folder = tmp_path_factory.mktemp("company-site")
    with RunningSite(instance=folder, mail_url=smtp.url, host="localhost", port=port, settings=settings) as running:
        yield running


@pytest.fixture
def marias_page(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """A page in a browser with a fingerprint reader. What the provider's own pages complain of is not ours."""
    context = browser.new_context(base_url=site.address)
    page = context.new_page()
    page.set_default_timeout(15_000)
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if is_ours(said, site) else None)
    yield page
    context.close()
    assert faults == []


def is_ours(said: ConsoleMessage, site: RunningSite) -> bool:
    """Whether a page of the site broke its own policy."""
    return said.location["url"].startswith(site.address) and "Content Security" in said.text


def sign_in_there(page: Page, provider: RunningProvider) -> None:
    """Give name and password at the provider."""
    page.get_by_role("button", name="Sign in with Northwind single sign-on").click()
    page.wait_for_url(f"{provider.url}/**")
    page.locator("input[name=login]").fill(provider.user_name)
    page.get_by_role("button", name="Continue").click()
    page.locator("input[name=password]").fill(provider.password)
    page.get_by_role("button", name="Sign in").click()


def test_an_employee_comes_by_the_company_and_goes_with_it(provider, site, new_page, marias_page):
    asker = new_page()
    address = create_person(site, "night-shift", "Ines Nightly", at="kestrel.example")
    sign_in(asker, address)
    question = ask(asker, QUESTION, "It logs nothing before that.", "controllers")

    page = marias_page
    page.goto(f"/sign-in?next={question.removeprefix(site.address)}")
    sign_in_there(page, provider)

    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    expect(page.get_by_label("Your name")).to_have_value("Maria Soto")
    page.get_by_label("Your handle").fill("san-penguin")
    page.get_by_role("button", name="Join").click()

    # The claim made her an expert, and whoever has a role shows a second factor before anything else.
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.get_by_label("Name").fill("This laptop")
    page.get_by_role("button", name="passkey").click()
    page.get_by_role("link", name="go on").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    page.get_by_label("Your answer").fill(ANSWER)
    page.get_by_role("button", name="Post your answer").click()
    answer = page.locator("article", has_text=ANSWER).last
    expect(answer).to_contain_text("@san-penguin")
    asker.goto(question)
    expect(asker.locator("article", has_text=ANSWER).last).to_contain_text("Expert")

    provider.lock()
    page.wait_for_load_state("networkidle")
    last_word = time.monotonic()
    while time.monotonic() < last_word + 1:
        asker.reload()
    page.goto("/questions/ask")

    expect(page.get_by_text("Your company sign-in is over")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(asker.locator("article", has_text=ANSWER).last).to_contain_text("Maria Soto")

    # The provider still knows the browser, and gives no code for somebody whose account is locked.
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with Northwind single sign-on").click()
    page.goto("/")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
