"""The commands for workflows: what starts, shows, steers and keeps them."""
