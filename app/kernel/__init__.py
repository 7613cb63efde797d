"""What every domain stands on; it knows none of them."""
