"""What several machines that work on one repository have to know of each other's work."""
