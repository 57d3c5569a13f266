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
from gatewatch.why_words import ENGLISH, WhyWords

if TYPE_CHECKING:
    from datetime import datetime

    from pipelines.store import Store

# "a0123456789abcd0", as `articles` and exports show it
_ID = re.compile(r"a[0-9a-f]{15}")
_STATES = ("rejected", "pending", "sending", "held", "digest", "silenced")


class Unknown(ConfigError):
    """It is neither an address nor the id of an article that is stored."""


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


def lines(found: Mapping[str, Any], say: WhyWords = ENGLISH) -> Iterator[str]:
    """An answer in words, a line each."""
    verdict = say.verdicts.get(found["answer"], found["answer"])
    yield say.head.format(verdict=verdict, message=plain(found["message"]))
    if found["article"]:
        yield f"  {plain(found['article']['title'])}  ({found['article']['article_id']})"
        yield from (f"  {line}" for line in page_lines(found["article"]["page"], say))
        for file in found["article"]["attachments"]:
            state = say.attachment_states.get(file["state"], file["state"])
            missing = say.attachment_reasons.get(file["reason"], file["reason"])
            line = say.attachment.format(name=plain(file["name"]), state=state)
            yield f"  {line}{say.aside.format(reason=plain(missing)) if missing else ''}"
        if found["article"]["review"]:
            yield f"  {say.review}"
    for alert in found["alerts"]:
        state = say.states.get(alert["state"], alert["state"])
        place = plain(alert["permalink"] or alert["channel"])
        reason = say.aside.format(reason=plain(say.reason(alert["reason"]))) if alert["reason"] else ""
        yield f"  {state} {alert['sent_at'] or ''} {place}{reason}"
    if found["remedy"]:
        yield f"  {plain(found['remedy'])}"


def answer(invocation: Invocation, what: str, say: WhyWords = ENGLISH) -> dict[str, Any]:
    """What became of it, its message and remedy in these words.

    Raises Unknown.
    """
    store = invocation.known_store
    row = _stored(store, what) if store else None
    if row is not None:
        return _fetched(invocation, row, say)
    if not what.startswith(("http://", "https://")):
        unknown = say.no_article if _ID.fullmatch(what) else say.no_address
        raise Unknown(unknown.format(what=what), say.give)
    return _not_fetched(invocation, store, what, say)


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


def _fetched(invocation: Invocation, row: Mapping[str, Any], say: WhyWords) -> dict[str, Any]:
    from pipelines.export import file_records, shown  # noqa: PLC0415  # the store is open already

    zone = invocation.settings.zone
    fired = [match["rule"] for match in row["matches"] if not match["silent"]]
    silent = [match["rule"] for match in row["matches"] if match["silent"]]
    told = [told_json(one, zone) for one in row["deliveries"]]
    near = {"rule": row["near_rule"], "lacked": row["near_lacked"]} if row["near_rule"] else None
    if near is None and not row["matched"] and not silent:
        near = _nearest_now(invocation, row)
    sent = [one["sent"] for one in row["deliveries"] if one["state"] == "sent" and one["sent"]]
    then = _rules_then(invocation.existing_store, row["id"], min(sent)) if sent else []
    verdict, message = _verdict(row, then or fired, silent, told, near, say)
    return _account(
        verdict,
        message,
        say.send_anyway if verdict == "silenced" and told else say.remedies.get(verdict, ""),
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


def _rules_then(store: Store, article: str, at: datetime) -> list[str]:
    """The rules that spoke for it when it was told: an amendment may have changed them since."""
    known = [one for one in store.events.read(kind="matched", article=article) if one.at <= at]
    return list(known[-1].detail["rules"]) if known else []


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
    say: WhyWords,
) -> tuple[str, str]:
    """The answer, and a sentence."""
    sent = [one["sent_at"] for one in told if one["state"] == "sent" and one["sent_at"]]
    if sent and fired:  # whatever its text says since
        return "alerted", say.told.format(at=min(sent), rules=say.comma.join(fired))
    if not row["matched"] and silent:
        return "silenced", say.only_silent.format(rules=say.comma.join(silent))
    if not row["matched"]:
        nearest = say.nearest.format(rule=near["rule"], lacked=say.lacked(near["lacked"])) if near else ""
        return "no-rule", nearest or say.far
    rules = say.comma.join(fired)
    states = {one["state"] for one in told}
    if states:
        worst = min(states, key=_STATES.index)
        why_not = next(one["reason"] for one in told if one["state"] == worst) if worst == "silenced" else ""
        kept_back = say.kept_back.format(rules=rules, reason=say.reason(why_not)) if why_not else ""
        return worst.replace("sending", "pending"), kept_back or say.unsent.format(rules=rules)
    if row["relation"] == "copy":
        return "silenced", say.copy.format(rules=rules, matter=row["matter"])
    waiting = {"alert": "pending", "none": "silenced"}.get(row["disposition"], row["disposition"])
    return waiting, say.matched.format(rules=rules)


def _not_fetched(invocation: Invocation, store: Store | None, url: str, say: WhyWords) -> dict[str, Any]:
    from gatewatch.commands.sources import listed  # noqa: PLC0415  # brings the catalogue
    from pipelines.export import shown  # noqa: PLC0415  # the database likewise
    from pipelines.store.states import unread_at  # noqa: PLC0415

    tried = unread_at(store, _key(url)) if store else []
    if tried:
        last = tried[0]
        when = shown(last.next_try, invocation.settings.zone)
        failure = say.failure(last.code, last.message)
        message = say.unread.format(source=last.source, tries=last.tries, failure=failure)
        return _account("not-fetched", message, say.tried_again.format(at=when), sources=[last.source])
    near = [row for row in listed(invocation) if _site(row["url"]) == _site(url)]
    if not near:
        message = say.no_source.format(site=_site(url))
        return _account(
            "not-covered", message, say.remedies["not-covered"].format(address=f"https://{_host(url)}/")
        )
    on = [row for row in near if row["enabled"]]
    names = [row["id"] for row in near]
    if not on:
        remedy = say.switch_on.format(source=names[0])
        return _account("not-covered", say.switched_off, remedy, sources=names)
    if all(row["state"] == "new" for row in on):
        return _account("not-fetched", say.unpolled, say.crawl, sources=names)
    ill = [
        say.ill.format(source=row["id"], state=say.source_states.get(row["state"], row["state"]))
        for row in on
        if row["state"] != "ok"
    ]
    message = say.unlisted_ill.format(ill=say.comma.join(ill)) if ill else say.unlisted
    return _account("not-fetched", message, say.check, sources=names)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _site(url: str) -> str:
    return _host(url).removeprefix("www.").removeprefix("wap.").removeprefix("m.")


def _account(verdict: str, message: str, remedy: str, **more: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"article": None, "rules": [], "near": None, "alerts": [], "sources": []}
    return {"answer": verdict, "message": message, "remedy": remedy} | nothing | more
