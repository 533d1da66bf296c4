"""What is true of several machines that share one database."""
