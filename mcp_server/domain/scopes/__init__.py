"""Scopes: patterns of paths, whether they cover a path, and whether two of them overlap."""
