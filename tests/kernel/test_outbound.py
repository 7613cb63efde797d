"""The one way out: https to the public internet, whatever is typed and wherever a name leads."""

import socket
import threading
import time
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import outbound
from app.kernel.outbound import AddressRefused, NoAnswer, check_address, fetch, why_denied
from tests.support.web_server import Page, WebServer

pytestmark = pytest.mark.pure

PUBLIC = "93.184.215.14"

NOT_TO_BE_READ = [
    "127.0.0.1", "0.0.0.0", "0", "169.254.169.254", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fec0::1]", "[fe80::1]", "[fe80::1%25eth0]",
    "[fd00::1]", "[ff02::1]", "2130706433", "0177.0.0.1", "0x7f.1", "0x7f000001", "127.1", "127.0.1", "017700000001",
    "localhost", "localhost.", "LOCALHOST", "ｌｏｃａｌｈｏｓｔ", "127。0。0。1", "①②⑦.⓪.⓪.①", "10.0.0.1", "100.64.0.1",
    "192.168.1.1", "172.31.255.255", "224.0.0.1", "255.255.255.255", "8.8.8.8", "[2606:4700::1111]", "penguin.1",
    "a_b.example", "-a.example", "penguin.example.", "", "a..b", "x" * 64 + ".example",
]  # fmt: skip


@pytest.mark.parametrize("host", NOT_TO_BE_READ)
def test_a_host_is_a_full_name_and_nothing_that_could_be_a_number(host):
    with pytest.raises(AddressRefused):
        check_address(f"https://{host}/me")


@pytest.mark.parametrize(
    "address",
    [
        "http://penguin.example/", "file:///etc/passwd", "gopher://penguin.example/", "ftp://penguin.example/",
        "//penguin.example/", "penguin.example", "javascript:alert(1)", "data:text/html,x", "",
        "https://penguin.example:80/", "https://penguin.example:22/", "https://penguin.example:0/",
        "https://penguin.example:99999/", "https://penguin.example:x/", "https://me@penguin.example/",
        "https://me:word@penguin.example/", "https://penguin.example\\@10.0.0.1/", "https://penguin.example/a b",
        "https://penguin.example/\r\nHost: x", "https://penguin.example/\x00", "https://[", "https://[::1",
        "https://penguin.example/" + "x" * 300,
    ],
)  # fmt: skip
def test_an_address_is_https_at_a_port_of_https(address):
    with pytest.raises(AddressRefused):
        check_address(address)


def test_an_address_is_taken_apart_once():
    assert check_address("https://Penguin.Example:8443/möwe?a=ü#part").authority == "penguin.example:8443"
    assert check_address("https://penguin.example/möwe?a=ü#part").path == "/m%C3%B6we?a=%C3%BC"
    assert check_address("https://bücher.example").host == "xn--bcher-kva.example"
    assert check_address("https://penguin.example").path == "/"


@pytest.mark.parametrize("host", ["straße.example", "STRASSE.straẞe.example", "όδος.example"])
def test_a_name_that_was_once_spelt_otherwise_in_ascii_is_asked_for_in_ascii(host):
    """Messages for straße.example are not for whoever has strasse.example."""
    with pytest.raises(AddressRefused, match="xn--"):
        check_address(f"https://{host}/me")
    assert check_address("https://xn--strae-oqa.example/me").host == "xn--strae-oqa.example"


DENIED = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:10.0.0.1", "::ffff:93.184.215.14", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1",
    "2001::1", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:a00:1::", "3fff::1", "5f00::1", "fc00::1",
    "fd12:3456::1", "fe80::1", "fe80::1%2", "febf::1", "fec0::1", "feff::1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("place", DENIED)
def test_a_name_that_leads_inside_is_not_followed_and_nothing_is_connected_to(place):
    with pytest.raises(AddressRefused):
        fetch("https://penguin.example/", most=10, resolver=lambda host, port: [place])
    with pytest.raises(AddressRefused):
        fetch("https://penguin.example/", most=10, resolver=lambda host, port: [PUBLIC, place])


