"""The words of digests in two languages. Data only; how sentences are made of them is `digest_words`."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.wording.words import CHINESE, Words


@dataclass(frozen=True, slots=True)
class DigestTerms:
    """One language's words. Templates take only named fields."""

    digest: str
    digest_part: str
    span: str
    regular: str
    nothing: str
    nothing_here: str
    due_soon: str
    held_head: str
    other: str
    more: str
    held: str
    silenced: str
    review: str
    covered: str
    ill: str
    seen: str
    uncovered: str
    blind: str


_ENGLISH = DigestTerms(
    digest="{matches} while the channel was quiet or waited for its digest",
    digest_part="part {part} of {parts}",
    span="{since} to {until}",
    regular="{since} to {until}: {matches}",
    nothing="nothing matched from {since} to {until}",
    nothing_here="{since} to {until}: nothing for this channel; {matches} elsewhere",
    due_soon="due in the next 14 days",
    held_head="older than 30 days when first seen",
    other="other",
    more="and {count} more: {command}",
    held="Older than 30 days when first seen, and so not told one by one: {matches}",
    silenced="Silenced by somebody, and so not told: {matches}",
    review="for a person to look at (gatewatch matters review): {matches}",
    covered="Read: {sources}",
    ill="not read well: {names}",
    seen="covered: {names}",
    uncovered="UNCOVERED: {names}",
    blind="blind at times: {names}",
)

_CHINESE = DigestTerms(
    digest="静默时段或摘要前积累的{matches}",
    digest_part="第 {part} 部分，共 {parts} 部分",
    span="{since} 至 {until}",
    regular="{since} 至 {until}：{matches}",
    nothing="{since} 至 {until} 没有命中",
    nothing_here="{since} 至 {until}：没有属于本频道的内容；其他频道有 {matches}",
    due_soon="未来 14 天内到期",
    held_head="首次见到时已逾 30 天",
    other="其他",
    more="另有 {count} 条：{command}",
    held="首次见到时已逾 30 天、未逐条通知：{matches}",
    silenced="已被静默、未通知：{matches}",
    review="待人工查看（gatewatch matters review）：{matches}",
    covered="已读取 {sources}",
    ill="读取不正常：{names}",
    seen="已覆盖：{names}",
    uncovered="未覆盖：{names}",
    blind="部分时间未覆盖：{names}",
)


def digest_terms(say: Words) -> DigestTerms:
    """The words of this language."""
    return _CHINESE if say is CHINESE else _ENGLISH
