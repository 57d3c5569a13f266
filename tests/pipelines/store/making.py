"""Articles and verdicts for the store's tests, of our own wording, in the shape of 2017's story."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from crawlers.article import Article, Attachment, Moment
from pipelines.match import Evidence, Judged, Match, Near, Verdict
from pipelines.matter import facts

NOW = datetime(2017, 1, 22, 9, 0, tzinfo=UTC)
RULES = {"h1": ("vpn", "id: vpn\nwords: [VPN, 专线]"), "h2": ("quiet", "id: quiet\nwords: [网络]")}

NOTICE_TITLE = "关于清理规范互联网网络接入服务市场的通知"
NUMBER = "工信部信管函〔2017〕32号"


def article(key: str = "https://www.example.cn/1", **more: object) -> Article:
    values: dict[str, object] = {
        "source": "press",
        "url": key,
        "title": f"关于专线的消息 {key[-2:]}",
        "text": f"一家公司谈到VPN与专线的经营。原文地址是{key}。"
        + "余下的话与此无关，只是把正文写长一些。" * 6,
        "published": Moment(NOW - timedelta(hours=3)),
        "lang": "zh-Hans",
        "fetched": NOW,
    } | more
    return Article(key=key, **values)


def notice(key: str = "https://www.miit.gov.cn/art_1.html", **more: object) -> Article:
    values: dict[str, object] = {
        "source": "miit_notices",
        "title": f"工业和信息化部{NOTICE_TITLE}",
        "text": (
            f"{NUMBER}\n各省、自治区、直辖市通信管理局：\n为规范市场秩序，现就有关事项通知如下。\n"
            "未经电信主管部门批准，不得自行建立或租用专线（含虚拟专用网络VPN）等其他信道开展跨境经营活动。\n"
            "本次工作自即日起至2018年3月31日结束。\n工业和信息化部\n2017年1月17日"
        ),
        "doc_no": NUMBER,
        "authority": "MIIT",
        "tier": "regulator",
        "attachments": (Attachment("附件.doc", "https://www.miit.gov.cn/a.doc"),),
        "labels": (("发文字号", NUMBER),),
    } | more
    return article(key, **values)


def answers(**more: object) -> Article:
    return notice(
        "https://www.miit.gov.cn/art_2.html",
        **{
            "title": f"《{NOTICE_TITLE}》有关问题答记者问",
            "text": f"日前，工业和信息化部发布《{NOTICE_TITLE}》（{NUMBER}）。问：企业使用VPN是否受影响？答：依法租用的专线不受影响。",
            "doc_no": "",
            "labels": (),
            "published": Moment(NOW + timedelta(days=2)),
        }
        | more,
    )


def press(**more: object) -> Article:
    return article(
        "https://news.example.com/vpn",
        **{
            "title": "China orders clean-up of VPN services",
            "text": f"The ministry's notice ({NUMBER}) bars firms from leasing lines without approval. "
            + "More follows here. " * 40,
            "lang": "en",
            "published": Moment(NOW + timedelta(days=3)),
        }
        | more,
    )


def judged(given: Article, *, matched: bool = True, silent: bool = False) -> Judged:
    """As if one rule had found VPN in the text, or none anything."""
    at = given.text.find("VPN")
    found = Evidence("vpn", "VPN", "virtual private network", "text", at, at + 3, "VPN")
    match = Match("vpn", "h1", "vpn-crackdown", "high", 0.9, (found,), "says VPN", silent=silent)
    quiet = Match("quiet", "h2", "analysis", "low", 0.2, (), "says network", silent=True)
    near = None if matched else Near("vpn", "no word for a service")
    return Judged(given, Verdict((match, quiet) if matched else (), near), facts(given))


def day_only(days: int) -> Moment:
    day = date(2017, 1, 22) - timedelta(days=days)
    return Moment(datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8), day)
