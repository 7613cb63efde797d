"""What questions and answers share: body, revisions, votes, comments."""
