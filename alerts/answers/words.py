"""The words of buttons and of what is said to whoever pressed one, in two languages. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """One language's words. Templates take only named fields; `between` stands between two sentences."""

    between: str
    relevant: str
    not_relevant: str
    take: str
    snooze: str
    because: Mapping[str, str]
    days: Mapping[str, str]
    marked: str
    marked_not: str
    before: str
    said_relevant: str
    said_not: str
    taken: str
    taken_over: str
    snoozed: str
    already: str
    forged: str
    unknown: str
    elsewhere: str
    nobody: str
    failed: str
    not_judge: str


ENGLISH = AnswerWords(
    between=" ",
    relevant="Relevant",
    not_relevant="Not relevant …",
    take="Take it",
    snooze="Snooze …",
    because={
        "wrong-term": "wrong term",
        "wrong-source": "wrong source",
        "duplicate": "duplicate",
        "other": "other",
    },
    days={"1d": "1 day", "7d": "7 days", "30d": "30 days"},
    marked="Noted: relevant.",
    marked_not="Noted: not relevant ({because}).",
    before="Before you, {by} said: {what}. Both are kept, yours stands.",
    said_relevant="relevant",
    said_not="not relevant ({because})",
    taken="It is yours.",
    taken_over="It is yours; {by} had it before.",
    snoozed="What follows of this matter stays silent until {until}; it is listed in the digest.",
    already="You have said so already; nothing changes.",
    forged="This button makes no sense here; nothing was changed.",
    unknown="This message is not known here any more; nothing was changed.",
    elsewhere="This button belongs to another message; nothing was changed.",
    nobody="There is nothing in this message to judge.",
    failed="That did not work; the program's log has the reason. Please try again.",
    not_judge="Only the people named in the configuration (judges) may judge; nothing was changed.",
)

CHINESE = AnswerWords(
    between="",
    relevant="相关",
    not_relevant="不相关 …",
    take="我来处理",
    snooze="暂停提醒 …",
    because={
        "wrong-term": "词语不当",
        "wrong-source": "来源不当",
        "duplicate": "重复",
        "other": "其他",
    },
    days={"1d": "1 天", "7d": "7 天", "30d": "30 天"},
    marked="已记录：相关。",
    marked_not="已记录：不相关（{because}）。",
    before="此前 {by} 认为：{what}。两者均予保留，以您的为准。",
    said_relevant="相关",
    said_not="不相关（{because}）",
    taken="由您处理。",
    taken_over="由您处理；此前由 {by} 处理。",
    snoozed="此事项的后续消息暂停至 {until}；摘要中仍会列出。",
    already="您已作此表示，无需更改。",
    forged="此按钮在此无效，未作任何更改。",
    unknown="此消息已无记录，未作任何更改。",
    elsewhere="此按钮属于另一条消息，未作任何更改。",
    nobody="此消息没有可评判的内容。",
    failed="操作未成功，原因见程序日志。请重试。",
    not_judge="只有配置中列出的人员（judges）可以评判，未作任何更改。",
)


def answer_words(language: str) -> AnswerWords:
    """The words of a channel's language."""
    return CHINESE if language.lower().startswith("zh") else ENGLISH
