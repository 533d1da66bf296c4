"""The commands for what goes on while nobody watches: `work`, `watch`."""
