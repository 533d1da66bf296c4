"""The ways to notify a person: a terminal, the desktop, a command, a webhook, and what `apprise` knows."""
