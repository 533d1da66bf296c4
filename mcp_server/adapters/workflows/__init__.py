"""What workflows need of the machine: their files, the lists of a repository, and commands that are run for them."""
