"""The benchmark measures a community in which everything adds up, and its load is what it says."""

import json
import subprocess
import sys

import pytest

from app.cli.recount import COUNTERS, find_differences, repair_differences
from app.config import ROOT
from app.kernel import counters
from tools.bench.community import Size, make_community
from tools.bench.server import Server
from tools.bench.threads import make_threads


def test_every_kept_number_of_the_community_is_what_it_counts():
    size = Size(people=60, questions=40, answers=80)
    paths = make_community(size)
    threads = make_threads(size)

    assert len(paths) == 40
    assert len(threads) == 2
    # Nobody's points are entered, nor what they are known for; `flask recount --repair` would do it.
    assert list(counters.find_differences(COUNTERS)) == []
    repair_differences()
    assert list(find_differences()) == []


@pytest.mark.pure
@pytest.mark.slow
def test_the_load_asks_for_every_path_once_and_the_server_tells_what_that_cost():
    with Server("tools.bench.hello:app", workers=1, threads=2) as hello:
        plan = {"port": hello.port, "paths": ["/"] * 300, "connections": 3}
        before = hello.cpu_seconds()
        command = [sys.executable, "-m", "tools.bench.load"]
        ran = subprocess.run(command, check=True, cwd=ROOT, input=json.dumps(plan), capture_output=True, text=True)
        used = hello.cpu_seconds() - before

    result = json.loads(ran.stdout)
    assert len(result["latencies"]) == 300
    assert all(first <= whole for first, whole in zip(result["first_bytes"], result["latencies"], strict=True))
    assert 0 < used <= 2 * result["seconds"] + 0.1
