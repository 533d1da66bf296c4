"""Several machines on the real client."""
