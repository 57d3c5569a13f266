"""A loopback site in the true shape of MIIT, serving feeds beside it, that a test changes as it goes.

    with Site() as site:
        notices = site.column("/zwgk/zcwj/wjfb/tz/", "通知")
        site.publish(notices, "关于……的通知", published="2026-09-30 16:27", text=["……"], doc_no="工信部……号")
        site.feeds["/rss.xml"] = Feed("rss2", items=[Item("Title", "/news/1", summary="…")])
        site.fault(notices.path, "jsl-521")

Column pages, the unit call (refused to whom has not fetched the column page first, or with wrong
parameters), article pages, robots.txt, feeds with ETag and Last-Modified. As a process:

    python -m tests.support.site --port 0 --state FILE

prints its address first and serves what FILE (written by `Site.save`) says, read again when it
changes; `/_/log` answers the request log as JSON. Never speaks to anything but its clients.
"""

from __future__ import annotations

import copy
import hashlib
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from datetime import datetime
from email.utils import formatdate
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from gatewatch.demo import jpaas
from gatewatch.demo.jpaas import ROWS, UNIT, Column, Document
from tests.support.board import Board, read_back, written
from tests.support.faults import FAULTS
from tests.support.feeds import CONTENT_TYPES, Feed
from tests.support.rows import styled_answer
from tests.support.wire import Reply, Request, Server

BEIJING = ZoneInfo("Asia/Shanghai")
BORN = 1_800_000_000


