"""The search engine inside the site's own PostgreSQL."""
