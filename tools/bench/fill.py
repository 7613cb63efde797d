"""`python -m tools.bench.fill`: fill the database of INSTANCE with the community of the benchmark,
and list its questions in questions.txt and the threads in threads.txt beside it.
"""

from __future__ import annotations

from app import create_app
from app.kernel.settings import settings
from tools.bench.community import Size, make_community
from tools.bench.threads import make_threads

if __name__ == "__main__":
    with create_app().app_context():
        paths = make_community()
        threads = make_threads(Size())
        (settings().instance / "questions.txt").write_text("\n".join(paths))
        (settings().instance / "threads.txt").write_text("\n".join(threads.values()))
