"""Tools whose output has a language of its own: one module for each family."""
