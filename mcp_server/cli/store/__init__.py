"""The commands `store …`: where this repository's state is, and moving it."""
