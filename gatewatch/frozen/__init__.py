"""Frozen pages: a live page with its text replaced and its structure kept, for tests that may be published.

`filler` replaces text, `markup` HTML and XML, `data` JSON; `folder` puts a source's pages, meta and golden
together as tests/pages holds them. Pure but for the writing of the folder.
"""
