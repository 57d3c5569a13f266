"""Measures the reading of feeds on a folder of feeds that others wrote: `make feeds FOLDER=…`.

Every different file below FOLDER whose root is rss, rdf:RDF or feed, or that is a JSON Feed, is read by
`crawlers.parse.feed` under a time limit and compared with what lxml (or json) finds in it by itself:
how many items say something, and their titles. Prints each miss and the shares; a feed that we
refuse is a miss unless lxml finds it broken too or it declares entities (we never read those). Exits
with 5 below 98 %, on a crash or a hang. Changes nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.html import defs

from crawlers.errors import SourceError
from crawlers.parse import feed

FLOOR = 0.98
LIMIT = 5.0
_ZONE = ZoneInfo("Asia/Shanghai")
_URL = "https://feeds.example.org/feed.xml"
# Header: Content-type: application/xml; charset=koi8-r   (how test feeds tell what the server said)
_HEADER = re.compile(rb"Header:\s+Content-type:\s*([^\r\n]+)", re.IGNORECASE)
# Where a title may stand that is the item's own: RSS 0.9, 0.91, 1.0, 1.1, 2.0 and Atom, by their namespaces.
_SPACES = re.compile(
    r"rss|my\.netscape|channel\.netscape|purl\.org/(?:net/rss|atom|rss)|/Atom|backend\.userland",
    re.IGNORECASE,
)
_SAID = {"description", "summary", "content", "encoded", "body", "fullitem"}
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!DOCTYPE[^<>]*>", re.IGNORECASE | re.DOTALL)
_TAGS = defs.tags | {"frame", "frameset", "blink", "embed"}

Item = tuple[str, str, str]
"""A title (empty where there is none), an address, and the words where there is no title."""


class Hang(Exception):
    """A feed took longer than the limit."""


def main() -> int:
    """Run the measurement on the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Measure the reading of feeds.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--brief", action="store_true", help="the shares only")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    seen: set[bytes] = set()
    slowest = (0.0, "")
    for path in sorted(options.folder.rglob("*")):
        if not path.is_file() or path.stat().st_size > 20_000_000:
            continue
        body = path.read_bytes()
        if body in seen:
            continue
        seen.add(body)
        said = found[1].decode("latin-1").strip() if (found := _HEADER.search(body[:4096])) else ""
        wanted = _truth(body, said)
        if wanted is None:
            continue
        began = time.process_time()
        outcome, why = _outcome(body, said, wanted)
        slowest = max(slowest, (time.process_time() - began, str(path)))
        counts[outcome] += 1
        if outcome != "right" and not options.brief:
            print(f"{outcome:8} {path.relative_to(options.folder)}: {why}")
    judged = sum(counts.values()) - counts["entities"] - counts["broken"]
    share = counts["right"] / judged if judged else 0.0
    print(", ".join(f"{count} {name}" for name, count in counts.most_common()))
    print(f"{share:.2%} of {judged} feeds right; slowest {slowest[0]:.2f} s: {slowest[1]}")
    return 0 if share >= FLOOR and not counts["crash"] and not counts["hang"] else 5


def _outcome(body: bytes, said: str, wanted: list[Item]) -> tuple[str, str]:
    """What came of it (right, count, titles, refused, entities, broken, crash, hang) and why."""
    try:
        with _limit(LIMIT):
            entries = feed.parse(body, _URL, content_type=said, zone=_ZONE).entries
    except Hang:
        return "hang", f"more than {LIMIT:.0f} s"
    except SourceError as error:
        if error.code == "entities":
            return "entities", str(error)
        return ("broken" if not _well_formed(body) else "refused"), f"{error.code}: {error}"
    except Exception as error:  # noqa: BLE001 - a crash is what we look for
        return "crash", f"{type(error).__name__}: {error}"
    if len(entries) != len(wanted):
        return "count", f"{len(entries)} entries, not {len(wanted)}"
    for entry, (title, _, _) in zip(entries, wanted, strict=True):
        if title and "\ufffd" not in title and not _same(entry.title, title):
            return "titles", f"{entry.title!r}, not {title!r}"
    return "right", ""


