"""Meeting an expert: times they offer, and what members ask for. Only members begin."""
