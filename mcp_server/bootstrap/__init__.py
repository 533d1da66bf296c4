"""Creates Interlock's own environment: checks whether it is ready, builds it, and explains failures."""
