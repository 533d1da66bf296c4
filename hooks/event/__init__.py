"""Hook events: read and answered, who each is about, which paths it would write, and what happens when a hook fails."""
