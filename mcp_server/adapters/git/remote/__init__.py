"""Other repositories that this one fetches from and pushes to: which they are, what of them is needed, and when."""
