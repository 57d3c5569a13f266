"""The story's web: two columns of the ministry and two papers on loopback, as of a given day.

    with Site() as site:
        site.show(DAYS[1])
        ...                     # what was published by that evening, and nothing later

Serves on 127.0.0.1 on a free port; knows nothing of Gatewatch's own work and asks nobody anything.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from string import Template
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from gatewatch.demo import jpaas
from gatewatch.demo.feeds import Item, rss
from gatewatch.demo.story import COLUMNS, DAYS, PAPERS, Day, Paper, Piece, documents, pieces


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request is answered with."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Site:
    """The site. It shows the first day until told another; `show` may be called while it serves."""

    def __init__(self) -> None:
        self._day = DAYS[0]
        self._seen: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The base address, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def show(self, day: Day) -> None:
        """From now on the site is as it was on the evening of that day."""
        self._day = day

    def answer(self, target: str, none_match: str = "") -> Answer:
        """What a GET of this path and query is answered with."""
        parts = urlsplit(target)
        if parts.path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /admin/\n", "text/plain")
        if parts.path == jpaas.UNIT:
            return self._unit(dict(parse_qsl(parts.query, keep_blank_values=True)))
        return self._of_ministry(parts.path) or self._of_papers(parts.path, none_match) or _MISSING

    def _unit(self, query: dict[str, str]) -> Answer:
        for column in COLUMNS:
            if column.answers(query) and column.page_id in self._seen:
                page = jpaas.page_asked(query)
                return Answer(
                    jpaas.unit_answer(column, self._shown(column), page).encode(), "application/json"
                )
        return Answer(jpaas.unit_json("", success=False).encode(), "application/json")

    def _of_ministry(self, path: str) -> Answer | None:
        for column in COLUMNS:
            if path == column.path:
                self._seen.add(column.page_id)
                return Answer(jpaas.column_page(column).encode())
            shown = self._shown(column)
            for document in shown:
                if path == document.path:
                    others = tuple(other for other in shown if other is not document)[:4]
                    return Answer(jpaas.article_page(column, document, others).encode())
        return None

    def _shown(self, column: jpaas.Column) -> list[jpaas.Document]:
        return [document for document in documents(column) if document.published <= self._day.now]

    def _of_papers(self, path: str, none_match: str) -> Answer | None:
        for paper in PAPERS:
            shown = [piece for piece in pieces(paper) if piece.published <= self._day.now]
            if path == paper.feed:
                body = _feed(paper, shown, self.url)
                tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                if none_match == tag:
                    return Answer(status=304, headers={"ETag": tag})
                return Answer(body, "application/rss+xml", headers={"ETag": tag})
            for piece in shown:
                if path == piece.path:
                    return Answer(_page(paper, piece), f"text/html; charset={paper.encoding}")
        return None


_MISSING = Answer(
    b"<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>", status=404
)


def _feed(paper: Paper, shown: list[Piece], base: str) -> bytes:
    items = [
        Item(
            piece.title,
            base + piece.path,
            piece.published,
            summary=f"<p>{escape(piece.paragraphs[0][:120])}</p>",
            content=_paragraphs(piece) if paper.whole else "",
        )
        for piece in shown
    ]
    return rss(paper.name, base + paper.folder, items, encoding=paper.encoding, lang=paper.lang)


def _page(paper: Paper, piece: Piece) -> bytes:
    text = _template(paper.id).substitute(
        title=escape(piece.title),
        published=f"{piece.published:%Y-%m-%d %H:%M}" if paper.lang != "en" else piece.published.isoformat(),
        day=f"{piece.published:%Y-%m-%d}",
        body=_paragraphs(piece),
    )
    return text.encode(paper.encoding, "xmlcharrefreplace")


def _paragraphs(piece: Piece) -> str:
    return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in piece.paragraphs)


@cache
def _template(paper: str) -> Template:
    folder = {"courier": "press", "trade": "trade"}[paper]
    file = resources.files("gatewatch") / "demo" / "pages" / folder / "article.html"
    return Template(file.read_text("utf-8"))


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One request a connection; nothing is logged."""

        def do_GET(self) -> None:
            """Answer what the site says."""
            answer = site.answer(self.path, self.headers.get("If-None-Match", ""))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Type", answer.kind)
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Say nothing."""

    return Handler
