"""What is spent on the real client, and budgets."""
