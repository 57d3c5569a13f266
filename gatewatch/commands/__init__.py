"""One module a command group. Each is thin: it asks, calls what does the work, and shows the result."""