def _same(ours: str, theirs: str) -> bool:
    ours, theirs = (re.sub(r"\s+", "", text) for text in (ours, theirs))
    # An aggregator's item: its publisher stands behind the title and is kept apart.
    return ours == theirs or (theirs.startswith(ours) and theirs[len(ours) : len(ours) + 1] in set("-–—|"))


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    def over(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# --- what lxml finds by itself -----------------------------------------------------------------------
def _truth(body: bytes, said: str) -> list[Item] | None:
    """The items of a feed that say something, each once; None for what is no feed."""
    if body[:100].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json_truth(body)
    root = _tree(body, said, recover=True)
    if root is None or _name(root) not in {"rss", "RDF", "feed"}:
        return None
    found = [_item(item) for item in root.iter("{*}item", "{*}entry") if _is_item(item)]
    return list(dict.fromkeys(row for row in found if row[0] or row[2]))


def _tree(body: bytes, said: str, *, recover: bool) -> Any:
    charset = found[1] if (found := re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", said)) else None
    if not body.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in body[:4] and not body.isascii():
        with suppress(UnicodeDecodeError):
            charset = body.decode("utf-8") and "utf-8"  # whatever the label says
    for encoding in (charset, None) if charset else (None,):
        try:
            parser = etree.XMLParser(
                recover=recover, resolve_entities=False, no_network=True, encoding=encoding
            )
            return etree.fromstring(body.lstrip(), parser)
        except (etree.LxmlError, LookupError, ValueError):
            continue
    return None


def _well_formed(body: bytes) -> bool:
    return body[:1] == b"{" or _tree(body, "", recover=False) is not None


def _name(node: Any) -> str:
    """`item` of `{http://…}item`; a prefix that was never declared stays, a comment has no name."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _is_item(node: Any) -> bool:
    parent = node.getparent()
    return parent is not None and _name(parent) in {"channel", "RDF", "rss", "feed", "items"}


def _item(node: Any) -> Item:
    title, link, said = "", "", ""
    for child in node.iter():
        name = _name(child)
        space = child.tag[1:].rpartition("}")[0] if name else ""
        own = child.getparent() is node and (not space or _SPACES.search(space) is not None)
        if name == "title" and own and not title:
            title = _words(child, space)
        elif name == "link" and own and not link:
            link = child.get("href") or (child.text or "").strip()
        elif name in _SAID and not said:
            said = _words(child, space)
    return title, link, "" if title else said


def _words(node: Any, space: str) -> str:
    """The text of a title or a text, as a reader of feeds shows it."""
    raw = "".join(node.itertext())
    sort, mode = (node.get("type") or "").lower(), (node.get("mode") or "").lower()
    if mode == "base64":
        return _shown(b64decode(raw).decode("utf-8", "replace"))
    if "atom" in space.lower() and mode != "escaped" and sort in {"", "text", "text/plain"}:
        return raw.strip()
    if "atom" in space.lower() and ("xhtml" in sort or mode == "xml"):
        return raw.strip()
    return _shown(raw)


def _shown(markup: str) -> str:
    """Markup as text: without the tags that HTML has, its entities resolved."""
    markup = re.sub(
        r"<(script|style)\b.*?</\1\s*>|<!DOCTYPE[^<>]*>", "", markup, flags=re.IGNORECASE | re.DOTALL
    )
    markup = re.sub(
        r"</?([a-z][a-z0-9]*)\b[^<>]*>",
        lambda tag: "" if tag[1].lower() in _TAGS else tag[0],
        markup,
        flags=re.IGNORECASE,
    )
    return unescape(markup).strip()


def _json_truth(body: bytes) -> list[Item] | None:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    if not isinstance(document, dict) or "jsonfeed.org" not in str(document.get("version")):
        return None
    rows = []
    for item in document.get("items") or ():
        if isinstance(item, dict) and any(
            item.get(key) for key in ("title", "summary", "content_html", "content_text")
        ):
            address = str(item.get("url") or item.get("id") or "")
            rows.append((unescape(str(item.get("title") or "")), address, ""))
    return list(dict.fromkeys(rows))


if __name__ == "__main__":
    sys.exit(main())
