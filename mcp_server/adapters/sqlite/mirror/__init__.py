"""A state that mirrors a database which several machines share."""
