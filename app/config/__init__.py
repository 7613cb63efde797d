"""Every setting, read once from the environment, checked, and frozen."""

from app.config.issuers import Issuer
from app.config.settings import CASE_PLACES, ROOT, Settings, read_settings
from app.config.values import LOOPBACK_HOSTS, UnsafeSetting

__all__ = ["CASE_PLACES", "LOOPBACK_HOSTS", "ROOT", "Issuer", "Settings", "UnsafeSetting", "read_settings"]
