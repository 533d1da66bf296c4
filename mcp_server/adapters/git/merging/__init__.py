"""Merges branches: in a checkout of its own first, then where the base is; and finds what conflicts."""
