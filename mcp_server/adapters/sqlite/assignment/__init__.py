"""What the store says of who should work on what."""
