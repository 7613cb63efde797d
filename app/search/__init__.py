"""Finding threads by their words."""
