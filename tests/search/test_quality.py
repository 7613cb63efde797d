"""Ranking on real questions: every engine is clearly better than FTS5 as it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.quality.engines import opened
from tools.quality.measures import quality
from tools.quality.searches import plain_fts5, site_search
from tools.quality.sets import FOLDER, collections

pytestmark = [pytest.mark.pure, pytest.mark.slow]

SAMPLE = 90
EMBEDDED = ("whoosh", "fts5")

# The least gain in nDCG@10, on the sample; docs/decisions/0019-ranking.md has the figures of the whole.
LEAST_GAIN = {"links": 0.10, "title_to": 0.0}


@pytest.mark.skipif(not FOLDER.exists(), reason="the collections of judged questions are not on this machine")
def test_every_engine_ranks_better_than_plain_fts5(tmp_path: Path) -> None:
    gains = {}
    with opened(EMBEDDED, tmp_path) as indexes:
        for collection in collections():
            plain = quality(plain_fts5(collection), collection, most=SAMPLE).ndcg
            for name, index in indexes.items():
                found = quality(site_search(index)(collection), collection, most=SAMPLE).ndcg
                gains[collection.name, name] = found / plain - 1

    least = {kind: min(gain for (name, _), gain in gains.items() if kind in name) for kind in LEAST_GAIN}
    assert all(least[kind] > LEAST_GAIN[kind] for kind in LEAST_GAIN), gains
