"""Agents: registering and briefing them, delivering their messages, reminding them before they stop."""
