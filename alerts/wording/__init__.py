"""How alerts read: words in two languages, marked-up sentences, what is inert, and Slack's limits. Pure."""
