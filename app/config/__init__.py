"""Every setting, read once from the environment, checked, and frozen."""

from app.config.issuers import Issuer
from app.config.settings import CASE_PLACES, DEMO_SIGN_INS, ROOT, Settings, read_settings
from app.config.values import LOOPBACK_HOSTS, UnsafeSetting, read_secrets

__all__ = [
    "CASE_PLACES",
    "DEMO_SIGN_INS",
    "LOOPBACK_HOSTS",
    "ROOT",
    "Issuer",
    "Settings",
    "UnsafeSetting",
    "read_secrets",
    "read_settings",
]
