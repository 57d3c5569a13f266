"""Makes foreign text harmless before it goes to people: in Slack, on a terminal, in a notification.

Knows nothing of alerts. Never translates, never guesses, never looks anything up.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

URL_LIMIT = 2000

# "\x1b[31m", "\x07", "\x9b": what a terminal would obey; U+202E and its kin: what turns text round;
# U+200B, U+2060, U+FEFF, U+00AD and the tag characters: what hides inside words
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# "one\r\n two\u2028three", "U+0085"
_BLANKS = re.compile(r"[\s\x85\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
# "a b", "<", "|", "中": what may not stand in a link as it is
_UNSAFE_IN_URL = re.compile(r"[^!#-;=?-\[\]_a-z~]")
# "*b*", "~s~", "`c`", and "_i_", but not the middle of "miit_notices"
_FORMATTING = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)", re.ASCII)
_LOOK_ALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}


def visible(text: str) -> str:
    """The text without control, bidirectional and invisible characters; line ends become blanks.

    Lone surrogates, which no UTF-8 stream can carry, become U+FFFD. Leading and trailing blanks stay,
    so that pieces of one text can be cleaned apart.
    """
    text = _BLANKS.sub(" ", _HIDDEN.sub("", text))
    return _SURROGATES.sub("\ufffd", text)


def clean(text: str, limit: int) -> str:
    """One visible line of at most `limit` characters, cut with an ellipsis."""
    return cut(visible(text).strip(), limit)


def cut(text: str, limit: int) -> str:
    """At most `limit` code points, the last an ellipsis where something was cut."""
    if len(text) <= limit:
        return text
    return text[: max(0, limit - 1)].rstrip() + "…"


def escape(text: str) -> str:
    """Slack's three control characters as entities, and nothing else.

    https://docs.slack.dev/messaging/formatting-message-text/
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_within(text: str, limit: int) -> str:
    """The escaped text, at most `limit` characters of it, never cut inside an entity."""
    escaped = escape(text)
    if len(escaped) <= limit:
        return escaped
    kept, room = [], limit - 1
    for character in text:
        piece = escape(character)
        room -= len(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + "…"


def plain(text: str) -> str:
    """The text with Slack's formatting characters replaced by their look-alikes: `*b*` stays `∗b∗`."""
    return _FORMATTING.sub(lambda found: _LOOK_ALIKES[found.group()], text)


def safe_url(url: str) -> str:
    """The address where it can be a link (http or https, with a host), else an empty string.

    All that is not plain ASCII, and blanks, angle brackets, bars and the like, is percent-encoded, a
    Chinese host written in its ASCII form. An address with a password, or longer than URL_LIMIT, is no
    link.
    """
    url = _SURROGATES.sub("", url.strip())
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:  # a port that is none, a broken IPv6 host, a name no DNS could hold
        return ""
    if parts.scheme.lower() not in {"http", "https"} or "@" in parts.netloc or not host:
        return ""
    if _UNSAFE_IN_URL.search(host):
        return ""
    place = f"[{host}]" if ":" in host else host
    if port is not None:
        place += f":{port}"
    rest = url.split("://", 1)[1][len(parts.netloc) :]
    encoded = f"{parts.scheme.lower()}://{place}" + _UNSAFE_IN_URL.sub(
        lambda one: quote(one.group(), safe=""), rest
    )
    return encoded if len(encoded) <= URL_LIMIT else ""


def link(url: str) -> str:
    """A Slack link to an address that came from `safe_url`."""
    return f"<{escape(url)}>"
