"""Review: the closed scopes of finished tasks, how many may wait, and what becomes of a task that is decided on."""
