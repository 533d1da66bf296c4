"""The board in a terminal: columns of tasks, one of them in detail, and what needs a person, by the keyboard alone."""
