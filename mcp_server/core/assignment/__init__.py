"""Who works on a task: which one an agent is started for, with which model, and whether a teammate may be started."""
