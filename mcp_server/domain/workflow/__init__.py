"""Workflows: phases of task templates over lists, with gates between them, and the runs of them."""
