"""Bytes in, entries and articles out: no network, no clock, no Scrapy, no store."""
