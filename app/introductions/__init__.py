"""What members ask of sales, and what came of it: given and withdrawn by the member alone."""
