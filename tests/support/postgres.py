"""A PostgreSQL of the tests' own: started on a free port, kept in a temporary folder, stopped at the end.

Nothing is asked of a server that may already run on this machine, and nothing is left behind.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import free_port

SERVER_USER = "postgres"
FOLDERS = "firsthand-postgres-"
DEBIAN_SERVERS = Path("/usr/lib/postgresql")
# A cluster that lives for one test run need not survive a power cut.
FASTER = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=64MB -c max_connections=100 "
    "-c listen_addresses=127.0.0.1 -c autovacuum=off -c log_min_messages=fatal"
)


class NoPostgres(Exception):
    """PostgreSQL's server programs are not on this machine."""


@dataclass(frozen=True)
class Cluster:
    """A running server: where it keeps its files, and where it listens."""

    folder: Path
    port: int

    def url(self, database: str) -> str:
        """The address of `database` as SQLAlchemy reads it."""
        return f"postgresql+psycopg://{SERVER_USER}@127.0.0.1:{self.port}/{database}"


def start_cluster(settings: str = FASTER) -> Cluster:
    """Make a new cluster and start it; `stop_cluster` ends it and removes its files."""
    _stop_forgotten()
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDERS}{os.getpid()}-"))
    cluster = Cluster(folder=folder, port=free_port())
    if os.geteuid() == 0:
        shutil.chown(folder, SERVER_USER)
    _run(["initdb", "-D", str(_data(cluster)), "-U", SERVER_USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"])
    options = f"{settings} -c port={cluster.port} -c unix_socket_directories={folder}"
    _run(["pg_ctl", "-D", str(_data(cluster)), "-o", options, "-l", str(folder / "log"), "-w", "start"])
    return cluster


def stop_cluster(cluster: Cluster) -> None:
    """Stop the server and remove its files."""
    _run(["pg_ctl", "-D", str(_data(cluster)), "-m", "immediate", "-w", "stop"])
    shutil.rmtree(cluster.folder, ignore_errors=True)


def _stop_forgotten() -> None:
    """Stop the clusters of test runs that were killed before they could do so."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDERS}*-*"):
        owner = folder.name.removeprefix(FOLDERS).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            forgotten = Cluster(folder=folder, port=0)
            if (_data(forgotten) / "postmaster.pid").exists():
                stop_cluster(forgotten)


def _data(cluster: Cluster) -> Path:
    return cluster.folder / "data"


def _run(command: Sequence[str]) -> None:
    """Run one of PostgreSQL's programs, which refuse to run as root, as the user made for them."""
    as_user = ["runuser", "-u", SERVER_USER, "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [*as_user, _program(command[0]), *command[1:]],
        check=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _program(name: str) -> str:
    """Debian keeps the server's programs out of the search path, in one folder a version."""
    versions = sorted(DEBIAN_SERVERS.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise NoPostgres("The tests need PostgreSQL's server. On Debian: apt-get install postgresql")
    return found
