"""Hook events: how they are read and answered, their agent and paths, and what happens when a hook fails."""
