"""The words of `/gatewatch` in two languages. Data only."""

from __future__ import annotations

from dataclasses import dataclass

from gatewatch.why_chinese import CHINESE as CHINESE_WHY
from gatewatch.why_words import ENGLISH as ENGLISH_WHY
from gatewatch.why_words import WhyWords


@dataclass(frozen=True, slots=True)
class SlashWords:
    """One language's words; `why` are those of `gatewatch why`. `wrong` leads an error of the config's."""

    help: tuple[str, ...]
    unknown: str
    outbox: str
    nothing: str
    more: str
    no_words: str
    wrong: str
    why: WhyWords


ENGLISH = SlashWords(
    help=(
        "/gatewatch status: what came in the last day, what is covered, what waits to be sent",
        "/gatewatch why LINK: what became of an article",
        "/gatewatch search WORDS: find stored articles; Chinese words of two characters and more",
        "Below a message: Relevant and Not relevant teach the rules; Take it says who has the matter.",
        "Snooze keeps what follows of the matter silent for so long.",
    ),
    unknown="There is no “{text}” here.",
    outbox="Alerts: {waiting} waiting, {rejected} rejected, {held} held.",
    nothing="Nothing that is stored has these words.",
    more="The newest {count} are shown; gatewatch search shows more.",
    no_words="Nothing to search for: give at least one word, for example /gatewatch search 跨境专线",
    wrong="{error}",
    why=ENGLISH_WHY,
)

CHINESE = SlashWords(
    help=(
        "/gatewatch status：最近一天的情况、覆盖范围、待发消息",
        "/gatewatch why 链接：某篇文章的处理结果",
        "/gatewatch search 词语：搜索已存文章，两个汉字即可",
        "消息下方的按钮：“相关”与“不相关”用于改进规则；“我来处理”表示由谁负责；“暂停提醒”使后续消息静默。",
    ),
    unknown="没有“{text}”这一命令。",
    outbox="消息：待发 {waiting}，被拒 {rejected}，搁置 {held}。",
    nothing="已存内容中没有这些词语。",
    more="仅显示最新 {count} 篇；gatewatch search 可显示更多。",
    no_words="请给出至少一个词语，例如 /gatewatch search 跨境专线",
    wrong="无法回答：{error}",
    why=CHINESE_WHY,
)


def slash_words(language: str) -> SlashWords:
    """The words of a channel's language."""
    return CHINESE if language.lower().startswith("zh") else ENGLISH
