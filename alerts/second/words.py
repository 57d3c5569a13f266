"""The words of what goes by the second road, in two languages. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.wording.words import CHINESE, Words


@dataclass(frozen=True, slots=True)
class RoadWords:
    """One language's words. Templates take only named fields."""

    roads: Mapping[str, str]
    begun: str
    begun_what: str
    ended: str
    ended_what: tuple[str, str, str]
    meanwhile: str
    footer: str
    many: str
    more: str
    test: str


IN_ENGLISH = RoadWords(
    roads={"mail": "e-mail", "webhook": "the second webhook"},
    begun="Slack has accepted nothing since {since}: {why}",
    begun_what="Alerts go by {road} until it works again; then all of them are posted in Slack too",
    ended="Slack accepts messages again; it accepted none from {since} to {until}",
    ended_what=(
        "No alert came meanwhile",
        "1 alert went another way meanwhile and is posted in Slack too",
        "{count} alerts went another way meanwhile and are posted in Slack too",
    ),
    meanwhile="Sent by {road} on {when}, while Slack accepted nothing",
    footer="Sent by the second road: Slack has accepted nothing since {since}. It will be posted there too.",
    many="{count} alerts wait for Slack",
    more="and {count} more: gatewatch alerts list --state pending",
    test="Gatewatch can send here when Slack is down. This is a test; nothing has happened",
)

IN_CHINESE = RoadWords(
    roads={"mail": "电子邮件", "webhook": "备用 webhook"},
    begun="Slack 自{since}起无法发送：{why}",
    begun_what="恢复之前，消息改由{road}发送；恢复后全部补发至 Slack",
    ended="Slack 已恢复；自{since}至{until}无法发送",
    ended_what=(
        "其间没有消息",
        "其间 1 条消息另行发送，并补发至 Slack",
        "其间 {count} 条消息另行发送，并补发至 Slack",
    ),
    meanwhile="Slack 无法发送期间，已于{when}由{road}发出",
    footer="由备用通道发送：Slack 自{since}起无法发送，恢复后会补发至 Slack。",
    many="{count} 条消息等待发至 Slack",
    more="另有 {count} 条：gatewatch alerts list --state pending",
    test="Slack 中断时，Gatewatch 可以在此发送。这是一条测试消息",
)


def road_words(say: Words) -> RoadWords:
    """The same language's words for the second road."""
    return IN_CHINESE if say is CHINESE else IN_ENGLISH
