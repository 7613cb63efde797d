"""Where the posts of a dump can be read in their first home."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A dump does not name its site; its folder or archive may, as in iot.stackexchange.com.7z. Another name is no address.
_SITE = re.compile(
    r"(?:[a-z0-9-]+\.){0,3}(?:stackexchange|stackoverflow|serverfault|superuser|askubuntu|stackapps)\.com"
    r"|(?:meta\.)?mathoverflow\.net",
    re.ASCII,
)


@dataclass(frozen=True)
class Origin:
    """The source as readers see it; it makes addresses where it is the name of a Stack Exchange site."""

    label: str

    def question(self, number: int) -> str | None:
        """The address of the question with this id."""
        return self._address(f"q/{number}")

    def answer(self, number: int) -> str | None:
        """The address of the answer with this id."""
        return self._address(f"a/{number}")

    def comment(self, number: int) -> str | None:
        """The address of the comment with this id."""
        return self._address(f"posts/comments/{number}")

    def _address(self, path: str) -> str | None:
        return f"https://{self.label}/{path}" if _SITE.fullmatch(self.label) else None
