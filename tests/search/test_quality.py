"""Ranking on real questions: never clearly worse than Whoosh as it comes, and better on the whole."""

from __future__ import annotations

import pytest

from tests.search.quality import FOLDER, evaluation_sets, ndcg, ours, plain_whoosh

pytestmark = [pytest.mark.pure, pytest.mark.slow]

SAMPLE = 120


@pytest.mark.skipif(not FOLDER.exists(), reason="the collection of judged questions is not on this machine")
def test_ranking_is_better_than_plain_whoosh(tmp_path):
    gains = {}
    for documents in evaluation_sets():
        plain = ndcg(plain_whoosh(documents), documents, most_queries=SAMPLE)
        own = ndcg(ours(documents, tmp_path / documents.name), documents, most_queries=SAMPLE)
        gains[documents.name] = own - plain

    assert sum(gains.values()) > 0, gains
    assert min(gains.values()) > -0.03, gains
