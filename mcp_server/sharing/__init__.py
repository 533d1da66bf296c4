"""Puts together what several machines share: the database, the mirror, moving there and back."""
