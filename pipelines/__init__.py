"""From an Article to a stored fact, told once.

normalise -> classify -> matter -> store: one file (or folder) a step, a pure function and a thin
Scrapy stage each. `export` turns stored facts into files again.
"""
