"""Work that goes on while nobody watches: what it may cost, what a file asks for, what came of a run, when it runs."""
