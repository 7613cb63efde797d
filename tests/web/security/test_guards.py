"""What stands between a request and a page."""

import json
import runpy
import subprocess
import sys

import pytest

from app import create_app
from app.config import DEMO_SIGN_INS, ROOT, UnsafeSetting, read_settings
from app.web.security.places import safe_next
from tests.support.factories import PersonFactory
from tests.support.settings import ADDRESS_KEY, SECRET_KEY

pytestmark = pytest.mark.one_database

PASSWORD = "four words that nobody guesses"
KEYS = {
    "SECRET_KEY": "k" * 3 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "ADDRESS_KEY": "0123456789zyxwvutsrqponmlkjihgfedcba",
}


@pytest.fixture
def marta():
    return PersonFactory(address="marta@fernhill.example", password=PASSWORD)


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.test", "/\\evil.test", "\\\\evil.test", "https:evil.test", "https://evil.test/",
        "javascript:alert(1)", "%2f%2fevil.test",
        "/%09/evil.test", "/\t/evil.test", "/%0d%0aSet-Cookie:x", "/%5cevil.test", "/%2f%2fevil.test",
        "evil.test", "", None, "/there-is-no-such-page", "/sign-in\n", "/ /evil.test", "/%2fevil.test", "///evil.test",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(app, wanted):
    with app.test_request_context():
        assert safe_next(wanted) == "/"


@pytest.mark.parametrize(
    "wanted", ["/", "/settings/profile", "/reset?x=1", "/settings/password#top", "/questions?after=a%3D"]
)
def test_pages_of_ours_are_gone_on_to(app, wanted):
    with app.test_request_context():
        assert safe_next(wanted) == wanted


@pytest.mark.parametrize("wanted", ["//evil.test", "https:evil.test", "/%09/evil.test"])
def test_signing_in_stays_on_this_site(client, marta, wanted):
    fields = {"email": "marta@fernhill.example", "password": PASSWORD, "next": wanted}

    assert client.post("/sign-in", data=fields).location == "/"


def test_pages_tell_browsers_what_they_never_do(client):
    headers = client.get("/sign-in").headers
    policy = headers["Content-Security-Policy"]

    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "upgrade-insecure-requests" not in policy
    assert "Strict-Transport-Security" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "private, no-store"


def test_over_https_browsers_stay_there(app_with):
    site = app_with(base_url="https://community.northwind.example", trusted_hosts=("community.northwind.example",))
    headers = site.test_client().get("/sign-in", base_url="https://community.northwind.example").headers

    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert "upgrade-insecure-requests" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("page", ["/healthz", "/readyz", "/robots.txt", "/sitemap.xml"])
def test_what_is_no_page_may_load_nothing(client, page):
    assert client.get(page).headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_refusals_have_the_headers_too(client):
    assert "X-Frame-Options" in client.get("/there-is-no-such-page").headers


def test_forms_without_a_token_are_refused(client, marta):
    fields = {"email": "marta@fernhill.example", "password": PASSWORD}
    response = client.post("/sign-in", data=fields, csrf=False)

    assert response.status_code == 400
    assert "Go back" in response.text


def test_a_token_of_another_browser_is_refused(app, client, marta):
    other = app.test_client().csrf_token()
    response = client.post("/sign-out", headers={"X-CSRFToken": other}, csrf=False)

    assert response.status_code == 400


def test_a_token_from_before_signing_in_is_refused(client, marta):
    before = client.csrf_token()
    client.post("/sign-in", data={"email": "marta@fernhill.example", "password": PASSWORD})

    assert client.post("/sign-out", headers={"X-CSRFToken": before}, csrf=False).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:81", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_forms_from_other_sites_are_refused_even_with_a_token(client, marta, headers):
    fields = {"email": "marta@fernhill.example", "password": PASSWORD}

    assert client.post("/sign-in", data=fields, headers=headers).status_code == 403


@pytest.mark.parametrize("origin", ["http://localhost", "http://127.0.0.1:8000"])
def test_forms_of_ours_go_through_by_either_name(client, marta, origin):
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    fields = {"email": "marta@fernhill.example", "password": PASSWORD}

    assert client.post("/sign-in", data=fields, headers=headers).status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/there-is-no-such-page"])
def test_other_hosts_are_refused(client, path):
    response = client.get(path, headers={"Host": "evil.test"})

    assert response.status_code == 400
    assert "evil.test" not in response.text


def test_methods_cannot_be_changed_by_a_header(client, marta):
    client.post("/sign-in", data={"email": "marta@fernhill.example", "password": PASSWORD})
    client.get("/sign-out", headers={"X-HTTP-Method-Override": "POST", "X-Original-URL": "/sign-out"})

    assert client.get("/settings/profile").status_code == 200


@pytest.mark.parametrize("path", ["/sign-out", "/confirm/x", "/reset/x"])
def test_opening_an_address_changes_nothing(client, marta, path):
    client.post("/sign-in", data={"email": "marta@fernhill.example", "password": PASSWORD})
    client.get(path)

    assert client.get("/settings/profile").status_code == 200


