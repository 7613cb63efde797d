"""Scripts that build, check and measure the project; the site needs none of them."""
