"""Print how well every engine ranks beside FTS5 as it comes.

python -m tools.quality [ENGINE ...]      whoosh, fts5 and postgresql unless others are named
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from tools.quality.engines import opened
from tools.quality.measures import Quality, quality
from tools.quality.searches import plain_fts5, site_search
from tools.quality.sets import FOLDER, Collection, collections

ENGINES = ("whoosh", "fts5", "postgresql")


def main(engines: list[str]) -> int:
    """Print the table; 1 when there is nothing to measure with."""
    if not FOLDER.is_dir():
        sys.stderr.write(f"There are no collections in {FOLDER}.\n")
        return 1
    sys.stdout.write(f"{'set':32} {'engine':12} {'nDCG@10':>8} {'':>7} {'MRR@10':>8} {'R@10':>8}\n")
    with tempfile.TemporaryDirectory() as folder, opened(engines or ENGINES, Path(folder)) as indexes:
        for collection in collections():
            plain = quality(plain_fts5(collection), collection)
            _print(_line(collection, "plain FTS5", plain, plain))
            for name, index in indexes.items():
                _print(_line(collection, name, quality(site_search(index)(collection), collection), plain))
    return 0


def _line(collection: Collection, engine: str, found: Quality, plain: Quality) -> Iterator[str]:
    yield f"{collection.name:32} {engine:12} {found.ndcg:8.3f} {found.ndcg / plain.ndcg - 1:+7.1%} "
    yield f"{found.mrr:8.3f} {found.recall:8.3f}\n"


def _print(parts: Iterator[str]) -> None:
    sys.stdout.write("".join(parts))
    sys.stdout.flush()


if __name__ == "__main__":
    with warnings.catch_warnings(action="ignore"):
        sys.exit(main(sys.argv[1:]))
