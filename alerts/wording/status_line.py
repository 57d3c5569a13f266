"""The line below a matter's first message: who carries it by now, its stage, who has it. Pure.

Only this line ever changes: what a message says above it stays as it was told. All of it is inert, as the
rest is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from alerts.message import Message
from alerts.wording.inert import clean, cut, escape_within, plain
from alerts.wording.limits import STATUS_LIMIT
from alerts.wording.words import CHINESE, Words
from pipelines.facts import BEIJING

if TYPE_CHECKING:
    from pipelines.store.judgements import Judgement
    from pipelines.store.standing import Standing

_MOST = 4
"""Publishers that are named; the rest are counted."""
_OTHERS = 2
"""People who said otherwise that are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class StatusWords:
    """One language's words. Templates take only named fields."""

    carried: str
    more: str
    stage: str
    stages: Mapping[str, str]
    changed: str
    gone: str
    taken: str
    silent: str
    relevant: str
    irrelevant: str
    because: Mapping[str, str]
    against: str
    said_relevant: str
    said_irrelevant: str


_ENGLISH = StatusWords(
    carried="{count} sources so far: {names}",
    more="{count} more",
    stage="stage: {stage}",
    stages={
        "draft": "draft",
        "final": "issued",
        "extended": "extended",
        "amended": "amended",
        "repealed": "repealed",
        "clarified": "explained",
        "enforced": "being enforced",
    },
    changed="text changed {at}",
    gone="page gone since {at}",
    taken="with {by} since {at}",
    silent="silenced by {by} until {at}",
    relevant="marked relevant by {by}, {at}",
    irrelevant="marked not relevant{because} by {by}, {at}",
    because={
        "wrong-term": " (wrong term)",
        "wrong-source": " (wrong source)",
        "duplicate": " (duplicate)",
        "other": " (other)",
    },
    against="{mark} (this stands; {others})",
    said_relevant="{by} said relevant, {at}",
    said_irrelevant="{by} said not relevant{because}, {at}",
)

_CHINESE = StatusWords(
    carried="目前 {count} 个来源：{names}",
    more="另 {count} 个",
    stage="阶段：{stage}",
    stages={
        "draft": "征求意见",
        "final": "已发布",
        "extended": "已延长",
        "amended": "已修改",
        "repealed": "已废止",
        "clarified": "已作说明",
        "enforced": "正在执法",
    },
    changed="正文修改于{at}",
    gone="页面自{at}起无法打开",
    taken="{by}自{at}起负责",
    silent="{by}设为静默至{at}",
    relevant="{by}于{at}标为相关",
    irrelevant="{by}于{at}标为不相关{because}",
    because={
        "wrong-term": "（词语不当）",
        "wrong-source": "（来源不当）",
        "duplicate": "（重复）",
        "other": "（其他）",
    },
    against="{mark}（以此为准；{others}）",
    said_relevant="{by}曾于{at}标为相关",
    said_irrelevant="{by}曾于{at}标为不相关{because}",
)


def status_line(standing: Standing, names: Mapping[str, str], zone: ZoneInfo, say: Words) -> str:
    """What is new since the message was posted, in one line; empty where nothing is."""
    own = _CHINESE if say is CHINESE else _ENGLISH
    parts = [_carried(standing, names, say, own)]
    if standing.stage in own.stages:
        parts.append(own.stage.format(stage=own.stages[standing.stage]))
    if standing.changed is not None:
        parts.append(own.changed.format(at=_at(standing.changed, zone, say)))
    if standing.gone is not None:
        parts.append(own.gone.format(at=_at(standing.gone, zone, say)))
    if standing.taken is not None:
        by, at = clean(standing.taken.by, 40), _at(standing.taken.at, zone, say)
        parts.append(own.taken.format(by=by, at=at))
    if standing.silence is not None and standing.silent_until is not None:
        by, at = clean(standing.silence.by, 40), _at(standing.silent_until, zone, say)
        parts.append(own.silent.format(by=by, at=at))
    if standing.mark is not None:
        parts.append(_judged(standing.mark, standing.against, zone, say, own))
    return cut(" · ".join(part for part in parts if part), STATUS_LIMIT)


def below(posted: Message, line: str) -> Message:
    """The message as it was posted, with this line below it, and above its buttons; empty: none."""
    if not line:
        return posted
    buttons = [block for block in posted.blocks if block["type"] == "actions"]
    rest = [block for block in posted.blocks if block["type"] != "actions"]
    shown = {"type": "context", "elements": [{"type": "plain_text", "text": line, "emoji": False}]}
    blocks = (*rest, shown, *buttons) if posted.blocks else ()
    return Message(posted.alert, f"{posted.text}\n{escape_within(plain(line), STATUS_LIMIT)}", blocks)


def _carried(standing: Standing, names: Mapping[str, str], say: Words, own: StatusWords) -> str:
    found: dict[str, str] = {}
    for source, publisher in standing.carried:
        name = clean(publisher or names.get(source, source), 40)
        found.setdefault(name.casefold(), name)
    if len(found) < 2:
        return ""
    shown = list(found.values())[:_MOST]
    if len(found) > _MOST:
        shown.append(own.more.format(count=len(found) - _MOST))
    return own.carried.format(count=len(found), names=say.comma.join(shown))


def _judged(
    mark: Judgement, against: Sequence[Judgement], zone: ZoneInfo, say: Words, own: StatusWords
) -> str:
    """The mark that stands, and who said otherwise: nobody is overruled without seeing it."""
    line = _marked(mark, zone, say, own.relevant, own.irrelevant, own.because)
    if not against:
        return line
    others = [
        _marked(one, zone, say, own.said_relevant, own.said_irrelevant, own.because)
        for one in against[:_OTHERS]
    ]
    more = f" +{len(against) - _OTHERS}" if len(against) > _OTHERS else ""
    return own.against.format(mark=line, others=say.comma.join(others) + more)


def _marked(
    mark: Judgement, zone: ZoneInfo, say: Words, relevant: str, irrelevant: str, because: Mapping[str, str]
) -> str:
    by, at = clean(mark.by, 40), _at(mark.at, zone, say)
    if mark.detail["relevant"]:
        return relevant.format(by=by, at=at)
    return irrelevant.format(by=by, at=at, because=because.get(mark.detail["because"], ""))


def _at(moment: datetime, zone: ZoneInfo, say: Words) -> str:
    """`2026-11-24 14:05 Berlin`: the channel's own clock."""
    here = moment.astimezone(zone)
    city = say.beijing if here.utcoffset() == moment.astimezone(BEIJING).utcoffset() else zone.key
    return f"{here:%Y-%m-%d %H:%M} {city.rpartition('/')[2].replace('_', ' ')}"


def posted(alert: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> Message:
    """A message again, from what the store kept of it."""
    return Message(alert, text, tuple(dict(block) for block in blocks))
