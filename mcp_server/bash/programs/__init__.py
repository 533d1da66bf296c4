"""What programs write: a module for each family of programs, and the index of who knows which."""
