"""The ways in which an import ends early."""

from __future__ import annotations


class DumpRefused(Exception):
    """The dump cannot be imported. The message is one sentence for the operator; nothing was written."""


class ImportStopped(Exception):
    """The import could not go on. What was written stays; run again, it goes on. The message is one sentence."""
