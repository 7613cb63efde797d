"""Settings for tests."""

from __future__ import annotations

from pathlib import Path

from app.config import Settings, read_settings

BASE_URL = "http://127.0.0.1:8000"
SECRET_KEY = "tests sign their cookies with this and nothing else"
ADDRESS_KEY = "tests seal their addresses with this and nothing else"


def settings_for(instance: Path, *, database_url: str, mail_url: str) -> Settings:
    """The settings of a site under test; its rate limits are off unless a test turns them on."""
    environment = {
        "INSTANCE": str(instance),
        "SECRET_KEY": SECRET_KEY,
        "ADDRESS_KEY": ADDRESS_KEY,
        "DATABASE_URL": database_url,
        "MAIL_URL": mail_url,
        "SEARCH_URL": f"whoosh:{instance / 'search'}",
        "BASE_URL": BASE_URL,
        "RATE_LIMITS": "off",
        "SECOND_FACTOR": "offered",
    }
    return read_settings(environment, testing=True)
