"""What programs write: `tables` for most of them, a module for each family that needs code, and the index of both."""
