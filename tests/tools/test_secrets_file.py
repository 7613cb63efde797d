"""The secrets of an installation are made once, and are for its owner alone."""

import stat

import pytest

from app.config import read_settings
from tools.secrets_file import write_secrets

pytestmark = pytest.mark.pure


def test_the_first_start_makes_secrets_that_the_site_accepts(tmp_path):
    path = tmp_path / "instance" / "secrets.env"

    assert write_secrets(path)

    settings = read_settings({"INSTANCE": str(path.parent)})
    assert settings.secret_key != settings.address_key


def test_nobody_else_can_read_them(tmp_path):
    path = tmp_path / "instance" / "secrets.env"

    write_secrets(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_second_start_keeps_them(tmp_path):
    path = tmp_path / "secrets.env"
    write_secrets(path)
    first = path.read_text()

    assert not write_secrets(path)
    assert path.read_text() == first
