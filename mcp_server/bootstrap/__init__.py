"""Makes Interlock's own environment, before anything is installed: checked, built, explained when it fails."""
