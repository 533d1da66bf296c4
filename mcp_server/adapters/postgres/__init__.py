"""The database that several machines share: its address, the connection to it, who may do what in it."""
