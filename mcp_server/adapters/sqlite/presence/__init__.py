"""What holders do: what is recorded of them, and what can be seen of their processes."""
