"""The demo community: an invented company, its customers, and a year of what they told each other."""
