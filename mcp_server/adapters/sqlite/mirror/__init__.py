"""A state that mirrors a database: what differs from it, how its changes are applied, and ids that never collide."""
