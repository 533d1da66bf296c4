"""What several machines share, put together."""
