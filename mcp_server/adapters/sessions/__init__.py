"""Sessions of Claude Code: in panes of tmux, in the background, or as a command for a person to run."""
