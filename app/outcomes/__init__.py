"""Closing the loop: what sales makes of what grew here, said as a range and never as a cause."""
