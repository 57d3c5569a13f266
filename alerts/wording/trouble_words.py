"""The words for how sources do and which authorities are seen, in two languages. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.wording.words import CHINESE, Words


@dataclass(frozen=True, slots=True)
class TroubleWords:
    """One language's words. Templates take only named fields."""

    tags: Mapping[str, str]
    states: Mapping[str, str]
    had_been: Mapping[str, str]
    broken: str
    broken_plain: str
    unsteady: str
    recovered: str
    recovered_from: str
    remedy: str
    counts: Mapping[str, tuple[str, str]]
    together: str
    scattered: str
    network: str
    network_remedy: str
    host_again: str
    scattered_again: str
    network_again: str
    network_again_since: str
    more: str
    each: str
    lost: str
    lost_network: str
    seen_again: str
    seen_again_since: str
    caught_up: str
    own: str
    others: str
    part: str
    way_open: str
    way: str
    way_since: str
    never: str
    last: str
    joint: str
    channel: str
    channel_waits: str
    no_file: str
    refused: str
    refused_waits: str
    file_waits: str
    deaf: str


IN_ENGLISH = TroubleWords(
    tags={"lost": "UNCOVERED", "again": "COVERED AGAIN"},
    states={
        "blocked": "refuses us",
        "empty": "shows fewer rows than it owes",
        "failing": "cannot be read",
        "gap": "may have a gap",
        "stale": "has shown nothing new for longer than usual",
        "off": "is off",
        "new": "was not read yet",
        "unchecked": "was not checked",
        "ok": "works again",
    },
    had_been={
        "blocked": "blocked",
        "empty": "short of rows",
        "failing": "unreadable",
        "gap": "read with gaps",
        "stale": "silent",
        "unsteady": "unsteady",
    },
    broken="{name} {state} ({code})",
    broken_plain="{name} {state}",
    unsteady="{name} is unsteady: its state changed {changes} times. It is told again when one state lasts",
    recovered="{name} works again",
    recovered_from="{name} works again; since {since} it had been {state}",
    remedy="What to do: {remedy}",
    counts={"sources": ("{} source", "{} sources"), "hosts": ("{} host", "{} hosts")},
    together="{host}: {sources} fail together",
    scattered="{sources} on {hosts} fail",
    network="Gatewatch's own network seems to be down: nothing answers, {sources} on {hosts} so far",
    network_remedy="check the connection, DNS and the proxy; gatewatch doctor looks at each",
    host_again="{host} answers again: {sources}",
    scattered_again="{sources} on {hosts} work again",
    network_again="The network works again; {sources} that could not be reached are asked now",
    network_again_since=(
        "The network works again; it was noticed to be down at {since}. "
        "{sources} that could not be reached are asked now"
    ),
    more="and {count} more: {command}",
    each="gatewatch sources health shows each with its remedy",
    lost="No road is open to {who}: what is published there is not seen until this ends",
    lost_network="It seems to be Gatewatch's own network",
    seen_again="{who} is seen again",
    seen_again_since="{who} is seen again; since {since} no road had been open",
    caught_up="What the lists still show of the time between is read now",
    own="own site ({host})",
    others="{count} more",
    part="{road}, {shut} of {all} sources,",
    way_open="{road} is read",
    way="{road} {state}",
    way_since="{road} {state} since {since}",
    never="never read",
    last="last read {last}",
    joint=" and ",
    deaf="Buttons and /gatewatch do not work: {why}",
    channel="Nothing can be posted to {name}",
    channel_waits="What is for {name} waits and is posted once that works: gatewatch alerts list",
    no_file="No file can be attached in {name}",
    refused="An alert for {name} was refused and is not sent again by itself",
    refused_waits="Once that is mended: gatewatch alerts retry {alert}. Whether others were refused too: "
    "gatewatch alerts list --state rejected",
    file_waits="The digest itself is posted. Once that works: gatewatch alerts retry",
)

IN_CHINESE = TroubleWords(
    tags={"lost": "无法覆盖", "again": "恢复覆盖"},
    states={
        "blocked": "拒绝访问",
        "empty": "列表条目少于应有数量",
        "failing": "无法读取",
        "gap": "可能有遗漏",
        "stale": "超过惯常时间没有更新",
        "off": "已停用",
        "new": "尚未读取",
        "unchecked": "未检查",
        "ok": "已恢复",
    },
    had_been={
        "blocked": "被拒绝访问",
        "empty": "条目不足",
        "failing": "无法读取",
        "gap": "可能有遗漏",
        "stale": "没有更新",
        "unsteady": "状态反复",
    },
    broken="{name}{state}（{code}）",
    broken_plain="{name}{state}",
    unsteady="{name}状态反复：已变化{changes}次，稳定后再行通知",
    recovered="{name}已恢复",
    recovered_from="{name}已恢复（自{since}起{state}）",
    remedy="处理办法：{remedy}",
    counts={"sources": ("{}个来源", "{}个来源"), "hosts": ("{}个站点", "{}个站点")},
    together="{host}：{sources}同时失败",
    scattered="{hosts}上的{sources}失败",
    network="Gatewatch 自身网络疑似中断：均无应答，目前涉及{hosts}上的{sources}",
    network_remedy="检查网络连接、DNS 与代理；gatewatch doctor 可逐项检查",
    host_again="{host}恢复应答：{sources}",
    scattered_again="{hosts}上的{sources}已恢复",
    network_again="网络已恢复，正在重新读取此前无法访问的{sources}",
    network_again_since="网络已恢复（{since}发现中断），正在重新读取此前无法访问的{sources}",
    more="另有 {count} 个：{command}",
    each="gatewatch sources health 列出每个来源及处理办法",
    lost="{who}已无可用渠道，恢复之前其发布内容无法看到",
    lost_network="疑似 Gatewatch 自身网络问题",
    seen_again="{who}已恢复覆盖",
    seen_again_since="{who}已恢复覆盖；自{since}起曾无可用渠道",
    caught_up="其间发布而列表仍显示的内容正在补读",
    own="官网（{host}）",
    others="另外{count}个",
    part="{road}的{all}个来源中有{shut}个",
    way_open="{road}可读",
    way="{road}{state}",
    way_since="{road}自{since}起{state}",
    never="从未读到",
    last="最后读取于{last}",
    joint="和",
    deaf="按钮和 /gatewatch 无法使用：{why}",
    channel="无法在 {name} 发布消息",
    channel_waits="应发至 {name} 的内容保留待发，恢复后发出：gatewatch alerts list",
    no_file="无法在 {name} 附加文件",
    refused="发往 {name} 的一条提醒被拒，不会自动重发",
    refused_waits="排除后运行：gatewatch alerts retry {alert}；是否还有其他被拒："
    "gatewatch alerts list --state rejected",
    file_waits="摘要本身已发出。恢复后运行：gatewatch alerts retry",
)


def trouble_words(say: Words) -> TroubleWords:
    """The same language's words for sources."""
    return IN_CHINESE if say is CHINESE else IN_ENGLISH
