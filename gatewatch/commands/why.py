"""`gatewatch why`: what became of an article, from "not covered" to "alerted at"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from crawlers.errors import ConfigError
from gatewatch.commands.alerts import told_json
from gatewatch.invocation import Command, Invocation, pass_invocation, print_json
from gatewatch.pagefacts import page_json, page_lines
from gatewatch.table import plain

if TYPE_CHECKING:
    from pipelines.store import Store

# "a0123456789abcd0", as `articles` and exports show it
_ID = re.compile(r"a[0-9a-f]{15}")
_STATES = ("rejected", "pending", "sending", "held", "digest", "silenced")
_REMEDIES = {
    "not-covered": "If it should be: add a source for this site (`gatewatch init` shows how one looks).",
    "no-rule": "If it should match: `gatewatch rules explain` shows each rule; change rules/*.yaml.",
    "baseline": "It was there before Gatewatch watched: `gatewatch crawl --backfill` sends such matches.",
    "held": "It was old when first seen: `gatewatch alerts retry ALERT` sends it.",
    "rejected": "`gatewatch alerts list --state rejected` says why; then `gatewatch alerts retry`.",
    "pending": "The next `gatewatch crawl`, or `gatewatch run`, sends it.",
}
_ALL_THE_SAME = (
    "`gatewatch alerts retry ALERT` sends it; `gatewatch matters silences` lists what is silenced."
)


@click.command(cls=Command, example="gatewatch why https://www.miit.gov.cn/zwgk/art/2017/art_32.html")
@click.argument("what", metavar="URL|ID")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def why(invocation: Invocation, what: str, as_json: bool) -> None:
    """Say what became of an article.

    Not covered, not fetched, fetched but no rule fired (and the nearest), silenced, or alerted at.
    """
    found = answer(invocation, what)
    if as_json:
        print_json(found)
        return
    for line in lines(found):
        click.echo(line)


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """An answer in words, a line each."""
    yield f"{found['answer'].replace('-', ' ')}: {plain(found['message'])}"
    if found["article"]:
        yield f"  {plain(found['article']['title'])}  ({found['article']['article_id']})"
        yield from (f"  {line}" for line in page_lines(found["article"]["page"]))
        for file in found["article"]["attachments"]:
            missing = f" ({plain(file['reason'])})" if file["reason"] else ""
            yield f"  attachment {plain(file['name'])}: {file['state']}{missing}"
        if found["article"]["review"]:
            yield "  to review: a regulator's attachment could not be read; open it by hand"
    for alert in found["alerts"]:
        place = alert["permalink"] or alert["channel"]
        reason = f" ({plain(alert['reason'])})" if alert["reason"] else ""
        yield f"  {alert['state']} {alert['sent_at'] or ''} {plain(place)}{reason}"
    if found["remedy"]:
        yield f"  {found['remedy']}"


def answer(invocation: Invocation, what: str) -> dict[str, Any]:
    """What became of it. Raises ConfigError for what is neither an address nor a known id."""
    store = invocation.known_store
    row = _stored(store, what) if store else None
    if row is not None:
        return _fetched(invocation, row)
    if not what.startswith(("http://", "https://")):
        kind = "article" if _ID.fullmatch(what) else "address or id"
        raise ConfigError(
            f"there is no {kind} {what!r}", "Give a whole address, or an id as an export has it."
        )
    return _not_fetched(invocation, store, what)


def _stored(store: Store, what: str) -> Mapping[str, Any] | None:
    found = store.articles.get(what)
    if found is None and what.startswith(("http://", "https://")):
        found = store.articles.get(_key(what))
    return found


def _key(url: str) -> str:
    from crawlers.errors import Refused  # noqa: PLC0415  # beside what raises it
    from crawlers.parse.urls import canonical  # noqa: PLC0415  # the store is open already

    try:
        return canonical(url)
    except Refused:
        return url


def _fetched(invocation: Invocation, row: Mapping[str, Any]) -> dict[str, Any]:
    from pipelines.export import file_records, shown  # noqa: PLC0415  # the store is open already

    zone = invocation.settings.zone
    fired = [match["rule"] for match in row["matches"] if not match["silent"]]
    silent = [match["rule"] for match in row["matches"] if match["silent"]]
    told = [told_json(one, zone) for one in row["deliveries"]]
    near = {"rule": row["near_rule"], "lacked": row["near_lacked"]} if row["near_rule"] else None
    if near is None and not row["matched"] and not silent:
        near = _nearest_now(invocation, row)
    verdict, message = _verdict(row, fired, silent, told, near)
    return _account(
        verdict,
        message,
        _ALL_THE_SAME if verdict == "silenced" and told else "",
        article={
            "article_id": row["id"],
            "matter_id": row["matter"],
            "title": row["title"],
            "url": row["url"],
            "source": row["source"],
            "first_seen": shown(row["first_seen"], zone),
            "page": page_json(invocation.existing_store, row["id"], zone),
            "review": row["review"] or None,
            "attachments": file_records(row),
        },
        rules=fired or silent,
        near=near,
        alerts=told,
        sources=[row["source"]],
    )


def _nearest_now(invocation: Invocation, row: Mapping[str, Any]) -> dict[str, str] | None:
    """The rule of today of which most is there, where none was near enough to be kept with the article."""
    loud = {
        one.rule.id
        for one in invocation.rules.rulings
        if one.rule.enabled and not one.rule.silent and one.rule.topic != "foreign"
    }
    said = {"tier": row["tier"], "lang": row["lang"], "source": row["source"]}
    for one in invocation.rules.explain(row["title"], row["private_text"] or row["text"], **said):
        if one.rule in loud and one.found and not one.fired:
            return {"rule": one.rule, "lacked": one.lacked}
    return None


def _verdict(
    row: Mapping[str, Any],
    fired: list[str],
    silent: list[str],
    told: list[dict[str, Any]],
    near: Mapping[str, str] | None,
) -> tuple[str, str]:
    """The answer, and a sentence."""
    if not row["matched"] and silent:
        return "silenced", f"only silent rules fired: {', '.join(silent)}"
    if not row["matched"]:
        nothing = "no rule is near: none of their words stands in it"
        return "no-rule", f"the nearest rule is {near['rule']}; {near['lacked']}" if near else nothing
    by = f"by {', '.join(fired)}"
    states = {one["state"] for one in told}
    if "sent" in states:
        first = min(one["sent_at"] for one in told if one["sent_at"])
        return "alerted", f"at {first}, {by}"
    if states:
        worst = min(states, key=_STATES.index)
        why_not = next(one["reason"] for one in told if one["state"] == worst) if worst == "silenced" else ""
        return worst.replace(
            "sending", "pending"
        ), f"matched {by}{f'; {why_not}' if why_not else ', and not sent yet'}"
    if row["relation"] == "copy":
        return "silenced", f"matched {by}, and is a copy of what its matter {row['matter']} tells"
    waiting = {"alert": "pending", "none": "silenced"}.get(row["disposition"], row["disposition"])
    return waiting, f"matched {by}"


def _not_fetched(invocation: Invocation, store: Store | None, url: str) -> dict[str, Any]:
    from gatewatch.commands.sources import listed  # noqa: PLC0415  # brings the catalogue
    from pipelines.export import shown  # noqa: PLC0415  # the database likewise
    from pipelines.store.states import unread_at  # noqa: PLC0415

    tried = unread_at(store, _key(url)) if store else []
    if tried:
        last = tried[0]
        when = shown(last.next_try, invocation.settings.zone)
        message = f"{last.source} lists it, and it could not be read {last.tries} times: {last.message}"
        return _account("not-fetched", message, f"It is tried again at {when}.", sources=[last.source])
    near = [row for row in listed(invocation) if _site(row["url"]) == _site(url)]
    if not near:
        return _account("not-covered", f"no source watches {_site(url)}")
    on = [row for row in near if row["enabled"]]
    names = [row["id"] for row in near]
    if not on:
        return _account("not-covered", "its sources are switched off", _switch_on(names), sources=names)
    if all(row["state"] == "new" for row in on):
        message = "the sources of this site have not been polled yet"
        return _account("not-fetched", message, "Run `gatewatch crawl`.", sources=names)
    ill = [f"{row['id']} is {row['state']}" for row in on if row["state"] != "ok"]
    message = f"the sources of this site have not listed it{': ' if ill else ''}{', '.join(ill)}"
    return _account("not-fetched", message, "`gatewatch sources check ID` asks a source now.", sources=names)


def _switch_on(names: list[str]) -> str:
    return f"`gatewatch sources enable {names[0]}` switches one on."


def _site(url: str) -> str:
    host = (urlsplit(url).hostname or "").lower()
    return host.removeprefix("www.").removeprefix("wap.").removeprefix("m.")


def _account(verdict: str, message: str, remedy: str = "", **more: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"article": None, "rules": [], "near": None, "alerts": [], "sources": []}
    return (
        {"answer": verdict, "message": message, "remedy": remedy or _REMEDIES.get(verdict, "")}
        | nothing
        | more
    )
