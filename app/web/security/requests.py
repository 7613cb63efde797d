"""One reference and one log line a request. What somebody reads or searches is never logged with who they are."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import IO, Any, BinaryIO

import structlog
from flask import Flask, Request, Response, g, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from app.kernel.errors import NotFound
from app.kernel.logs import configure_logs

# No 0 and O, no 1, I and L: people read references over the telephone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SECRET_PATHS = frozenset({"token", "code"})

log = structlog.get_logger("firsthand.requests")


class Fields(ImmutableMultiDict[str, Any]):
    """What a form or a query says, without the character NUL: it comes with pasted logs, and PostgreSQL keeps none."""

    def __init__(self, given: Any = None) -> None:
        pairs = MultiDict(given).items(multi=True)
        super().__init__([(key, value.replace("\0", "") if isinstance(value, str) else value) for key, value in pairs])


class SiteRequest(Request):
    """A request as every page gets it. A view that takes large files says where they go while they are received."""

    parameter_storage_class = Fields
    receive_file: Callable[[], BinaryIO] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._received: list[BinaryIO] = []

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.receive_file is None:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        stream = self.receive_file()
        # They are closed with the request, also where it is refused before it has been read.
        self._received.append(stream)
        return stream

    def close(self) -> None:
        """Close what came with the request."""
        super().close()
        for stream in self._received:
            stream.close()


def reference() -> str:
    """What names this request in the log, and on a page that says that something went wrong: "7KQ2-M3TN"."""
    if "reference" not in g:
        letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
        g.reference = f"{letters[:4]}-{letters[4:]}"
    return str(g.reference)


def register(app: Flask) -> None:
    """Log every request of the site."""
    own = app.extensions["firsthand.settings"]
    configure_logs(own.log_level, own_handler=not own.testing)
    app.request_class = SiteRequest
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    g.begun = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(reference=reference())
    if "\0" in request.path:
        # No page has it in its address, and PostgreSQL would refuse to look.
        raise NotFound


def _finish(response: Response) -> Response:
    log.info(
        "request",
        method=request.method,
        route=_route(),
        status=response.status_code,
        milliseconds=round((time.monotonic() - g.get("begun", time.monotonic())) * 1000, 1),
        place=request.remote_addr,
    )
    return response


def _route() -> str:
    """The path; where it holds a secret, or may hold one because nobody knows it, the route instead."""
    if request.url_rule is None:
        return "(no such page)"
    if SECRET_PATHS & set(request.view_args or {}):
        return request.url_rule.rule
    return request.path
