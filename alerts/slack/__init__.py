"""Slack itself: its calls, errors, files and workspace, through slack-sdk."""
