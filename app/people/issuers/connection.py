"""Speaking with a provider over HTTP: briefly, within bounds, without redirects, and not at all while it is down."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter

SECONDS_TO_CONNECT = 2
SECONDS_TO_ANSWER = 5
LARGEST_ANSWER = 256 * 1024
# After so many failures in a row nobody waits for the provider for some seconds; then one request tries it again.
MOST_FAILURES = 3
PAUSE_SECONDS = 30


class Unreachable(Exception):
    """The provider gave no answer that can be read, so nothing is known. The message, for the log, has no secrets."""


class Breaker:
    """Spares everybody the wait for a provider that does not answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Count what goes wrong inside. Raises Unreachable at once while the provider is known to be down."""
        self._check()
        try:
            yield
        except Unreachable:
            with self._lock:
                self._failures += 1
                self._closed_until = time.monotonic() + PAUSE_SECONDS
            raise
        with self._lock:
            self._failures = 0

    def _check(self) -> None:
        with self._lock:
            if self._failures < MOST_FAILURES:
                return
            if time.monotonic() < self._closed_until:
                raise Unreachable("It did not answer a moment ago.")
            # This one tries; whoever comes meanwhile does not wait with it.
            self._closed_until = time.monotonic() + PAUSE_SECONDS


class Session(OAuth2Session):
    """Authlib's client, which waits no longer and reads no more than it should, and goes nowhere else."""

    def __init__(self, breaker: Breaker, **options: Any) -> None:
        super().__init__(**options)
        self._breaker = breaker
        # Neither proxies nor passwords out of the environment.
        self.trust_env = False
        adapter = _BoundedAdapter(max_retries=0)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Send a request. Raises Unreachable for no answer, and for one that says that the provider is in trouble."""
        options.update(timeout=(SECONDS_TO_CONNECT, SECONDS_TO_ANSWER), allow_redirects=False)
        with self._breaker.watch():
            try:
                response: requests.Response = super().request(method, url, **options)
            except requests.RequestException as error:
                # The text of the error may hold what was sent; its kind says enough.
                raise Unreachable(type(error).__name__) from None
            if response.is_redirect or response.status_code == 429 or response.status_code >= 500:
                raise Unreachable(f"status {response.status_code}")
        return response


def read_object(response: requests.Response) -> dict[str, Any]:
    """The JSON object in an answer. Raises Unreachable when there is none."""
    try:
        value = response.json()
    except ValueError:
        value = None
    if response.status_code != 200 or not isinstance(value, dict):
        raise Unreachable(f"status {response.status_code} without an object")
    return value


class _BoundedAdapter(HTTPAdapter):
    """Reads an answer before anybody parses it, up to a size, and for as long as one answer may take."""

    def send(self, *args: Any, **options: Any) -> requests.Response:
        until = time.monotonic() + SECONDS_TO_CONNECT + SECONDS_TO_ANSWER
        response = super().send(*args, **{**options, "stream": True})
        content = b""
        try:
            for piece in response.raw.stream(8 * 1024, decode_content=True):
                content += piece
                if len(content) > LARGEST_ANSWER or time.monotonic() > until:
                    raise requests.exceptions.ContentDecodingError("too long")
        finally:
            response.raw.release_conn()
        response.raw = io.BytesIO(content)
        return response
