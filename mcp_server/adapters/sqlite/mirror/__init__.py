"""A state that mirrors a database: what differs from it, how its changes are taken in, and ids that never collide."""
