"""From the web to an Article.

A due source is leased, its spider walks it, `fetch` guards the way, `parse` turns bytes into
entries and articles. Nothing here knows what a rule, a store or a channel is: later reaches are
named only as strings in `settings`.
"""
