"""What starts a command again and again: a line of a crontab, or units of systemd for this user."""
