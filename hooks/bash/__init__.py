"""What hooks do for Bash commands: the decision before, confinement while they run, damage and errors after."""
