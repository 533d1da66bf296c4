"""The demo of several machines: a PostgreSQL of its own, two checkouts, an agent on each."""
