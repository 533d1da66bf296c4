"""Which tasks wait for review, since when, and what was said of them."""
