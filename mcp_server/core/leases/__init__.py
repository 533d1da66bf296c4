"""Leases: how they are locked, what stands in their way, when they expire, and what is left to their next holder."""
