"""What the operator says about company sign-in, and what a provider says about people."""

import pytest

from app.config import UnsafeSetting
from app.config.issuers import ROLES, read_issuers
from app.people.issuers import Unreachable, claims
from app.people.issuers.metadata import read_metadata
from app.people.models import Role

pytestmark = pytest.mark.pure

GOOD = {
    "OIDC_ISSUERS": "corp",
    "OIDC_CORP_ISSUER": "https://login.northwind.example/realms/people",
    "OIDC_CORP_CLIENT_ID": "community",
    "OIDC_CORP_CLIENT_SECRET": "a secret",
    "OIDC_CORP_ROLES": "engineers=expert, Support%20leads=steward team=a=sales",
}
PUBLISHED = {
    "issuer": GOOD["OIDC_CORP_ISSUER"],
    "authorization_endpoint": "https://login.northwind.example/authorize",
    "token_endpoint": "https://login.northwind.example/token",
    "jwks_uri": "https://login.northwind.example/keys",
}


def issuer(**changes):
    return read_issuers({**GOOD, **changes})[0]


def test_without_a_name_there_is_no_issuer():
    assert read_issuers({}) == ()


def test_an_issuer_has_what_the_operator_says_and_sensible_words_for_the_rest():
    found = issuer()

    assert found.label == "Corp single sign-on"
    assert found.roles_claim == "groups"
    assert found.roles == (("engineers", "expert"), ("Support leads", "steward"), ("team=a", "sales"))
    assert found.origin == "https://login.northwind.example"
    assert "a secret" not in repr(found)


@pytest.mark.parametrize(
    "changes",
    [
        {"OIDC_ISSUERS": "Corp"},
        {"OIDC_ISSUERS": "corp/../x"},
        {"OIDC_CORP_ISSUER": ""},
        {"OIDC_CORP_ISSUER": "http://login.northwind.example"},
        {"OIDC_CORP_ISSUER": "https://"},
        {"OIDC_CORP_ISSUER": "https://login.northwind.example/?tenant=1"},
        {"OIDC_CORP_ISSUER": "https://me:secret@login.northwind.example"},
        {"OIDC_CORP_ISSUER": "https://login.northwind.example:port"},
        {"OIDC_CORP_CLIENT_ID": " "},
        {"OIDC_CORP_CLIENT_SECRET": ""},
        {"OIDC_CORP_ROLES": "engineers=boss"},
        {"OIDC_CORP_ROLES": "engineers"},
        {"OIDC_CORP_ROLES": "=expert"},
        {**{key.replace("CORP", "TWIN"): value for key, value in GOOD.items()}, "OIDC_ISSUERS": "corp twin"},
    ],
    ids=str,
)
def test_what_is_missing_or_unsafe_stops_the_start_with_one_sentence(changes):
    with pytest.raises(UnsafeSetting, match=r"^OIDC_.*\.$"):
        issuer(**changes)


def test_a_provider_on_this_machine_may_do_without_https():
    assert issuer(OIDC_CORP_ISSUER="http://localhost:8080").origin == "http://localhost:8080"


def test_the_roles_of_the_table_are_the_roles_there_are():
    assert set(Role) == ROLES


@pytest.mark.parametrize(
    ("said", "claim", "roles"),
    [
        ({"groups": ["engineers", "football"]}, "groups", ["expert"]),
        ({"groups": "engineers"}, "groups", ["expert"]),
        ({"groups": ["Support leads", "engineers"]}, "groups", ["expert", "steward"]),
        ({"realm_access": {"roles": ["engineers"]}}, "realm_access.roles", ["expert"]),
        ({"https://northwind.example/roles": ["engineers"]}, "https://northwind.example/roles", ["expert"]),
        ({"groups": ["ENGINEERS", "engineers2", 7, None]}, "groups", []),
        ({"groups": {"engineers": True}}, "groups", []),
        ({"realm_access": ["engineers"]}, "realm_access.roles", []),
        ({"email": "boss@northwind.example"}, "groups", []),
        ({}, "groups.a.b", []),
    ],
    ids=str,
)
def test_roles_come_from_the_values_of_one_claim(said, claim, roles):
    assert sorted(claims.roles_in(said, issuer(OIDC_CORP_ROLES_CLAIM=claim))) == roles


def test_a_name_is_put_together_where_it_comes_in_parts():
    assert claims.name_in({"given_name": "Maria", "family_name": "Soto"}) == "Maria Soto"
    assert claims.name_in({"name": ["Maria"]}) == ""
    assert claims.name_in({"name": "M" * 300}) == ""


def test_an_address_is_no_handle():
    assert claims.handle_in({"preferred_username": "maria@northwind.example"}) == ""
    assert claims.handle_in({"nickname": "penguin"}) == "penguin"


def test_an_address_is_proved_only_where_the_provider_says_so():
    assert claims.is_address_proved({"email": "maria@northwind.example", "email_verified": True})
    for said in (False, None, "false", "yes", 1.5, ["true"]):
        assert not claims.is_address_proved({"email": "maria@northwind.example", "email_verified": said})
    assert not claims.is_address_proved({"email_verified": True})


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example"},
        {"issuer": PUBLISHED["issuer"] + "/"},
        {"token_endpoint": "http://login.northwind.example/token"},
        {"token_endpoint": None},
        {"jwks_uri": "http://127.0.0.1/keys"},
        {"userinfo_endpoint": "file:///etc/passwd"},
    ],
    ids=str,
)
def test_a_provider_that_publishes_something_else_is_not_used(changes):
    with pytest.raises(Unreachable):
        read_metadata({**PUBLISHED, **changes}, issuer())


def test_leave_to_ask_again_is_asked_for_where_the_provider_gives_it():
    known = {"scopes_supported": ["openid", "offline_access", "phone"]}

    assert read_metadata({**PUBLISHED, **known}, issuer()).scope == "openid profile email offline_access"
    assert read_metadata(PUBLISHED, issuer()).scope == "openid profile email"
