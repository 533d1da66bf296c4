"""The state that several machines share, on PostgreSQL: reached, set up, locked, and kept in each machine's mirror."""
