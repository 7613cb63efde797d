"""What runs off the outbox and on a clock."""
