"""What people follow, and what they are told in their inbox."""
