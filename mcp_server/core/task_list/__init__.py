"""TASKS.md and the tasks, kept the same: what people changed is applied, what agents did is written."""
