"""Work that nobody watches, on the real client."""
