"""What people earned in the open: an append-only ledger."""
