"""What is spent: a response and its tokens, sums of them, what they cost about, and how far a budget is."""
