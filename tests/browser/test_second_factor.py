"""Passkeys and codes in Chromium, with an authenticator that its developer tools pretend to hold."""

import pytest
from playwright.sync_api import expect

from tests.support.axe import axe
from tests.support.mailbox import Mailbox
from tests.support.site import RunningSite
from tests.support.steps import PASSWORD, create_person
from tests.support.totp import code_now

AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, smtp: Mailbox):
    """A site where employees need a second factor, under a name: no passkey belongs to a network address."""
    folder = tmp_path_factory.mktemp("strict-site")
    settings = {"SECOND_FACTOR": "required"}
    with RunningSite(instance=folder, mail_url=smtp.url, host="localhost", settings=settings) as running:
        yield running


@pytest.fixture
def authenticator(page):
    """A platform authenticator in the page's browser: `send(command, …)` to it, and its id."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    number = tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]
    return tools, number


def give_password(page, address):
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    page.context.clear_cookies()
    page.goto("/")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def be_in(page):
    expect(page.get_by_role("link", name="Sign in")).to_have_count(0)
    expect(page.locator(".me .handle")).to_have_count(1)


def set_up_passkey(page, name):
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="passkey").click()


def credentials(authenticator):
    tools, number = authenticator
    return tools.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]


def test_an_employee_sets_up_a_passkey_on_the_way_in_and_signs_in_with_it_alone(site, page, authenticator):
    address = create_person(site, "passing-petra", "Petra Passing", role="expert")
    give_password(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()

    set_up_passkey(page, "This laptop")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    expect(page.locator(".codes code")).to_have_count(10)
    page.get_by_role("link", name="go on").click()
    be_in(page)

    sign_out(page)
    page.goto("/sign-in?next=/settings/second-factor")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    expect(page.locator("main")).to_contain_text("This laptop")
    assert [one["signCount"] for one in credentials(authenticator)] == [2]


def test_a_passkey_is_the_second_step_after_a_password(site, page, authenticator):
    address = create_person(site, "second-sven", "Sven Second", role="steward")
    give_password(page, address)
    set_up_passkey(page, "Blue key")
    page.get_by_role("link", name="go on").click()
    sign_out(page)

    give_password(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    page.get_by_role("button", name="Use your passkey").click()
    be_in(page)


def test_a_copy_of_a_passkey_is_noticed_by_its_count(site, page, authenticator):
    address = create_person(site, "copied-cora", "Cora Copied", role="expert")
    give_password(page, address)
    set_up_passkey(page, "Laptop")
    page.get_by_role("link", name="go on").click()
    tools, number = authenticator
    copy = {**credentials(authenticator)[0], "signCount": 0}
    tools.send("WebAuthn.clearCredentials", {"authenticatorId": number})
    tools.send("WebAuthn.addCredential", {"authenticatorId": number, "credential": copy})
    sign_out(page)

    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert").first).to_contain_text("That did not work")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_an_app_is_set_up_from_the_picture_and_the_key_and_survives_without_scripts(site, new_page):
    address = create_person(site, "appy-anna", "Anna Appleby", role="sales")
    page = new_page(java_script_enabled=False, viewport={"width": 390, "height": 800})
    give_password(page, address)
    expect(page.locator("main")).to_contain_text("An app works without it.")
    page.get_by_role("button", name="Use an app").click()
    expect(page.get_by_role("img", name="The picture for your app")).to_be_visible()
    key = page.locator("code.key").inner_text()
    page.get_by_label("Code").fill(code_now(key))
    page.get_by_role("button", name="It shows this code").click()
    # The first one is waited for; a list is taken as it stands.
    code = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="go on").click()
    be_in(page)

    sign_out(page)
    give_password(page, address)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()
    be_in(page)


def test_its_pages_keep_nobody_out(site, page, authenticator):
    address = create_person(site, "wide-wanda", "Wanda Wide", role="expert")
    page.set_viewport_size({"width": 320, "height": 640})
    give_password(page, address)
    faults = faults_of(page)
    page.get_by_role("button", name="Use an app").click()
    faults += faults_of(page)
    page.get_by_label("Code").fill(code_now(page.locator("code.key").inner_text()))
    page.get_by_role("button", name="It shows this code").click()
    faults += faults_of(page)
    for path in ("/settings/second-factor", "/sign-in/again"):
        page.goto(path)
        faults += faults_of(page)
    page.context.clear_cookies()
    give_password(page, address)
    expect(page.get_by_label("Code")).to_be_visible()

    assert faults + faults_of(page) == []


def faults_of(page):
    """What is wrong with a page, and whether it scrolls sideways."""
    width, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [*axe(page), *([f"{page.url} is too wide"] if width > seen else [])]


def test_a_browser_that_knows_no_passkeys_says_so(site, new_page):
    page = new_page()
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/sign-in")

    expect(page.get_by_text("This browser cannot use passkeys.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_disabled()


def test_at_a_network_address_the_page_says_where_passkeys_work(site, browser):
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/sign-in")

    expect(page.get_by_role("link", name=site.address)).to_have_attribute("href", site.address)
    page.close()
