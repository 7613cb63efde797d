"""How gunicorn serves the site. `flask serve` starts it with this file; an operator's own service may too."""

from __future__ import annotations

import gc
import os
from typing import Any

from app.config.values import UnsafeSetting, web_size

try:
    workers, threads = web_size(os.environ)
except UnsafeSetting as refusal:
    # gunicorn reads this before it loads the site, which would say the same.
    raise SystemExit(str(refusal)) from None

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"

# One import serves all workers: they start at once and share its memory.
preload_app = True
timeout = 30
graceful_timeout = 10
keepalive = 5
# More than these waiting get "busy" from the kernel instead of an answer nobody waits for any more.
backlog = 256
worker_connections = 256

# Whether a proxy stands in front is TRUSTED_PROXY_HOPS's to say, so gunicorn believes no header about it.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}

accesslog = None
loglevel = "warning"
# A heartbeat file on a disk can block the worker that it proves alive.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


def post_fork(server: Any, worker: Any) -> None:
    """Give each worker connections of its own: a database connection must not be shared across a fork."""
    # What was there before the first request stays for ever; to look through it again and again is wasted time.
    gc.freeze()
    site = server.app.wsgi()
    database = site.extensions.get("sqlalchemy")
    if database is not None:
        with site.app_context():
            for engine in database.engines.values():
                engine.dispose(close=False)
