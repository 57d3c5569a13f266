"""The words of a message in its two languages. Data only; how sentences are made of them is `wording`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines import administrations


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words. Templates take only named fields."""

    tags: Mapping[str, str]
    severities: Mapping[str, str]
    topics: Mapping[str, str]
    instruments: Mapping[str, str]
    tiers: Mapping[str, str]
    acts: Mapping[str, str]
    dates: Mapping[str, str]
    authorities: Mapping[str, str]
    concerns: str
    why: str
    comma: str
    colon: str
    """After the header, with what parts it from the words."""
    stop: str
    beijing: str
    undated: str
    occasion: str
    watched: str
    counts: Mapping[str, tuple[str, str]]
    follows: str
    cites: str
    summary_only: str
    kept: str
    amended: str
    unmatched: str
    now_matched: str
    withdrawn: str
    no_repeal: str
    returned: str
    returned_elsewhere: str
    coming: str
    repeated: str
    first_round: str
    later_source: str
    list_rest: str
    test: str


ENGLISH = Words(
    tags={
        "new": "NEW",
        "follow-up": "FOLLOW-UP",
        "amendment": "AMENDMENT",
        "report": "REPORT",
        "amended": "AMENDED",
        "withdrawn": "WITHDRAWN",
        "returned": "RETURNED",
        "deadline": "DEADLINE",
        "copy": "COPY",
        "source": "SOURCE",
        "channel": "CHANNEL",
        "road": "DELIVERY",
        "baseline": "BASELINE",
        "digest": "DIGEST",
        "test": "TEST",
    },
    severities={"high": "HIGH", "medium": "MEDIUM", "low": "LOW"},
    topics={
        "vpn-crackdown": "the VPN crackdown",
        "enforcement-penalty": "enforcement and penalties",
        "licensing": "telecom licences",
        "cross-border-lines": "cross-border lines",
        "app-removal": "removal of apps",
        "foreign-investment-opening": "opening to foreign investment",
        "circumvention-law": "the law on circumvention",
        "official-clarification": "an official clarification",
        "analysis": "an analysis",
        "foreign": "another country's rules",
    },
    instruments={
        "law": "a law",
        "administrative-regulation": "an administrative regulation",
        "departmental-rule": "a departmental rule",
        "normative-document": "a normative document",
        "draft": "a draft",
        "qa": "questions and answers",
        "bulletin": "a bulletin",
        "report": "a text",
    },
    tiers={
        "regulator": "regulator",
        "government": "government",
        "state-media": "state media",
        "press": "press",
        "trade": "trade press",
        "civil": "civil society",
        "law-firm": "law firm",
        "vendor": "vendor",
    },
    acts={
        "draft": "{who} asks for comments on {what}{number} on {topics}",
        "final": "{who} has issued {what}{number} on {topics}",
        "extended": "{who} has extended a measure by {what}{number} on {topics}",
        "amended": "{who} has amended a measure by {what}{number} on {topics}",
        "repealed": "{who} has repealed a measure by {what}{number} on {topics}",
        "clarified": "{who} explains in {what}{number}: {topics}",
        "enforced": "{who} tells of enforcement in {what}{number} on {topics}",
        "reported": "{who} has published {what}{number} on {topics}",
        "copy": "{who} carries {what}{number} on {topics}",
        "report": "{who} reports on {topics}",
    },
    dates={
        "effective": "In force from {day}",
        "deadline": "Comments until {day}",
        "campaign-end": "Campaign until {day}",
    },
    authorities=administrations.ENGLISH,
    concerns="It concerns {terms}",
    why="Why: {why}",
    comma=", ",
    colon=": ",
    stop=". ",
    beijing="Beijing",
    undated="undated, seen {when}",
    occasion="in the days of {name}",
    watched="a matter that is watched",
    counts={
        "sources": ("{} source", "{} sources"),
        "articles": ("{} article", "{} articles"),
        "removed": ("{} character removed", "{} characters removed"),
        "added": ("{} character added", "{} characters added"),
        "gone_looks": ("looked for once", "looked for {} times"),
        "days": ("{} day", "{} days"),
        "attachments": ("{} attachment", "{} attachments"),
        "matches": ("1 article of the last {days} days matches", "{} articles of the last {days} days match"),
        "matters": ("{} matter matched", "{} matters matched"),
        "waited": ("{} alert", "{} alerts"),
        "gathered": ("{} more report on this matter", "{} more reports on this matter"),
        "documents": ("{} document", "{} documents"),
        "rules": ("rule {rules}", "rules {rules}"),
        "missing": ("{} source has not been read yet", "{} sources have not been read yet"),
    },
    follows="Follows",
    cites="Linked to",
    summary_only="summary only",
    kept="kept copy: {command}",
    amended="{who} has changed the text of {what}{number}: {change}",
    unmatched="No rule matches it any more",
    now_matched="It did not match before",
    withdrawn="{who}'s page of {what}{number} is gone since {since} ({looks})",
    no_repeal="A page that is not there is no repeal",
    returned="{who}'s page of {what}{number} is there again; it had been gone since {since}",
    returned_elsewhere="It stands at another address: {url}",
    coming="{act}: {left} left on {on}",
    repeated="Sent again: it is not known whether the first attempt arrived",
    first_round=(
        "The first round is done: {sources} read, {articles} stored, {matches}. "
        "What was found is not sent one by one"
    ),
    later_source="{name} is watched from now on: {matches} ({articles} stored)",
    list_rest="gatewatch export --format csv lists them all; gatewatch crawl --backfill sends them here",
    test="Gatewatch can post here. This is a test; nothing has happened",
)