class Site:
    """See above. Everything may be called from any thread while it serves."""

    def __init__(self, addresses: Iterable[str] = ("127.0.0.1",), port: int = 0, *, size: int = ROWS):
        self.server = Server(self._answer, addresses, port)
        self.board = Board()
        self.size = size
        self.lock = threading.RLock()
        self.primed: set[tuple[str, str]] = set()
        self.faults: dict[str, list] = {}
        self.needs_priming = True

    # --- life ------------------------------------------------------------------------------------------
    def start(self) -> Self:
        self.server.start()
        return self

    def stop(self) -> None:
        self.server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The base address, without a slash at its end."""
        return self.at(self.server.addresses[0])

    def at(self, address: str) -> str:
        """The base address under another of the site's addresses."""
        return f"http://{address}:{self.server.port}"

    # --- what it shows -----------------------------------------------------------------------------------
    @property
    def feeds(self) -> dict[str, Feed]:
        """The feeds by path; change them as you like."""
        return self.board.feeds

    @property
    def pages(self) -> dict[str, tuple[bytes, str]]:
        """Plain pages by path: (body, content type)."""
        return self.board.pages

    @property
    def robots(self) -> str | None:
        """The text of robots.txt; None answers 404."""
        return self.board.robots

    @robots.setter
    def robots(self, text: str | None) -> None:
        self.board.robots = text

    def column(self, folder: str, name: str, *, style: str = "miit", **more) -> Column:
        """Open a column. `style`: miit, mofcom, plain (provinces) or table."""
        column = Column(folder, name, **more)
        with self.lock:
            self.board.columns[folder] = column
            self.board.documents.setdefault(folder, [])
            self.board.styles[folder] = style
        return column

    def publish(
        self,
        column: Column,
        title: str,
        *,
        published: datetime | str = "2026-09-30 16:27",
        text: Iterable[str] = ("正文。",),
        place: int = 0,
        **more,
    ) -> Document:
        """Put a document at `place` of the column (0 is the top). `more` are fields of Document."""
        if isinstance(published, str):
            published = datetime.fromisoformat(published)
        if published.tzinfo is None:
            published = published.replace(tzinfo=BEIJING)
        more["attachments"] = tuple(more.get("attachments", ()))
        path = more.pop("path", "") or jpaas.document_path(column, title, published)
        document = Document(path, title, published, tuple(text), **more)
        with self.lock:
            self.board.documents[column.folder].insert(place, document)
        return document

    def remove(self, document: Document) -> None:
        """The row goes and the page answers 404."""
        with self.lock:
            for documents in self.board.documents.values():
                documents[:] = [other for other in documents if other.path != document.path]

    def edit(self, document: Document, **changes) -> Document:
        """The same address says something else now."""
        changed = replace(document, **changes)
        with self.lock:
            for documents in self.board.documents.values():
                documents[:] = [changed if other.path == document.path else other for other in documents]
        return changed

    def republish(self, column: Column) -> None:
        """A redesign: every document of the column under a new address, the old ones gone."""
        with self.lock:
            documents = self.board.documents[column.folder]
            documents[:] = [
                replace(
                    one,
                    path=f"{column.folder}art/{one.published:%Y}/art_{jpaas.hex_id('again', one.path)}.html",
                )
                for one in documents
            ]

    def listed(self, column: Column) -> list[Document]:
        """The column's documents, top first."""
        return list(self.board.documents[column.folder])

    # --- faults --------------------------------------------------------------------------------------------
    def fault(
        self, path: str | Column, name: str, *, times: int | None = None, skip: int = 0, **options
    ) -> None:
        """From now on this path answers with the fault, `times` times (None: until mended), after `skip` honest answers.

        A Column stands for its unit call. Raises KeyError for a name that is not in the catalogue.
        """
        if name not in FAULTS:
            raise KeyError(f"{name!r} is no fault; there are: {', '.join(sorted(FAULTS))}")
        if name == "alternate":
            board = copy.deepcopy(self.board)
            options["stale"] = {"answer": lambda request: self._honest(request, board, conditional=False)}
        with self.lock:
            self.faults[self._fault_key(path)] = [name, times, skip, options]

    def mend(self, path: str | Column | None = None) -> None:
        """Take the fault of this path away, or all."""
        with self.lock:
            if path is None:
                self.faults.clear()
            else:
                self.faults.pop(self._fault_key(path), None)

    @staticmethod
    def _fault_key(path: str | Column) -> str:
        return f"{UNIT}#{path.page_id}" if isinstance(path, Column) else path

    # --- what was asked --------------------------------------------------------------------------------------
    @property
    def log(self) -> list[Request]:
        """Every request, in the order they came."""
        return self.server.log

    def asked(self, path: str | Column | None = None) -> list[Request]:
        """The requests for this path (a Column: its unit calls), or all."""
        with self.server.lock:
            seen = list(self.server.log)
        if path is None:
            return seen
        if isinstance(path, Column):
            return [one for one in seen if one.path == UNIT and one.query.get("pageId") == path.page_id]
        return [one for one in seen if one.path == path]

    def forget(self) -> None:
        """Empty the log, and forget who fetched which column page."""
        with self.server.lock:
            self.server.log.clear()
        self.primed.clear()

    # --- answers -----------------------------------------------------------------------------------------------
    def _answer(self, request: Request) -> Reply:
        with self.lock:
            found = self._fault_of(request)
            if found is None:
                return self._honest(request, self.board)
            name, options = found
            return FAULTS[name](
                self, request, lambda: self._honest(request, self.board, conditional=False), **options
            )

    def _fault_of(self, request: Request) -> tuple[str, dict] | None:
        for key in (f"{request.path}#{request.query.get('pageId', '')}", request.path, "*"):
            entry = self.faults.get(key)
            if entry is None:
                continue
            name, times, skip, options = entry
            if skip > 0:
                entry[2] -= 1
                return None
            if times is not None:
                if times <= 0:
                    continue
                entry[1] -= 1
            return name, options
        return None

    def _honest(self, request: Request, board: Board, *, conditional: bool = True) -> Reply:
        path = request.path
        if path == "/robots.txt":
            return _text(board.robots) if board.robots is not None else _missing()
        if path == UNIT:
            return self._unit(request, board)
        if path in board.feeds:
            return self._feed(request, board.feeds[path], conditional=conditional)
        if path in board.pages:
            body, kind = board.pages[path]
            return Reply(200, body, {"Content-Type": kind})
        for folder, column in board.columns.items():
            if path in {column.path, folder}:
                self.primed.add((request.client, column.page_id))
                return _html(jpaas.column_page(column))
            for document in board.documents[folder]:
                if document.path == path:
                    related = tuple(other for other in board.documents[folder] if other.path != path)[:3]
                    return _html(jpaas.article_page(column, document, related))
        return _missing()

    def _unit(self, request: Request, board: Board) -> Reply:
        for folder, column in board.columns.items():
            if not column.answers(request.query):
                continue
            if self.needs_priming and (request.client, column.page_id) not in self.primed:
                break
            try:
                paging = json.loads(request.query.get("paramJson", "{}"))
                page, size = int(paging.get("pageNo", 1)), int(paging.get("pageSize", self.size))
            except (ValueError, AttributeError):
                break
            if size > self.size:
                size = min(size, 99)  # SAMR and MOFCOM answer 99 rows to pageSize 100
            style = board.styles[folder]
            documents = board.documents[folder]
            if style == "miit":
                return _json(jpaas.unit_answer(column, documents, page, size))
            return _json(styled_answer(style, column, documents, page, size))
        return _json(jpaas.unit_json("", success=False))

    def _feed(self, request: Request, feed: Feed, *, conditional: bool) -> Reply:
        body = feed.render(self.url)
        kind = CONTENT_TYPES[feed.format]
        headers = {"Content-Type": kind if feed.encoding != "utf-8" else f"{kind}; charset=utf-8"}
        if feed.validators:
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            modified = formatdate(BORN + len(feed.items), usegmt=True)
            headers |= {"ETag": tag, "Last-Modified": modified}
            same = request.headers.get("if-none-match")
            since = request.headers.get("if-modified-since")
            if conditional and (same == tag or (same is None and since == modified)):
                return Reply(304, b"", headers)
        return Reply(200, body, headers)

    # --- as a file -----------------------------------------------------------------------------------------
    def save(self, file: Path) -> None:
        """Write what the site shows and its faults, for `python -m tests.support.site --state FILE`."""
        with self.lock:
            faults = {key: entry for key, entry in self.faults.items() if entry[0] != "alternate"}
            text = written(self.board) | {"faults": faults, "size": self.size}
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(text, ensure_ascii=False, default=datetime.isoformat), "utf-8")
        fresh.replace(file)

    def load(self, file: Path) -> None:
        """Show what `save` wrote."""
        state = json.loads(file.read_text("utf-8"))
        with self.lock:
            self.faults, self.size = state.pop("faults"), state.pop("size")
            self.board = read_back(state)


