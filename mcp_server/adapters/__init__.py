"""How it is kept and reached: SQLite, memory, git, processes, settings, paths."""
