"""The search index in SQLite files of its own, kept by FTS5."""
