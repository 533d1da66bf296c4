"""Checks that everything that Interlock needs works here. One module for each subject."""
