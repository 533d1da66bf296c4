"""What git writes in the work tree, a module for each family of its subcommands."""
