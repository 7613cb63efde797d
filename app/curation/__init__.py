"""Keeping questions in order: duplicates, merging, closing, locking, splitting, and opening what was confidential."""
