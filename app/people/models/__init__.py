"""Tables of people: who they are, what they may do, and how they sign in."""

from app.people.models.audit import AuditEntry, AuditHead, AuditTail
from app.people.models.invitations import JoinInvitation, PendingJoin
from app.people.models.letters import Canary, Letter
from app.people.models.person import (
    MEMBER,
    SHOWN_FIRST,
    Erasure,
    Passkey,
    Person,
    PersonLanguage,
    PersonRole,
    Role,
    person_key,
)
from app.people.models.profiles import HeldHandle, KeptHandle, ProfileLink
from app.people.models.signing_in import (
    IdempotencyKey,
    Identity,
    RateCount,
    SignIn,
    StoredSession,
    UsedToken,
)

__all__ = [
    "MEMBER",
    "SHOWN_FIRST",
    "AuditEntry",
    "AuditHead",
    "AuditTail",
    "Canary",
    "Erasure",
    "HeldHandle",
    "IdempotencyKey",
    "Identity",
    "JoinInvitation",
    "KeptHandle",
    "Letter",
    "Passkey",
    "PendingJoin",
    "Person",
    "PersonLanguage",
    "PersonRole",
    "ProfileLink",
    "RateCount",
    "Role",
    "SignIn",
    "StoredSession",
    "UsedToken",
    "person_key",
]
