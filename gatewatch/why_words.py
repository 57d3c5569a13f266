"""The words of `gatewatch why`: English here, Chinese (for Slack) in `gatewatch.why_chinese`.

Data only. Light: `gatewatch why --help` imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class WhyWords:
    """One language's words. Templates take only named fields.

    `verdicts`, `remedies` and `states` are by the code of the answer and of an alert; what has no word is
    said by its code. `reason`, `lacked` and `failure` say in this language what the store has in English: why
    an alert stands as it does, what a rule lacked, and (of a code and an English message) why a page could
    not be read.
    """

    comma: str
    stop: str
    head: str
    verdicts: Mapping[str, str]
    only_silent: str
    nearest: str
    far: str
    told: str
    unsent: str
    kept_back: str
    copy: str
    matched: str
    unread: str
    no_source: str
    switched_off: str
    unpolled: str
    unlisted: str
    unlisted_ill: str
    ill: str
    source_states: Mapping[str, str]
    remedies: Mapping[str, str]
    send_anyway: str
    tried_again: str
    switch_on: str
    crawl: str
    check: str
    no_article: str
    no_address: str
    give: str
    page: str
    page_since: str
    page_states: Mapping[str, str]
    text: str
    times: Callable[[int], str]
    attachment: str
    attachment_states: Mapping[str, str]
    attachment_reasons: Mapping[str, str]
    review: str
    states: Mapping[str, str]
    aside: str
    reason: Callable[[str], str] = _as_it_is
    lacked: Callable[[str], str] = _as_it_is
    failure: Callable[[str, str], str] = lambda _, message: message


ENGLISH = WhyWords(
    comma=", ",
    stop=". ",
    head="{verdict}: {message}",
    verdicts={"not-covered": "not covered", "not-fetched": "not fetched", "no-rule": "no rule"},
    only_silent="only silent rules fired: {rules}",
    nearest="the nearest rule is {rule}; {lacked}",
    far="no rule is near: none of their words stands in it",
    told="at {at}, by {rules}",
    unsent="matched by {rules}, and not sent yet",
    kept_back="matched by {rules}; {reason}",
    copy="matched by {rules}, and is a copy of what its matter {matter} tells",
    matched="matched by {rules}",
    unread="{source} lists it, and it could not be read {tries} times: {failure}",
    no_source="no source watches {site}",
    switched_off="its sources are switched off",
    unpolled="the sources of this site have not been polled yet",
    unlisted="the sources of this site have not listed it",
    unlisted_ill="the sources of this site have not listed it: {ill}",
    ill="{source} is {state}",
    source_states={},
    remedies={
        "not-covered": "If it should be: `gatewatch sources add {address}` finds the lists of a site.",
        "no-rule": "If it should match: `gatewatch rules explain` shows each rule; change rules/*.yaml.",
        "baseline": "It was there before Gatewatch watched: `gatewatch crawl --backfill` sends such matches.",
        "held": "It was old when first seen: `gatewatch alerts retry ALERT` sends it.",
        "rejected": "`gatewatch alerts list --state rejected` says why; then `gatewatch alerts retry`.",
        "pending": "The next `gatewatch crawl`, or `gatewatch run`, sends it.",
    },
    send_anyway="`gatewatch alerts retry ALERT` sends it; `gatewatch matters silences` lists silences.",
    tried_again="It is tried again at {at}.",
    switch_on="`gatewatch sources enable {source}` switches one on.",
    crawl="Run `gatewatch crawl`.",
    check="`gatewatch sources check ID` asks a source now.",
    no_article="there is no article {what!r}",
    no_address="there is no address or id {what!r}",
    give="Give a whole address, or an id as an export has it.",
    page="page: {state}, looked at {times}, last {last}",
    page_since="; {state} since {since}: {failure}",
    page_states={},
    text="text: changed {times}, last {last}; every version is kept",
    times=lambda count: "once" if count == 1 else f"{count} times",
    attachment="attachment {name}: {state}",
    attachment_states={},
    attachment_reasons={},
    review="to review: a regulator's attachment could not be read; open it by hand",
    states={},
    aside=" ({reason})",
)
