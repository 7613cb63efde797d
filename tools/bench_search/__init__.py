"""`make bench-search`: what searching and keeping the index cost, with every engine, measured in one run."""
