"""What people press and ask in Slack: heard over Socket Mode, kept, worked once, answered."""
