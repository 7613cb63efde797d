"""What is done to threads as a whole: duplicates, merging, closing, locking, splitting, and opening in confidence."""
