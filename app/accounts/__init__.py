"""Customer companies, their domains, and who belongs to which."""
