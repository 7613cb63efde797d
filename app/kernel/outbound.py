"""The one way in which the site reaches an address that somebody typed: https, to the public internet, and no further.

`check_address` refuses by the spelling alone and may be asked in a request; `fetch` and `post` also look at where the
name leads and belong in the worker.
"""

from __future__ import annotations

import io
import re
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import cast
from urllib.parse import SplitResult, quote, urlsplit

from app.kernel.errors import RuleBroken

PORTS = (443, 8443)
SECONDS_TO_CONNECT = 5.0
SECONDS_IN_ALL = 10.0
LONGEST_ADDRESS = 300
# Of a host with several addresses so many are tried: some machines reach IPv4 alone.
MOST_PLACES = 3
NOT_PUBLIC = "That host has no address on the public internet that this site may read."
SAFE_IN_PATHS = "/%:@!$&'()*+,;=~?-._"

# What no name may lead to, with the reason. IPv6 also has to be in 2000::/3, which is all that is given out so far.
DENIED = {
    **dict.fromkeys(("0.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"), "private"),
    "100.64.0.0/10": "carrier-grade NAT",
    "127.0.0.0/8": "loopback",
    "169.254.0.0/16": "link-local",
    **dict.fromkeys(("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"), "reserved"),
    **dict.fromkeys(("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"), "documentation"),
    "224.0.0.0/4": "multicast",
    "::1/128": "loopback",
    "::/96": "IPv4-compatible",
    "::ffff:0:0/96": "IPv4-mapped",
    **dict.fromkeys(("64:ff9b::/96", "64:ff9b:1::/48"), "NAT64"),
    "100::/64": "discard",
    "2001::/32": "Teredo",
    "2001::/23": "reserved",
    **dict.fromkeys(("2001:db8::/32", "3fff::/20"), "documentation"),
    "2002::/16": "6to4",
    "fc00::/7": "private",
    "fe80::/10": "link-local",
    "fec0::/10": "site-local",
    "ff00::/8": "multicast",
}
GIVEN_OUT = ip_network("2000::/3")
_DENIED = [(ip_network(network), reason) for network, reason in DENIED.items()]
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
# Resolvers read such an ending as a number, and 0x7f.1 or 2130706433 as 127.0.0.1.
_ENDS_IN_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$")

# Python still writes "ss" for the one and another sigma for the other, as browsers once did: that is another host.
_SPELT_IN_TWO_WAYS = frozenset("ßς")

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]


class AddressRefused(RuleBroken):
    """The site does not go there."""


class NoAnswer(Exception):
    """Nothing that could be read came back; the message is a sentence for whoever typed the address."""


@dataclass(frozen=True)
class Target:
    """Where a request goes: `host` in ASCII, `path` with its query. `is_trusted` if the operator allows the host."""

    host: str
    port: int
    path: str
    is_trusted: bool

    @property
    def authority(self) -> str:
        return self.host if self.port == PORTS[0] else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Reply:
    """What a server said: status, kind of content without parameters, and the first bytes of the content."""

    status: int
    content_type: str
    content: bytes


def check_address(address: str, *, allowed: Collection[str] = ()) -> Target:
    """Take an address apart. Raises AddressRefused unless it is https to a name, at a port that we speak to.

    `allowed` are hosts with ports ("wiki.example.com:443") that the operator trusts: those may be on an intranet.
    """
    parts, port = _split(address)
    if parts.scheme != "https":
        raise AddressRefused("Enter an address that begins with https://.")
    if "@" in parts.netloc:
        raise AddressRefused("Leave out the name and password before the host.")
    host = _ascii_host(parts.hostname or "")
    is_trusted = f"{host}:{port}" in allowed
    if not is_trusted:
        _check_host(host, port)
    path = quote(parts.path or "/", safe=SAFE_IN_PATHS)
    query = "?" + quote(parts.query, safe=SAFE_IN_PATHS) if parts.query else ""
    return Target(host=host, port=port, path=path + query, is_trusted=is_trusted)


def check_destination(addresses: Sequence[str]) -> Sequence[str]:
    """These addresses. Raises AddressRefused if there is none, or if any of them may not be connected to."""
    if not addresses or any(why_denied(ip_address(address)) for address in addresses):
        raise AddressRefused(NOT_PUBLIC)
    return addresses


