"""Logs: one JSON object a line, without secrets and without addresses."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_KEYS = frozenset({"password", "cookie", "set-cookie", "authorization", "token", "csrf_token", "email", "body"})
HIDDEN = "(hidden)"
_BEFORE_AT = r"[^\s@<>\"'(),;:=]"
# It is looked for from the beginning of a word alone: from each letter of a long one would take its length squared.
_ADDRESS = re.compile(rf"(?<!{_BEFORE_AT}){_BEFORE_AT}+@[\w-]+(?:\.[\w-]+)+")

_shared: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configure_logs(level: str, *, own_handler: bool) -> None:
    """Send the logs of the site and of its libraries to standard error, from `level` upwards.

    With `own_handler` off, records go to whatever handlers the process has already.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared,
            hide_secrets,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    if own_handler:
        logging.basicConfig(level=level, handlers=[_handler()], force=True)


def hide_secrets(logger: Any, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out values that nobody may read later. JSON escapes line breaks, so an entry cannot start a second one."""
    for key, value in entry.items():
        if key.lower() in SECRET_KEYS:
            entry[key] = HIDDEN
        elif isinstance(value, str):
            entry[key] = _ADDRESS.sub("(address)", value)
    return entry


def _handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                hide_secrets,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    return handler
