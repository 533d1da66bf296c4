"""Leases: granting locks, finding obstacles, expiring, and handing over to the next holder."""
