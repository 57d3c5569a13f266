"""How sources do: their state from facts, what people have to hear of it, and what was covered when.

Everything in this folder is pure: `now` is an argument, rows come from `pipelines.store.health`.
"""
