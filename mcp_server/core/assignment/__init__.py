"""Who works on a task: which one an agent is started for, and with which model."""
