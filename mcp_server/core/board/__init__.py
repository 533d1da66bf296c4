"""What a person looks at: everything that goes on in one snapshot, and what of it needs a person."""
