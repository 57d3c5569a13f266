"""How an article's page is since it was stored: looks, changes, copies that differ.

Reads only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gatewatch.table import plain
from gatewatch.why_words import ENGLISH, WhyWords

if TYPE_CHECKING:
    from pipelines.store import Store


def page_json(store: Store, article: str, zone: ZoneInfo) -> dict[str, Any] | None:
    """How the page is; None where it is not looked at."""
    from pipelines.export import shown  # noqa: PLC0415  # the database is open already

    row = store.articles.page(article)
    if row is None:
        return None
    return {
        "state": row["state"],
        "since": shown(row["since"], zone),
        "code": row["code"] or None,
        "message": row["message"] or None,
        "looked": row["looked"],
        "last": shown(row["last"], zone),
        "versions": [
            {
                "version": one["number"],
                "until": shown(one["until"], zone),
                "title": one["title"],
                "sha256": one["sha256"],
            }
            for one in store.articles.versions(article)
        ],
    }


def page_lines(page: Mapping[str, Any] | None, say: WhyWords = ENGLISH) -> list[str]:
    """The same for a person; nothing where there is nothing to say."""
    if page is None:
        return []
    found = []
    if page["looked"]:
        state = say.page_states.get(page["state"], page["state"])
        line = say.page.format(state=state, times=say.times(page["looked"]), last=page["last"])
        if page["state"] != "ok":
            failure = plain(say.failure(page["code"] or "", page["message"] or ""))
            line += say.page_since.format(state=state, since=page["since"], failure=failure)
        found.append(line)
    if former := page["versions"]:
        found.append(say.text.format(times=say.times(len(former)), last=former[-1]["until"]))
    return found


def differing(articles: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By article: an official copy whose text is not that of the document it is a copy of."""
    from crawlers.article import OFFICIAL  # noqa: PLC0415  # light
    from pipelines.changes import counted, counting, diff, fingerprint  # noqa: PLC0415  # light

    official = [row for row in articles if row["tier"] in OFFICIAL and row["whole"]]
    first = next((row for row in official if row["relation"] == "opens"), None)
    found: dict[str, dict[str, Any]] = {}
    for row in official:
        if first is None or row["relation"] != "copy" or row["id"] == first["id"]:
            continue
        if fingerprint("", row["text"]) == fingerprint("", first["text"]):
            continue
        texts = ("\n".join(counting(one["text"])) for one in (first, row))
        removed, added = counted(diff(*texts))
        found[row["id"]] = {"from": first["id"], "lacks": removed, "adds": added}
    return found
