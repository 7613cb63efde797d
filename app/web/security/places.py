"""Where a request comes from, and where a browser may be sent."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

# A path on this site in printable ASCII: no second slash or backslash that browsers would take for a host.
_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
_ENCODED_TRICKS = re.compile(r"%(?:[01][0-9a-f]|5c|7f)|^/?%2f", re.IGNORECASE)


def safe_next(wanted: str | None) -> str:
    """`wanted` if it is a page of this site that can be opened with GET, else "/"."""
    if not wanted or not _PATH.fullmatch(wanted) or _ENCODED_TRICKS.search(wanted):
        return "/"
    path = unquote(urlsplit(wanted).path)
    if path.startswith(("//", "/\\")):
        return "/"
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except RequestRedirect:
        return wanted
    except HTTPException:
        return "/"
    return wanted


def here() -> str:
    """The page the reader is on, to come back to: this one, or for a form the page that it stands on."""
    if request.method in {"GET", "HEAD"}:
        return safe_next(request.full_path.rstrip("?"))
    before = urlsplit(request.referrer or "")
    return safe_next(before.path) if before.netloc == request.host else "/"


def place() -> str:
    """The network address a request comes from; for IPv6 the /64, of which one household has them all."""
    address = request.remote_addr or "unknown"
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False))
