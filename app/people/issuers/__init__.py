"""Providers of OpenID Connect whose word about their own people the site takes: speaking with them, and believing them.

Nothing in here touches the database: whoever calls is outside any transaction, because a provider may take seconds.
"""

from app.people.issuers.connection import Unreachable
from app.people.issuers.provider import Answer, Arrival, Provider, Start, Verdict, provider_of
from app.people.issuers.tokens import BadToken, Logout

__all__ = [
    "Answer",
    "Arrival",
    "BadToken",
    "Logout",
    "Provider",
    "Start",
    "Unreachable",
    "Verdict",
    "provider_of",
]
