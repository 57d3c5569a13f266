"""Every Scrapy setting of Gatewatch, and the river in order (`ITEM_PIPELINES`).

Works for `scrapy crawl …` from the checkout and for `gatewatch` alike. Later reaches are named only
as strings. Settings that are Scrapy's default are not repeated.
"""

from __future__ import annotations

BOT_NAME = "gatewatch"
SPIDER_MODULES = ["crawlers.spiders"]
NEWSPIDER_MODULE = "crawlers.spiders"

# What is watched and by whom: called with the crawler, gives a `crawlers.turn.Watch`.
WATCH = "gatewatch.watch.for_crawler"

ITEM_PIPELINES = {
    "pipelines.stages.NormaliseStage": 100,
    "pipelines.stages.ClassifyStage": 200,
    "pipelines.stages.MatterStage": 300,
    "pipelines.stages.StoreStage": 400,
}

# Turns fetch inline (`engine.download_async`), so only downloader middlewares see their requests.
DOWNLOADER_MIDDLEWARES = {
    "crawlers.fetch.guard.GuardMiddleware": 50,
    "crawlers.fetch.robots.RobotsMiddleware": 100,
    # After retries and redirects (550–600), so that every hop waits for its seat.
    "crawlers.fetch.pace.PaceMiddleware": 700,
    # Next to the downloader: below decompression (590), so that evidence is what was sent.
    "crawlers.fetch.wire.WireMiddleware": 950,
    # Scrapy's own reads the body of a robots file whatever its status.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # a body must not lead us anywhere
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
}
SPIDER_MIDDLEWARES: dict[str, int | None] = {}
EXTENSIONS = {
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.logstats.LogStats": None,
}

# No listening port (the telnet console and the remote control listen by default).
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

TWISTED_DNS_RESOLVER = "crawlers.fetch.guard.GuardedResolver"
DNSCACHE_ENABLED = False  # Scrapy's cache never expires; a service runs for months
DNS_TIMEOUT = 20

CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 32
DOWNLOAD_TIMEOUT = 30  # regulators time out from abroad; each source may set its own
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # also after decompression
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 1  # 403, 412, 429 and 521 are never repeated; the schedule backs off
RETRY_HTTP_CODES = [500, 502, 504, 408]
REFERRER_POLICY = "no-referrer"

USER_AGENT = "Gatewatch/0.1 (news and regulation monitor)"  # the contact is added per request
DEFAULT_REQUEST_HEADERS = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}

LOG_FORMATTER = "crawlers.logformat.ShortLines"
LOG_LEVEL = "INFO"
FEED_EXPORT_ENCODING = "utf-8"
