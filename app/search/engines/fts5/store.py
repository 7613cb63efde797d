"""One build of the index: a SQLite database with an FTS5 table without texts, and what ranking has to know."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from urllib.parse import quote
