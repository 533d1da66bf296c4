"""Who should work on a task: with which model, with which tools, with what beside them."""