@pytest.mark.parametrize("place", [PUBLIC, "8.8.8.8", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::5"])
def test_the_public_internet_is_open(place):
    assert why_denied(ip_address(place)) == ""


@given(st.ip_addresses())
def test_what_is_not_denied_is_global(address):
    assert why_denied(address) or (address.is_global and not address.is_multicast)


def test_a_name_is_resolved_once_and_the_connection_goes_where_it_led(monkeypatch):
    """A resolver that says something else the second time gains nothing."""
    asked, connected = [], []

    def rebinding(host, port):
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    def refuse(place, timeout=None):
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(NoAnswer):
        fetch("https://penguin.example/", most=10, resolver=rebinding)

    assert asked == ["penguin.example"]
    assert connected == [(PUBLIC, 443)]


def test_a_name_that_is_not_known_sounds_like_a_private_one():
    def unknown(host, port):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(AddressRefused, match=outbound.NOT_PUBLIC):
        fetch("https://penguin.example/", most=10, resolver=unknown)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with WebServer(tmp_path_factory.mktemp("tls"), "penguin.example") as running:
        yield running


@pytest.fixture
def trusting(server, monkeypatch):
    """Fetch from the server by its name, as if the operator trusted it and its authority were known."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    def get(path="/", host="penguin.example", most=1_000):
        place = f"{host}:{server.port}"
        return fetch(f"https://{place}{path}", most=most, allowed=[place], resolver=lambda host, port: ["127.0.0.1"])

    return get


def test_a_page_is_read_by_the_name_of_its_host(server, trusting):
    server.pages["/me"] = Page("<p>Hello</p>")

    reply = trusting("/me")

    assert (reply.status, reply.content_type, reply.content) == (200, "text/html", b"<p>Hello</p>")
    assert server.asked[-1] == (f"penguin.example:{server.port}", "/me")


def test_no_more_is_read_than_is_wanted(server, trusting):
    server.pages["/long"] = Page("x" * 500_000)

    assert len(trusting("/long", most=64_000).content) == 64_000


def test_a_page_that_sends_elsewhere_is_not_followed(server, trusting):
    server.pages["/away"] = Page(status=302, headers={"Location": "https://169.254.169.254/latest/meta-data/"})
    before = len(server.asked)

    assert trusting("/away").status == 302
    assert len(server.asked) == before + 1


def test_a_certificate_is_good_for_its_own_name_alone(trusting):
    with pytest.raises(NoAnswer, match="certificate"):
        trusting(host="walrus.example")


def test_an_unknown_authority_is_not_believed(server, trusting, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(NoAnswer, match="certificate"):
        trusting()


def test_only_the_very_place_that_the_operator_names_is_exempt(server):
    with pytest.raises(AddressRefused):
        fetch(f"https://localhost:{server.port}/", most=10, allowed=["localhost:443"])
    with pytest.raises(AddressRefused):
        fetch("https://penguin.example/", most=10, allowed=[f"penguin.example:{server.port}"], resolver=_to_loopback)


def test_a_server_that_drips_is_left_when_the_time_is_over(monkeypatch):
    """It sends a byte of its headers now and then: no single wait is long, the sum of them is."""
    monkeypatch.setattr(outbound, "SECONDS_IN_ALL", 0.4)
    ours, theirs = socket.socketpair()
    over = threading.Event()

    def drip():
        while not over.wait(0.05):
            theirs.sendall(b"H")

    thread = threading.Thread(target=drip)
    thread.start()
    with ours, theirs, pytest.raises(TimeoutError):
        try:
            outbound._read(ours, time.monotonic() + outbound.SECONDS_IN_ALL, 1_000)
        finally:
            over.set()
            thread.join()


def _to_loopback(host, port):
    return ["127.0.0.1"]
