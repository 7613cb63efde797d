"""A real mail server that keeps what it is sent, for tests to read."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.ports import free_port


class Mailbox:
    """The letters that arrived, oldest first. Use it as a context: it listens inside."""

    def __init__(self) -> None:
        self._letters: list[EmailMessage] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), ready_timeout=10)
        self.url = f"smtp://127.0.0.1:{self._controller.port}"

    def __enter__(self) -> Mailbox:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    def __len__(self) -> int:
        return len(self._letters)

    def __getitem__(self, index: int) -> EmailMessage:
        return self._letters[index]

    def clear(self) -> None:
        """Forget what arrived."""
        self._letters.clear()

    def to(self, address: str) -> list[EmailMessage]:
        """The letters to `address`."""
        return [letter for letter in self._letters if address in letter["To"]]

    def link(self, address: str, path: str) -> str:
        """The link that begins with `path` in the newest letter to `address`, without scheme and host."""
        text = self.to(address)[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        found = re.search(rf"https?://[^/\s]+({re.escape(path)}\S*)", text)
        assert found, f"No link to {path} in the letter to {address}:\n{text}"
        return found.group(1)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Called by the server for each letter."""
        letter = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self._letters.append(letter)
        return "250 OK"
