"""The embedded engine: Whoosh, in a folder of its own."""
