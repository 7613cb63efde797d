"""`make bench`: what a page costs, beside a bare Flask "hello" on the same server, measured in one run."""
