"""Secrets and private data in a text that is about to be published: found, shown, and masked where the author agrees.

Every pattern starts at a word or a fixed sign and has a limit to what it may take, so that the time grows with the
length of the text and no faster.
"""

from app.posts.sensitive.finding import Finding, Kind
from app.posts.sensitive.masking import Masks, mask
from app.posts.sensitive.search import find_sensitive

__all__ = ["Finding", "Kind", "Masks", "find_sensitive", "mask"]
