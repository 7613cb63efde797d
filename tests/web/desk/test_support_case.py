"""The operator's own link to a support case."""

import pytest

from app.config import UnsafeSetting, read_settings
from tests.support.client import signed_in
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory, ProductFactory, QuestionFactory
from tests.web.security.test_guards import KEYS

pytestmark = pytest.mark.one_database

CASE = "https://support.example.com/new?subject={title}&about={url}&product={product}&version={version}"
WORDS = "Take this to a support case"


@pytest.fixture
def asker():
    return PersonFactory(account=AccountFactory())


@pytest.fixture
def question(asker):
    product = ProductFactory(name="Halyard 400", slug="halyard")
    title = "Why does 50% & more of “Kabelsalat” stop?"
    return QuestionFactory(author=asker, title=title, product=product, product_version="7.2/4")


def page_of(browser, question):
    return browser.get(f"/questions/{question.id}/{question.slug}").text


def test_it_carries_what_the_question_says_percent_encoded(app_with, asker, question):
    site = app_with(support_case_url=CASE)

    page = page_of(signed_in(site, asker), question)

    assert WORDS in page
    base = site.extensions["firsthand.settings"].base_url
    about = f"{base}/questions/{question.id}".replace(":", "%3A").replace("/", "%2F")
    title = "Why%20does%2050%25%20%26%20more%20of%20%E2%80%9CKabelsalat%E2%80%9D%20stop%3F"
    words = f"subject={title}&amp;about={about}&amp;product=Halyard%20400&amp;version=7.2%2F4"
    assert f'href="https://support.example.com/new?{words}" rel="noopener noreferrer"' in page


def test_it_is_for_the_asker_and_for_experts(app_with, question):
    site = app_with(support_case_url=CASE)

    assert WORDS in page_of(signed_in(site, ExpertFactory()), question)
    assert WORDS not in page_of(signed_in(site, PersonFactory()), question)
    assert WORDS not in page_of(site.test_client(), question)


def test_without_such_a_place_there_is_no_link(sign_in, asker, question):
    assert WORDS not in page_of(sign_in(asker), question)


@pytest.mark.pure
@pytest.mark.parametrize("address", ["", CASE, "http://127.0.0.1:9000/?t={title}", "https://support.example.com"])
def test_a_safe_address_is_taken(address):
    assert read_settings({**KEYS, "INSTANCE": "/nowhere", "SUPPORT_CASE_URL": address}).support_case_url == address


@pytest.mark.pure
@pytest.mark.parametrize(
    "change",
    [
        {"SUPPORT_CASE_URL": "http://support.example.com/{title}"},
        {"SUPPORT_CASE_URL": "javascript:alert(1)"},
        {"SUPPORT_CASE_URL": "https://{title}.example.com"},
        {"SUPPORT_CASE_URL": "https://support.example.com/{asker}"},
        {"SUPPORT_CASE_URL": "https://support.example.com/{title"},
        {"SUPPORT_CASE_URL": "https://[support"},
        {"SUPPORT_CASE_URL": "https:///new"},
        {"DESK_RISE_HOURS": "0"},
        {"DESK_RISE_HOURS": "soon"},
    ],
)
def test_an_unsafe_setting_stops_the_start(change):
    with pytest.raises(UnsafeSetting, match=r"^[A-Z_]+ .*\.$"):
        read_settings({**KEYS, "INSTANCE": "/nowhere", **change})
