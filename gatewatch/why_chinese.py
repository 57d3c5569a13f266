"""The Chinese words of `gatewatch why`, for channels whose language is Chinese.

What the store keeps in English (why an alert waits, what a rule lacked) is said again by its meaning; what
is somebody's own (a name, a title, a reason that a person gave, a word of a rule) stays as it is. Pure.
"""

from __future__ import annotations

import re

from alerts.digest import BURST, DIGEST, PRESS, QUIET
from alerts.draft import PLAIN, RESTORED
from alerts.wording.files import file_words
from alerts.wording.trouble_words import IN_CHINESE
from alerts.wording.words import CHINESE as MESSAGE
from gatewatch.why_words import WhyWords
from pipelines.silence import TOLD
from pipelines.store.queue import ASKED

_REASONS = {
    QUIET: "静默时段，频道恢复接收时通知",
    BURST: "同一来源一次内容过多，合并通知",
    PRESS: "媒体报道，与本事项的其他内容合并通知",
    DIGEST: "等待该频道的摘要",
    ASKED: "应操作人员要求发送",
    RESTORED: "数据库由备份恢复，此消息此前可能已经发送",
    PLAIN: "消息格式被拒，改以纯文本发送",
}
_ABOUT = {"matter": "事项", "topic": "主题", "source": "来源", "rule": "规则"}
_LACKED = {
    "it is switched off": "该规则已停用",
    "its parts do not stand near enough to each other": "各部分相距过远",
    "it is not for texts of this tier, language or source": "不适用于此类来源或语言",
    "it speaks of another country": "所述为他国",
    "it speaks of the country watched": "所述即为所关注的国家",
}
# "channel_not_found There is no such channel …", "http-404", "status 503"
_CODE = re.compile(r"status \d{3}|[a-z][a-z0-9]*(?:[_-][a-z0-9]+)+")
# "it is excluded by “novel”", "VPN is only mentioned in passing"
_EXCLUDED = re.compile(r"it is excluded by “(.*)”", re.DOTALL)
_IN_PASSING = re.compile(r"(.*) is only mentioned in passing", re.DOTALL)


def _reason(text: str) -> str:
    """Why an alert stands as it does; what has no words here is looked up on the command line."""
    if known := next((words for said, words in _REASONS.items() if text.startswith(said)), ""):
        return known
    if found := TOLD.fullmatch(text):
        about, value, until, by, event, reason = found.groups()
        what = f"{_ABOUT.get(about, about)}“{MESSAGE.topics.get(value, value)}”"
        return f"{by} 将{what}设为静默至 {until}（事件 {event}）：{reason}"
    if code := _CODE.match(text):
        return f"答复 {code.group()}"
    return "详见 gatewatch alerts list"


def _lacked(text: str) -> str:
    """What a rule lacked. The words of the rule are quoted as they are."""
    if text.startswith("no "):
        return "缺少" + "、".join(f"“{label}”" for label in text.removeprefix("no ").split(", no "))
    if found := _EXCLUDED.fullmatch(text):
        return f"因“{found[1]}”而排除"
    if found := _IN_PASSING.fullmatch(text):
        return f"仅顺带提及“{found[1]}”"
    return _LACKED.get(text, "详见 gatewatch rules explain")


CHINESE = WhyWords(
    comma="、",
    stop="。",
    head="{verdict}：{message}",
    verdicts={
        "not-covered": "未覆盖",
        "not-fetched": "未抓取",
        "no-rule": "已抓取，无规则命中",
        "silenced": "已静默",
        "baseline": "首轮内容，不逐条通知",
        "held": "搁置",
        "digest": "将列入摘要",
        "pending": "待发",
        "rejected": "被拒",
        "alerted": "已通知",
    },
    only_silent="仅有静默规则命中：{rules}",
    nearest="最接近的规则是 {rule}，{lacked}",
    far="没有接近的规则，文中不含规则所列词语",
    told="{at}，命中规则 {rules}",
    unsent="命中规则 {rules}，尚未发送",
    kept_back="命中规则 {rules}；{reason}",
    copy="命中规则 {rules}，系事项 {matter} 所通知内容的转载",
    matched="命中规则 {rules}",
    unread="{source} 的列表中有此文，{tries} 次未能读取（{failure}）",
    no_source="没有来源关注 {site}",
    switched_off="该网站的来源均已停用",
    unpolled="该网站的来源尚未轮询",
    unlisted="该网站的来源未列出此文",
    unlisted_ill="该网站的来源未列出此文：{ill}",
    ill="{source} {state}",
    source_states=IN_CHINESE.states,
    remedies={
        "not-covered": "如需关注：gatewatch sources add {address} 可查找该网站的列表。",
        "no-rule": "如应命中：gatewatch rules explain 逐条说明规则，可修改 rules/*.yaml。",
        "baseline": "开始关注之前即已存在：gatewatch crawl --backfill 可补发此类内容。",
        "held": "首次见到时已属旧文：gatewatch alerts retry 消息编号 可发送。",
        "rejected": "gatewatch alerts list --state rejected 列出原因，处理后运行 gatewatch alerts retry。",
        "pending": "由下一次 gatewatch crawl 或 gatewatch run 发送。",
    },
    send_anyway="gatewatch alerts retry 消息编号 可发送；gatewatch matters silences 列出静默事项。",
    tried_again="将于 {at} 再次尝试。",
    switch_on="gatewatch sources enable {source} 可启用其一。",
    crawl="请运行 gatewatch crawl。",
    check="gatewatch sources check 来源编号 可立即检查。",
    no_article="没有编号为“{what}”的文章",
    no_address="“{what}”既非网址，也非编号",
    give="请给出完整网址，或导出文件中的编号。",
    page="页面：{state}，已查看 {times}，最近于 {last}",
    page_since="；自 {since} 起{state}（{failure}）",
    page_states={
        "ok": "正常",
        "gone": "无法打开",
        "withdrawn": "已撤下",
        "moved": "已移至他处",
        "unreachable": "无法访问",
    },
    text="正文：已修改 {times}，最近于 {last}；各版本均有留存",
    times=lambda count: f"{count} 次",
    attachment="附件 {name}：{state}",
    attachment_states={
        "listed": "未读取",
        "waiting": "尚未取得",
        "read": "已读取",
        "unread": "未能读取",
        "skipped": "旧文附件，未读取",
    },
    attachment_reasons=file_words(MESSAGE).because,
    review="待人工查看：监管机构的附件未能读取，请手动打开",
    states={
        "pending": "待发",
        "sending": "发送中",
        "sent": "已发送",
        "rejected": "被拒",
        "held": "搁置",
        "digest": "将列入摘要",
        "silenced": "已静默",
    },
    aside="（{reason}）",
    reason=_reason,
    lacked=_lacked,
    failure=lambda code, _: code or "原因不明",
)
