"""What a person oversees: what needs one, and what is used."""
