"""The second road: by mail or to another service, while Slack takes nothing."""
