"""Machine translation beside the original: marked, cached, deciding nothing."""
