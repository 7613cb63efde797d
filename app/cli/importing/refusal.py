"""The one way in which a dump is refused."""

from __future__ import annotations


class DumpRefused(Exception):
    """The dump cannot be imported. The message is one sentence for the operator; nothing was written."""