def test_too_large_forms_are_refused(client):
    assert client.post("/sign-in", data={"email": "x" * 1_200_000}).status_code == 413
    assert client.post("/sign-in", data={f"f{number}": "x" for number in range(60)}).status_code in {413, 422}


def test_reports_of_browsers_are_taken(client):
    report = {"csp-report": {"violated-directive": "img-src", "document-uri": "http://127.0.0.1:8000/reset/secret"}}
    taken = client.post("/csp-report", data=json.dumps(report), content_type="application/csp-report", csrf=False)
    broken = client.post("/csp-report", data="[" * 5_000, content_type="application/csp-report", csrf=False)

    assert taken.status_code == 204
    assert broken.status_code == 400


@pytest.mark.pure
@pytest.mark.parametrize("secret", ["", "short", "change-me", "a" * 40, "secret"])
def test_the_site_does_not_start_with_a_weak_secret(secret):
    with pytest.raises(UnsafeSetting):
        read_settings({**KEYS, "SECRET_KEY": secret, "INSTANCE": "/nowhere"})


@pytest.mark.pure
@pytest.mark.parametrize(
    "change",
    [
        {"RATE_LIMITS": "off", "BASE_URL": "https://community.example.com"},
        {"BASE_URL": "http://community.example.com"},
        {"BASE_URL": "community.example.com"},
        {"SECOND_FACTOR": "never"},
        {"RATE_LIMITS": "of"},
        {"SECRET_KEY_FALLBACKS": f"{SECRET_KEY} change-me"},
        {"OIDC_CHECK_SECONDS": "0"},
        {"OIDC_CHECK_SECONDS": "²"},
        {"MAIL_URL": "http://mail.example.com"},
        {"MAIL_FROM": ""},
        {"MAIL_FROM": "community"},
        {"MAIL_FROM": "community@"},
        {"MAIL_FROM": "Community <community@example.com>"},
        {"MAIL_FROM": "ana@example.com, bo@example.com"},
        {"MAIL_FROM": "community@example..com"},
        {"MAIL_FROM": "community@example.com\nBcc: x"},
        {"WEB_WORKERS": "0"},
        {"WEB_WORKERS": "-1"},
        {"WEB_THREADS": "0"},
        {"WEB_THREADS": "many"},
        {"DATABASE_URL": "mysql://x"},
        {"ADDRESS_KEY": KEYS["SECRET_KEY"]},
        {"TRUSTED_PROXY_HOPS": "many"},
        {"LOG_LEVEL": "LOUD"},
        {"AFFINITY_ENABLED": "flase"},
    ],
)
def test_the_site_does_not_start_with_an_unsafe_setting(change):
    with pytest.raises(UnsafeSetting):
        read_settings({**KEYS, "INSTANCE": "/nowhere", **change})


@pytest.mark.pure
@pytest.mark.parametrize("address", ["community@localhost", "no-reply+site@mail.example.com", "o'neil@10.0.0.5"])
def test_an_address_of_any_host_may_be_the_sender(address):
    assert read_settings({**KEYS, "INSTANCE": "/nowhere", "MAIL_FROM": address}).mail_from == address


@pytest.mark.pure
def test_a_number_that_is_too_small_is_refused_in_one_sentence():
    with pytest.raises(UnsafeSetting, match=r"^WEB_WORKERS must be a whole number of 1 or more, not '0'\.$"):
        read_settings({**KEYS, "INSTANCE": "/nowhere", "WEB_WORKERS": "0"})


@pytest.mark.pure
def test_the_web_server_alone_says_so_in_the_same_sentence(monkeypatch):
    monkeypatch.setenv("WEB_THREADS", "-2")

    with pytest.raises(SystemExit, match=r"^WEB_THREADS must be a whole number of 1 or more, not '-2'\.$"):
        runpy.run_path(str(ROOT / "gunicorn.conf.py"))


@pytest.mark.pure
def test_a_file_in_the_place_of_the_instance_is_refused(tmp_path):
    taken = tmp_path / "taken"
    taken.touch()

    with pytest.raises(UnsafeSetting, match="INSTANCE must be a folder"):
        create_app(read_settings({**KEYS, "INSTANCE": str(taken)}))


@pytest.mark.pure
def test_only_the_demo_does_without_a_second_factor_by_itself(tmp_path):
    own = {"INSTANCE": str(tmp_path), "SECRET_KEY": SECRET_KEY, "ADDRESS_KEY": ADDRESS_KEY}
    alone = read_settings(own).second_factor
    (tmp_path / DEMO_SIGN_INS).touch()
    with_demo = read_settings(own).second_factor
    (tmp_path / "secrets.env").write_text("SECOND_FACTOR=required\n")

    assert (alone, with_demo, read_settings(own).second_factor) == ("required", "offered", "required")


def test_a_refused_start_says_why_in_one_sentence(tmp_path):
    started = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "routes"],
        cwd=ROOT,
        env={"INSTANCE": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode != 0
    assert "SECRET_KEY is missing" in started.stderr
    assert "Traceback" not in started.stderr
