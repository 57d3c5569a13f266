"""The polite, guarded edge of the downloader: where we may go, when, and what an answer means."""
