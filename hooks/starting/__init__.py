"""Before the client starts an agent: with which model and tools, and whether a teammate may be started at all."""
