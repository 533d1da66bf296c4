"""What a person types: the commands, how their answers are shown, and with which exit code they end."""
