"""Several machines that work on one repository: which repository is the same, who works where, how old a mirror."""
