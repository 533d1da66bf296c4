"""What is done: planning, claiming, locking, guarding, sharing. Every rule once, over ports alone."""
