"""Opens a feed for feedparser: what it is, whole or not, free of entities, in UTF-8, JSON as Atom.

Whatever feedparser would take wrongly or half is refused here by name. Never reads an entry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from crawlers.errors import Malformed
from crawlers.parse.charset import Kind, decode, scrub
from crawlers.parse.swollen import swollen

_REMEDY = "Open the address by hand: the site names its feeds in the page's head or on an RSS page."
_ROOTS = {"rss": "rss", "rdf": "RDF", "feed": "feed"}

# <?xml version="1.0"?>  <?xml-stylesheet …?>
_INSTRUCTION = re.compile(r"<\?.*?\?>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# <!-- ]> -->  |  "-//Netscape//DTD RSS 0.91//EN"  |  [  |  ]  |  >
_DOCTYPE_PART = re.compile(r"<!--(?:.*?-->|.*)|\"[^\"]*\"|'[^']*'|[\[\]>]", re.DOTALL)
# <rdf:RDF xmlns…  |  <rss version="2.0">
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
# Characters that no XML document may hold, so that no JSON value can break the Atom made of it.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def open_feed(body: bytes, url: str, content_type: str) -> str:
    """The feed as XML text without declaration and DOCTYPE. Raises Malformed as `feed.parse` says."""
    kind: Kind = "json" if body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["} else "xml"
    text = decode(body, declared=content_type, kind=kind).lstrip()
    if kind == "json":
        return _atom(text, url)
    if swollen(text):
        raise Malformed(
            "broken-feed", f"the feed at {url} has tags of hundreds of attributes", "Tell its maker."
        )
    rest = _without_prolog(text, url)
    root = _ROOT.match(rest)
    name = root[1] if root else ""
    if name.lower() not in _ROOTS:
        page = "a web page" if name.lower() in {"html", "head", "body", "script", "div"} else "something else"
        raise Malformed("not-a-feed", f"{url} answers {page}, not a feed", _REMEDY)
    if not re.search(rf"</(?:[\w.-]+:)?{re.escape(name)}\s*>", rest[-20_000:]) and not re.match(
        r"<[^<>]{0,2000}/\s*>", rest
    ):
        raise Malformed("truncated", f"the feed at {url} breaks off", "It is tried again.")
    return rest


def _without_prolog(text: str, url: str) -> str:
    """The document from its root element on. A DOCTYPE is dropped, one that declares entities refused."""
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        for pattern in (_INSTRUCTION, _COMMENT):
            found = pattern.match(text, at)
            if found:
                at = found.end()
                break
        else:
            if not text[at : at + 9].lower().startswith("<!doctype"):
                return text[at:]
            at = _after_doctype(text, at, url)


def _after_doctype(text: str, at: int, url: str) -> int:
    """The place behind the DOCTYPE that begins at `at`; quotes, comments and internal subset minded."""
    depth, end = 0, len(text)
    for found in _DOCTYPE_PART.finditer(text, at):
        if found[0] == "[":
            depth += 1
        elif found[0] == "]":
            depth -= 1
        elif found[0] == ">" and depth <= 0:
            end = found.end()
            break
    if re.search(r"<!ENTITY\b", text[at:end], re.IGNORECASE):
        raise Malformed(
            "entities", f"the feed at {url} declares entities of its own", "It is not read; tell its maker."
        )
    return end


# --- JSON Feed (jsonfeed.org/version/1.1) ------------------------------------------------------------
def _atom(text: str, url: str) -> str:
    """A JSON Feed written as Atom, so that its entries come from feedparser like all others."""
    try:
        feed: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("broken-feed", f"the JSON at {url} is broken", _REMEDY) from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise Malformed("not-a-feed", f"{url} answers JSON, but no JSON Feed (no items)", _REMEDY)
    parts = ['<feed xmlns="http://www.w3.org/2005/Atom">', _text("title", feed.get("title"))]
    for item in items:
        if isinstance(item, dict):
            parts += ["<entry>", *_members(item), "</entry>"]
    return "".join([*parts, "</feed>"])


def _members(item: dict[str, Any]) -> Iterator[str]:
    yield _text("id", item.get("id"))
    # By the rule a title is plain; by habit it is HTML, and nobody means the letters "&amp;".
    yield _text("title", unescape(_value(item.get("title"))))
    for name in ("url", "external_url"):
        if link := _value(item.get(name)):
            yield f"<link rel='alternate' href={quoteattr(link)}/>"
            break
    yield _text("published", item.get("date_published"))
    yield _text("updated", item.get("date_modified"))
    yield _text("summary", item.get("summary"))
    if markup := _value(item.get("content_html")):
        yield f"<content type='html'>{escape(markup)}</content>"
    elif words := _value(item.get("content_text")):
        yield f"<content type='text'>{escape(words)}</content>"


def _text(name: str, value: object) -> str:
    said = _value(value)
    return f"<{name}>{escape(said)}</{name}>" if said else ""


def _value(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return _NOT_XML.sub("", scrub(str(value)))