def why_denied(address: Address) -> str:
    """Why the site does not connect to this address; "" if it may."""
    for network, reason in _DENIED:
        if address.version == network.version and address in network:
            return reason
    return "reserved" if address.version == 6 and address not in GIVEN_OUT else ""


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of `host`, in the order of the system. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def fetch(address: str, *, most: int, allowed: Collection[str] = (), resolver: Resolver = resolve) -> Reply:
    """Get what is at `address`, at most `most` bytes of it, without following anything.

    The name is resolved once, and the connection goes to an address that was looked at. The certificate must be good
    for the name; SSL_CERT_FILE names other authorities. Proxies of the environment are not used.
    Raises AddressRefused or NoAnswer.
    """
    target = check_address(address, allowed=allowed)
    request = _request("GET", target, {"Accept": "text/html"})
    return _exchange(target, request, most=most, resolver=resolver)


def post(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Collection[str] = (),
    resolver: Resolver = resolve,
) -> Reply:
    """Send `body` to `address`, as carefully as `fetch` reads one; of the answer only its status matters.

    `headers` are ours, in ASCII and without line breaks. Raises AddressRefused or NoAnswer.
    """
    target = check_address(address, allowed=allowed)
    request = _request("POST", target, {**headers, "Content-Length": str(len(body))}) + body
    return _exchange(target, request, most=0, resolver=resolver)


def _exchange(target: Target, request: bytes, *, most: int, resolver: Resolver) -> Reply:
    """Send a request and read the answer, all of it within the time. Raises AddressRefused or NoAnswer."""
    places = _look_up(target, resolver)
    until = time.monotonic() + SECONDS_IN_ALL
    try:
        with closing(_connect(target, places)) as connection:
            connection.settimeout(_left(until))
            connection.sendall(request)
            return _read(connection, until, most)
    except ssl.SSLCertVerificationError as error:
        raise NoAnswer("The certificate of that host could not be checked.") from error
    except TimeoutError as error:
        raise NoAnswer("That host took too long to answer.") from error
    except (OSError, HTTPException) as error:
        raise NoAnswer("That host did not answer.") from error


class _Incoming(io.RawIOBase):
    """What a connection sends, until the time is over: however slowly it drips, the sum is bounded."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._connection.settimeout(_left(self._until))
        return self._connection.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Called by HTTPResponse, which takes this for a socket."""
        return io.BufferedReader(self)


def _split(address: str) -> tuple[SplitResult, int]:
    """The parts of an address, and its port. Raises AddressRefused for what no browser would take for one."""
    if len(address) > LONGEST_ADDRESS:
        raise AddressRefused(f"Enter an address of at most {LONGEST_ADDRESS} letters.")
    if not address.isprintable() or " " in address or "\\" in address:
        raise AddressRefused("Enter the address as your browser shows it, without spaces.")
    try:
        parts = urlsplit(address)
        return parts, PORTS[0] if parts.port is None else parts.port
    except ValueError as error:
        raise AddressRefused("That cannot be read as an address.") from error


def _ascii_host(host: str) -> str:
    if not _SPELT_IN_TWO_WAYS.isdisjoint(host):
        raise AddressRefused("Enter the name of that host as it is spelt in ASCII, with xn--.")
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise AddressRefused("That cannot be read as the name of a host.") from error


def _check_host(host: str, port: int) -> None:
    if port not in PORTS:
        raise AddressRefused("Enter an address at the usual port of https.")
    if _ENDS_IN_NUMBER.search(host) or not _NAME.fullmatch(host):
        raise AddressRefused("Enter an address with the full name of a host, such as penguin.example.")


def _look_up(target: Target, resolver: Resolver) -> Sequence[str]:
    try:
        found = resolver(target.host, target.port)
    except OSError as error:
        # The same words as for a private network, so that nobody learns which names an intranet knows.
        raise AddressRefused(NOT_PUBLIC) from error
    return found if target.is_trusted else check_destination(found)


def _connect(target: Target, places: Sequence[str]) -> ssl.SSLSocket:
    """An encrypted connection to the first of these addresses that answers and shows that it speaks for the name."""
    plain = _first_answering(places, target.port)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise


def _first_answering(places: Sequence[str], port: int) -> socket.socket:
    error: OSError = ConnectionError()
    for place in places[:MOST_PLACES]:
        try:
            return socket.create_connection((place, port), SECONDS_TO_CONNECT)
        except OSError as failure:
            error = failure
    raise error


def _request(method: str, target: Target, headers: Mapping[str, str]) -> bytes:
    lines = (
        f"{method} {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        "User-Agent: Firsthand",
        "Accept-Encoding: identity",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    )
    return "\r\n".join((*lines, "", "")).encode("ascii")


def _read(connection: ssl.SSLSocket, until: float, most: int) -> Reply:
    incoming = cast(socket.socket, _Incoming(connection, until))
    with closing(HTTPResponse(incoming, method="GET")) as response:
        response.begin()
        kind = response.headers.get_content_type()
        return Reply(status=response.status, content_type=kind, content=response.read(most))


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
