"""What a tag may be called."""

from __future__ import annotations

import re

from app.kernel.errors import RuleBroken

MOST_TAGS = 5
LONGEST_TAG = 35
_TAG = re.compile(rf"[a-z0-9][a-z0-9+#.-]{{0,{LONGEST_TAG - 1}}}", re.ASCII)


def clean_tag(name: str) -> str:
    """A tag in its one spelling. Raises RuleBroken."""
    plain = re.sub(r"[\s_]+", "-", name.strip().lower())
    if not _TAG.fullmatch(plain):
        raise RuleBroken(f"The tag {name[:40]!r} may have letters, digits, +, #, . and - only, {LONGEST_TAG} at most.")
    return plain


def clean_tags(names: list[str]) -> list[str]:
    """Distinct tags in the order given. Raises RuleBroken for none or more than MOST_TAGS."""
    tags = list(dict.fromkeys(clean_tag(name) for name in names if name.strip()))
    if not tags:
        raise RuleBroken("Add at least one tag, so that the right people see your question.")
    if len(tags) > MOST_TAGS:
        raise RuleBroken(f"Use {MOST_TAGS} tags at the most; keep those that say most.")
    return tags
