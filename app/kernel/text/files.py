"""Uploads as texts name them: `/files/`, 32 hexadecimal digits that nobody can guess, and the name of the file."""

from __future__ import annotations

import re

ADDRESS = re.compile(r"/files/([0-9a-f]{32})(?![0-9A-Za-z])")
# No dot begins a name, and no escape stands for a dot, a slash, a backslash or a control character.
SIGN = r"[\w~+,=@()-]|%(?!2[EF]|5C|7F)[2-9A-F][0-9A-F]"
OWN_PICTURE = re.compile(rf"/files/[0-9a-f]{{32}}/(?:{SIGN})(?:{SIGN}|\.)*")


def file_tokens(source: str) -> list[str]:
    """The tokens of the uploads that `source` names in a link, in a picture or in passing; each once, in order."""
    return list(dict.fromkeys(ADDRESS.findall(source)))
