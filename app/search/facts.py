"""What a thread is, as tokens that filters ask for: "tag:networking", "author:12", "is:solved", "type:answer".

The index holds the tokens as they were when the thread was indexed; app.search.filters says the same to the database,
which has the last word.
"""

from __future__ import annotations
