"""What it is about: tags, products and versions."""
