"""The operator's own texts."""