def _html(text: str) -> Reply:
    return Reply(200, text.encode(), {"Content-Type": "text/html; charset=utf-8"})


def _json(text: str) -> Reply:
    return Reply(200, text.encode(), {"Content-Type": "application/json"})


def _text(text: str) -> Reply:
    return Reply(200, text.encode(), {"Content-Type": "text/plain"})


def _missing() -> Reply:
    page = "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>"
    return replace(_html(page), status=404)


class _Follower:
    """Serves the state file, read again whenever it changes."""

    def __init__(self, site: Site, file: Path):
        self.site, self.file, self.seen = site, file, ()
        self.answer: Callable[[Request], Reply] = site.server.answer
        site.server.answer = self

    def __call__(self, request: Request) -> Reply:
        if request.path == "/_/log":
            return _json(
                json.dumps([asdict(one) | {"body": ""} for one in self.site.asked() if one is not request])
            )
        with self.site.lock:
            facts = self.file.stat()
            if self.seen != (facts.st_mtime_ns, facts.st_size, facts.st_ino):
                self.site.load(self.file)
                self.seen = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
        return self.answer(request)


def main(arguments: list[str] | None = None) -> None:
    """Serve a state file until the process is ended; the first line printed is the address."""
    import argparse
    import signal

    parser = argparse.ArgumentParser(prog="python -m tests.support.site", description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--address", action="append", help="several may be given; default 127.0.0.1")
    options = parser.parse_args(arguments)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    with Site(options.address or ("127.0.0.1",), options.port) as site:
        _Follower(site, options.state)
        print(site.url, flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
