"""Who has the next step: the same problem elsewhere, experts who are asked, the experts' desk and reply templates."""