CHINESE = Words(
    tags={
        "new": "新消息",
        "follow-up": "后续",
        "amendment": "修订",
        "report": "报道",
        "amended": "正文修改",
        "withdrawn": "页面撤下",
        "returned": "页面恢复",
        "deadline": "期限",
        "copy": "转载",
        "source": "来源状态",
        "channel": "频道",
        "road": "送达",
        "baseline": "首轮",
        "digest": "摘要",
        "test": "测试",
    },
    severities={"high": "高", "medium": "中", "low": "低"},
    topics={
        "vpn-crackdown": "整治VPN",
        "enforcement-penalty": "执法与处罚",
        "licensing": "电信业务许可",
        "cross-border-lines": "跨境线路",
        "app-removal": "应用下架",
        "foreign-investment-opening": "对外资开放",
        "circumvention-law": "翻墙相关法律",
        "official-clarification": "官方说明",
        "analysis": "分析评论",
        "foreign": "他国规定",
    },
    instruments={
        "law": "法律",
        "administrative-regulation": "行政法规",
        "departmental-rule": "部门规章",
        "normative-document": "规范性文件",
        "draft": "征求意见稿",
        "qa": "问答",
        "bulletin": "通报",
        "report": "文章",
    },
    tiers={
        "regulator": "监管机构",
        "government": "政府",
        "state-media": "官方媒体",
        "press": "媒体",
        "trade": "行业媒体",
        "civil": "民间组织",
        "law-firm": "律师事务所",
        "vendor": "厂商",
    },
    acts={
        "draft": "{who}就{what}{number}公开征求意见，主题：{topics}",
        "final": "{who}发布{what}{number}，主题：{topics}",
        "extended": "{who}以{what}{number}延长原有措施，主题：{topics}",
        "amended": "{who}以{what}{number}修改原有措施，主题：{topics}",
        "repealed": "{who}以{what}{number}废止原有措施，主题：{topics}",
        "clarified": "{who}以{what}{number}作出说明，主题：{topics}",
        "enforced": "{who}以{what}{number}公布执法情况，主题：{topics}",
        "reported": "{who}发布{what}{number}，主题：{topics}",
        "copy": "{who}转载{what}{number}，主题：{topics}",
        "report": "{who}报道，主题：{topics}",
    },
    dates={"effective": "自{day}起施行", "deadline": "意见反馈截至{day}", "campaign-end": "专项行动至{day}"},
    authorities={
        "MIIT": "工业和信息化部",
        "CAC": "国家互联网信息办公室",
        "MOFCOM": "商务部",
        "NDRC": "国家发展和改革委员会",
        "MPS": "公安部",
        "NPC": "全国人大",
        "SCIO": "国务院新闻办公室",
        "State Council": "国务院",
        **administrations.CHINESE,
    },
    concerns="涉及：{terms}",
    why="命中原因：{why}",
    comma="、",
    colon="：",
    stop="。",
    beijing="北京时间",
    undated="未注明日期，发现于{when}",
    occasion="适逢{name}",
    watched="所关注的事项",
    counts={
        "sources": ("{} 个来源", "{} 个来源"),
        "articles": ("{} 篇", "{} 篇"),
        "removed": ("删除{}字", "删除{}字"),
        "added": ("新增{}字", "新增{}字"),
        "gone_looks": ("查看 1 次", "查看 {} 次"),
        "days": ("{} 天", "{} 天"),
        "attachments": ("{} 个附件", "{} 个附件"),
        "matches": ("最近 {days} 天内有 {} 篇命中", "最近 {days} 天内有 {} 篇命中"),
        "matters": ("{} 个事项命中", "{} 个事项命中"),
        "waited": ("{} 条消息", "{} 条消息"),
        "gathered": ("本事项另有 {} 篇报道", "本事项另有 {} 篇报道"),
        "documents": ("{} 份文件", "{} 份文件"),
        "rules": ("规则 {rules}", "规则 {rules}"),
        "missing": ("另有 {} 个来源尚未读到", "另有 {} 个来源尚未读到"),
    },
    follows="所属事项",
    cites="关联文件",
    summary_only="仅有摘要",
    kept="留存副本：{command}",
    amended="{who}修改了{what}{number}的正文：{change}",
    unmatched="现已不再命中任何规则",
    now_matched="此前并未命中",
    withdrawn="{who}的{what}{number}页面自{since}起无法打开（{looks}）",
    no_repeal="页面无法打开并不表示文件已废止",
    returned="{who}的{what}{number}页面已恢复，此前自{since}起无法打开",
    returned_elsewhere="现位于另一网址：{url}",
    coming="{act}（{on}起还有{left}）",
    repeated="重复发送：无法确认上一次是否送达",
    first_round=("读取 {sources}，入库 {articles}，{matches}，均不逐条发送"),
    later_source="开始关注{name}：{matches}，入库 {articles}",
    list_rest="gatewatch export --format csv 可列出全部；gatewatch crawl --backfill 可逐条补发",
    test="Gatewatch 可以在此发送消息。这是一条测试消息",
)


def counted(say: Words, what: str, count: int, **more: object) -> str:
    """`1 source`, `3 sources`: a number with its noun. `what` is one of `Words.counts`."""
    return say.counts[what][count != 1].format(count, **more)


def words(language: str) -> Words:
    """The words of a channel's language: Chinese for zh, zh-Hans and the like, else English."""
    return CHINESE if language.lower().startswith("zh") else ENGLISH
