from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.alert import (
    DUE,
    HELD,
    Alert,
    Baseline,
    Change,
    Cover,
    Digest,
    Due,
    Health,
    Line,
    Lost,
    Outage,
    Pointer,
    Told,
    Way,
)
from alerts.message import compose
from alerts.terminal import TerminalTransport
from alerts.wording.digest_terms import digest_terms
from alerts.wording.limits import FALLBACK_LIMIT, JSON_LIMIT, TEXT_LIMIT
from alerts.wording.words import words
from crawlers.article import Moment
from gatewatch.demo.standin_checks import check_message
from pipelines.match import DateFact, Evidence, Match
from pipelines.store.digests import PART

ALERT = "g0123456789abcdef01234567"
GOLDEN = Path(__file__).with_name("golden")
SEEN = datetime(2017, 1, 22, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def evidence(text, quote, gloss, rule="vpn-campaign", field="text"):
    start = text.find(quote)
    return Evidence(rule, quote, gloss, field, start, start + len(quote), quote)


def match(
    text, *terms, rule="vpn-campaign", topic="vpn-crackdown", why="a regulator clears out private networks"
):
    found = tuple(evidence(text, quote, gloss, rule) for quote, gloss in terms)
    return Match(rule, "h", topic, "high", 0.95, found, why)


NOTICE_TEXT = (
    "各有关单位：近年来市场快速发展，但也存在无序发展的苗头。为此决定开展专项行动。\n"
    "（一）不得私自建立或租用专线（含虚拟专用网络）开展跨境经营活动。\n自即日起至2018年3月31日。"
)
NOTICE = Told(
    id="a000000000000001",
    title="关于清理规范网络接入服务市场的通知",
    url="https://www.miit.gov.cn/zwgk/art/2017/art_1.html",
    source="miit_notices",
    source_name="MIIT notices (通知)",
    tier="regulator",
    first_seen=SEEN,
    authority="MIIT",
    lang="zh-Hans",
    published=Moment(datetime(2017, 1, 22, 8, 27, tzinfo=UTC)),
    doc_no="工信部信管函〔2017〕32号",
    stage="final",
    instrument="normative-document",
    severity="high",
    topics=("vpn-crackdown", "cross-border-lines"),
    dates=(DateFact("campaign-end", date(2018, 3, 31), "自即日起至2018年3月31日。"),),
    matches=(
        match(
            NOTICE_TEXT,
            ("专线", "leased line"),
            ("虚拟专用网络", "virtual private network"),
            ("跨境", "cross-border"),
        ),
    ),
    text=NOTICE_TEXT,
    kept=True,
)
TAIWAN_TEXT = "大陸工信部發布通知，清理未經許可的虛擬私人網路，外商租用專線者不受影響。"
REPORT_HANT = replace(
    NOTICE,
    id="a000000000000002",
    title="大陸整頓翻牆軟體 外商專線不受影響",
    url="https://news.example.tw/story/1",
    source="example_tw",
    source_name="例報",
    tier="press",
    authority="",
    lang="zh-Hant",
    published=Moment(datetime(2017, 1, 24, 16, 0, tzinfo=UTC), date(2017, 1, 25)),
    doc_no="",
    stage="reported",
    instrument="report",
    severity="medium",
    dates=(),
    matches=(match(TAIWAN_TEXT, ("虛擬私人網路", "virtual private network"), rule="vpn-report"),),
    text=TAIWAN_TEXT,
)
ENGLISH_TEXT = (
    "Beijing's regulator says VPN services need approval. “Leased lines” for companies stay legal & open."
)
REPORT_EN = replace(
    REPORT_HANT,
    id="a000000000000003",
    title='China "tightens" <VPN> rules & fines',
    url="https://news.example.com/a?b=1&c=2",
    source="example_en",
    source_name="The Example Post",
    lang="en",
    published=None,
    matches=(match(ENGLISH_TEXT, ("VPN", "VPN"), ("Leased lines", "leased lines"), rule="vpn-report"),),
    text=ENGLISH_TEXT,
    whole=False,
    attachments=2,
)


def alert(kind="new", **fields):
    given_fields = {
        "id": "g0123",
        "kind": kind,
        "subject": "a000000000000001",
        "at": SEEN,
        "matter": "m1",
        "zone": BERLIN,
    }
    return Alert(**(given_fields | fields))


BROKEN = tuple(
    Health(
        f"miit_{number}",
        f"MIIT column {number}",
        "blocked",
        "http-403",
        "the site refuses us",
        "Leave it alone for a day.",
        host="www.miit.gov.cn" if number < 3 else f"site{number}.example.cn",
    )
    for number in range(9)
)
LOST = Lost(
    "MIIT",
    (
        Way("miit_notices", "MIIT notices", "www.miit.gov.cn", True, False, "blocked", "http-403", SEEN),
        Way("miit_news", "MIIT news", "www.miit.gov.cn", True, False, "blocked", "http-403", SEEN),
        Way("gov_miit", "gov.cn on MIIT", "www.gov.cn", False, False, "failing", "timeout", SEEN),
        Way("google_miit", "Google News on MIIT", "news.google.com", False, False, "off", "out of reach"),
    ),
    SEEN,
)
REGAINED = replace(LOST, ways=(replace(LOST.ways[0], open=True, state="ok"), *LOST.ways[1:]), told=SEEN)

LINES = (
    Line(Pointer("工信部信管函〔2017〕32号 关于清理规范网络接入服务市场的通知", "https://www.miit.gov.cn/1", "2017-01-22"), "new", "high", "MIIT notices", official=True),
    Line(Pointer("Copy <of> the *notice*", "https://gov.example/2", "2017-01-23"), "report", "medium", "gov.cn", official=True),
    Line(Pointer("No link", "javascript:x", "2017-01-24"), "report", "low", "A paper"),
)  # fmt: skip
DATED = Line(
    Pointer("关于《办法》公开征求意见", "https://www.miit.gov.cn/d", "2017-01-20"),
    "new",
    source="MIIT notices",
    due=DateFact("deadline", date(2017, 2, 3), ""),
)
OLD = Line(
    Pointer("关于旧事的通知", "https://www.miit.gov.cn/old", "2016-11-02"), "new", "low", "MIIT notices"
)
HANT = Pointer("大陸整頓翻牆軟體 外商專線不受影響", "https://news.example.tw/story/1", "2017-01-25")
WEEK = Digest(
    (
        replace(DATED, under=DUE),
        replace(LINES[0], under="vpn-crackdown", articles=4),
        replace(LINES[1], under="vpn-crackdown"),
        Line(HANT, "report", "medium", "例報", under="licensing"),
        replace(LINES[2], under="licensing"),
        replace(OLD, under=HELD),
    ),
    since=SEEN,
    until=SEEN + timedelta(days=7),
    matched=5,
    topics=(("vpn-crackdown", 2), ("licensing", 2)),
    held=1,
    review=2,
    sources=41,
    ill=(("MIIT notices (通知)", "blocked"), ("A paper", "failing")),
    covered=("MIIT", "NPC"),
    uncovered=("CAC",),
    blind=(("MPS", 5),),
)
AMENDED = Change(
    (("=", "（一）不得私自建立或租用专线开展跨境经营活动。\n自即日起至2018年3月"), ("-", "31"), ("+", "30"), ("=", "日。"), ("+", "<!channel>此前规定废止。")),
    removed=2, added=12,
)  # fmt: skip
CASES = {
    "notice": alert(article=NOTICE),
    "notice_zh": alert(article=NOTICE, language="zh-Hans", zone=ZoneInfo("Asia/Shanghai")),
    "follow_up": alert(
        "follow-up",
        article=replace(
            NOTICE,
            instrument="qa",
            stage="clarified",
            doc_no="",
            dates=(),
            topics=("official-clarification",),
        ),
    ),
    "extension": alert(
        article=replace(NOTICE, stage="extended"),
        cites=(Pointer("工信部信管函〔2017〕32号", "https://x.slack.com/archives/C1/p1"),),
    ),
    "draft_bare_day": alert(
        article=replace(
            NOTICE,
            stage="draft",
            instrument="draft",
            published=Moment(datetime(2026, 11, 22, 16, 0, tzinfo=UTC), date(2026, 11, 23)),
            dates=(
                DateFact("deadline", date(2026, 12, 24), "请反馈"),
                DateFact("effective", date(2027, 1, 1), "施行"),
            ),
        )
    ),
    "copy": alert("report", article=replace(NOTICE, source_name="gov.cn policies", tier="government")),
    "report_hant": alert("report", article=REPORT_HANT, follows=Pointer("工信部信管函〔2017〕32号")),
    "report_en": alert("report", article=REPORT_EN, zone=ZoneInfo("America/New_York")),
    "report_en_repeated": alert("report", article=REPORT_EN, repeated=True),
    "source_blocked": alert(
        "source",
        article=None,
        matter="",
        health=Health(
            "miit_notices",
            "MIIT notices (通知)",
            "blocked",
            "http-403",
            "www.miit.gov.cn answered 403.",
            "Leave it alone for a day; then try from another network.",
        ),
    ),
    "source_recovered": alert(
        "source",
        matter="",
        health=Health("miit_notices", "MIIT notices (通知)", "ok", was="blocked", since=SEEN),
    ),
    "source_blocked_zh": alert(
        "source",
        language="zh",
        health=Health("miit_notices", "MIIT notices (通知)", "empty", "too-few", "0 rows, 5 owed.", "Look."),
    ),
    "source_stale": alert(
        "source",
        health=Health(
            "miit_notices",
            "MIIT notices (通知)",
            "stale",
            "stale",
            "nothing new for 15 working days (the newest is of 2016-12-30), usually one each working day",
            "Open the page by hand: is it still the live one? If it moved, correct the source's url.",
        ),
    ),
    "source_gap_over": alert(
        "source", health=Health("press", "The Example Post", "ok", was="gap", since=SEEN)
    ),
    "source_unsteady": alert("source", health=Health("press", "The Example Post", "unsteady", changes=6)),
    "sources_of_one_host": alert("source", outage=Outage(True, BROKEN[:3], "www.miit.gov.cn")),
    "sources_of_many_hosts": alert("source", outage=Outage(True, BROKEN)),
    "sources_of_many_hosts_zh": alert("source", language="zh-Hans", outage=Outage(True, BROKEN)),
    "sources_well_again": alert("source", outage=Outage(False, BROKEN[:2], "www.miit.gov.cn")),
    "network_down": alert("source", outage=Outage(True, BROKEN, "network")),
    "network_up": alert("source", outage=Outage(False, BROKEN, "network", SEEN)),
    "network_down_zh": alert("source", language="zh-Hans", outage=Outage(True, BROKEN, "network")),
    "uncovered": alert("coverage", cover=Cover(True, (LOST,))),
    "uncovered_zh": alert("coverage", language="zh-Hans", cover=Cover(True, (LOST,))),
    "uncovered_many": alert(
        "coverage",
        cover=Cover(True, tuple(Lost(f"A{n}", LOST.ways[:1], SEEN) for n in range(9)), network=True),
    ),
    "covered_again": alert("coverage", cover=Cover(False, (REGAINED,))),
    "covered_again_zh": alert("coverage", language="zh-Hans", cover=Cover(False, (REGAINED,))),
    "baseline": alert(
        "baseline",
        baseline=Baseline(
            recent=3,
            stored=412,
            sources=36,
            newest=(
                Pointer("关于清理规范网络接入服务市场的通知", "https://www.miit.gov.cn/1", "2017-01-22"),
                Pointer("No link <here>", "javascript:x", ""),
            ),
        ),
    ),
    "baseline_later": alert("baseline", baseline=Baseline(recent=1, stored=40, source="例報")),
    "baseline_nothing": alert(
        "baseline", language="zh-Hans", baseline=Baseline(recent=0, stored=40, sources=2)
    ),
    "test": alert("test"),
    "digest": alert("digest", digest=Digest(LINES, 1, 2, 14)),
    "digest_week": alert("digest", digest=WEEK),
    "digest_week_zh": alert("digest", digest=WEEK, language="zh-Hans"),
    "digest_week_hant": alert(
        "digest", digest=replace(WEEK, parts=2), language="zh-Hant", zone=ZoneInfo("Asia/Taipei")
    ),
    "digest_week_second": alert(
        "digest",
        digest=Digest(LINES[:1], 2, 2, since=SEEN, until=SEEN + timedelta(days=7), more=30),
    ),
    "digest_elsewhere": alert(
        "digest", digest=Digest(since=SEEN, until=SEEN + timedelta(days=7), elsewhere=2, sources=41)
    ),
    "digest_translated": alert(
        "digest",
        digest=replace(
            WEEK, lines=tuple(replace(one, translated="Notice on <access> & more") for one in WEEK.lines[:2])
        ),
    ),
    "digest_nothing": alert("digest", digest=Digest(since=SEEN, until=SEEN + timedelta(days=7), sources=41)),
    "deadline": Alert(
        "g1",
        "deadline",
        "m1 deadline 2018-03-31 7",
        SEEN,
        article=NOTICE,
        due=Due(
            DateFact("deadline", date(2018, 3, 31), "请于2018年3月31日前反馈意见。"), 7, date(2018, 3, 24)
        ),
    ),
    "answers": Alert(ALERT, "new", "a1", SEEN, zone=BERLIN, article=NOTICE, matter="m1", answers=True),
    "answers_zh": Alert(
        ALERT, "new", "a1", SEEN, language="zh-Hans", article=NOTICE, matter="m1", answers=True
    ),
    "answers_report_hant": Alert(ALERT, "report", "a2", SEEN, article=REPORT_HANT, matter="m1", answers=True),
    "deadline_zh": Alert(
        "g1",
        "deadline",
        "m1 effective 2018-03-31 1",
        SEEN,
        language="zh-Hans",
        article=NOTICE,
        due=Due(DateFact("effective", date(2018, 3, 31), ""), 1, date(2018, 3, 30)),
    ),
    "amended": Alert("g1", "amended", "m1:p", SEEN, zone=BERLIN, article=NOTICE, matter="m1", change=AMENDED),
    "amended_zh": Alert(
        "g1",
        "amended",
        "m1:p",
        SEEN,
        language="zh-Hans",
        article=NOTICE,
        change=replace(AMENDED, stays=False),
    ),
    "withdrawn": Alert(
        "g1",
        "withdrawn",
        "a1:1",
        SEEN,
        zone=BERLIN,
        article=NOTICE,
        change=Change(since=SEEN, looks=4, url=NOTICE.url),
    ),
    "withdrawn_zh": Alert(
        "g1",
        "withdrawn",
        "a1:1",
        SEEN,
        language="zh",
        article=NOTICE,
        change=Change(since=SEEN, looks=4, url=NOTICE.url),
    ),
    "returned": Alert(
        "g1",
        "returned",
        "a1:1",
        SEEN,
        article=NOTICE,
        change=Change(since=SEEN, url="https://www.miit.gov.cn/new.html"),
    ),
    "returned_zh": Alert(
        "g1",
        "returned",
        "a1:1",
        SEEN,
        language="zh",
        article=NOTICE,
        change=Change(since=SEEN, url=NOTICE.url),
    ),
}


def drawn(message):
    """The message as people would see it, then as it is posted."""
    import io

    stream = io.StringIO()
    TerminalTransport(stream).post(None, message)
    posted = json.dumps(list(message.blocks), ensure_ascii=False, indent=1)
    return f"{stream.getvalue()}--- fallback\n{message.text}\n--- blocks\n{posted}\n"


@pytest.mark.parametrize("name", CASES)
def test_messages_look_as_they_were_reviewed(name):
    golden = GOLDEN / f"{name}.txt"
    shown = drawn(compose(CASES[name]))
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(shown, "utf-8")
        pytest.fail(f"{golden.name} did not exist: it was written, review it")
    assert shown == golden.read_text("utf-8")


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_message_is_one_that_slack_takes(name):
    message = compose(CASES[name])
    check_message({"text": message.text, "blocks": list(message.blocks), "metadata": message.metadata})


def test_the_order_is_line_title_context_excerpt():
    first, context, quote = compose(CASES["notice"]).blocks
    line, title = first["elements"]
    assert line["elements"][0] == {"type": "text", "text": "NEW · HIGH", "style": {"bold": True}}
    assert title["elements"][0]["text"] == NOTICE.title
    assert title["elements"][0]["url"] == NOTICE.url
    assert context["type"] == "context"
    assert [one["text"] for one in quote["elements"][0]["elements"] if one.get("style")] == [
        "专线",
        "虚拟专用网络",
        "跨境",
    ]


def test_the_line_says_authority_instrument_topic_terms_dates_and_why():
    line = compose(CASES["notice"]).text.splitlines()[0]
    for fact in (
        "MIIT",
        "normative document",
        "〔2017〕32号",
        "VPN crackdown",
        "leased line (专线)",
        "31 March 2018",
        "a regulator clears out",
    ):
        assert fact in line


def test_a_bare_date_stays_that_day_in_every_zone():
    for zone in ("America/New_York", "Asia/Shanghai", "Pacific/Kiritimati"):
        shown = compose(replace(CASES["draft_bare_day"], zone=ZoneInfo(zone))).text
        assert "2026-11-23" in shown
        assert "2026-11-22" not in shown


def test_a_time_is_shown_in_beijing_and_where_the_readers_are():
    assert "2017-01-22 16:27 Beijing · 09:27 Berlin" in compose(CASES["notice"]).text
    same_clock = compose(replace(CASES["notice"], zone=ZoneInfo("Asia/Hong_Kong"))).text
    assert "2017-01-22 16:27 Beijing · rule" in same_clock


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_that_no_zone_can_show_is_shown_as_its_day(year):
    far = replace(
        NOTICE,
        published=Moment(
            datetime(year, 12 if year > 1 else 1, 31 if year > 1 else 1, 23 if year > 1 else 0, tzinfo=UTC)
        ),
    )
    for zone in ("America/New_York", "Asia/Shanghai"):
        assert "regulator ·" in compose(alert(article=far, zone=ZoneInfo(zone))).text


def test_the_metadata_names_the_alert_and_nothing_private():
    message = compose(CASES["notice"])
    assert message.metadata == {
        "event_type": "gatewatch_alert",
        "event_payload": {"alert_id": "g0123", "kind": "new", "subject": "a000000000000001", "matter": "m1"},
    }


def test_a_link_that_is_no_web_address_is_shown_as_text_only():
    message = compose(alert(article=replace(NOTICE, url="javascript:alert(1)")))
    assert "javascript" not in json.dumps([message.text, list(message.blocks)])
    assert NOTICE.title in message.text


# --- hostile input ---------------------------------------------------------------------------------
HARD = st.text(
    alphabet=st.one_of(
        st.sampled_from("<>&|!@#*_~`\x1b\x00\u202e\u200b\ud83d\n:/专线VPN😀"), st.characters()
    ),
    max_size=400,
)
LONG = st.one_of(HARD, HARD.map(lambda text: (text + "<&>😀") * 300))


@st.composite
def told(draw):
    text = draw(LONG)
    quotes = [text[start : start + 3] for start in draw(st.lists(st.integers(0, 500), max_size=60))]
    matches = (
        Match(
            draw(HARD),
            "h",
            draw(HARD),
            "high",
            1.0,
            tuple(evidence(text, quote, draw(HARD)) for quote in quotes if quote),
            draw(LONG),
        ),
    )
    return replace(
        draw(st.sampled_from([NOTICE, REPORT_HANT, REPORT_EN])),
        title=draw(LONG),
        url=draw(st.one_of(HARD, HARD.map(lambda rest: "https://x.example/" + rest * 9))),
        source_name=draw(LONG),
        origin=draw(LONG),
        doc_no=draw(LONG),
        authority=draw(HARD),
        topics=tuple(draw(st.lists(LONG, max_size=3))),
        text=text,
        matches=matches,
    )


@st.composite
def digest(draw, pointer):
    """Of a dozen lines at most: of what waited, or of a regular time, each under a head of its own."""
    due = st.none() | st.builds(DateFact, st.sampled_from(["deadline", "effective"]), st.just(date.max), HARD)
    kinds = st.sampled_from(["new", "report", "amended", "deadline", ""])
    tail = {"due": due, "under": LONG | st.just(DUE), "articles": st.just(9**9), "translated": LONG}
    line = st.builds(Line, pointer, kinds, st.just("high"), LONG, st.booleans(), **tail)
    lines = tuple(draw(st.lists(line, max_size=PART)))
    if draw(st.booleans()):
        return Digest(tuple(replace(one, under="") for one in lines), 9, 10, 9**9, press=draw(st.booleans()))
    names = tuple(draw(st.lists(LONG, max_size=12)))
    return Digest(
        lines,
        part=draw(st.sampled_from([1, 10])),
        parts=10,
        since=SEEN,
        until=SEEN,
        matched=9**9,
        topics=tuple((name, 9**9) for name in names),
        held=9**9,
        silenced=9**9,
        review=9**9,
        more=9**9,
        sources=9**9,
        ill=tuple((name, "blocked") for name in names),
        uncovered=names,
    )


@st.composite
def anything(draw):
    kind = draw(st.sampled_from(["new", "report", "source", "coverage", "baseline", "digest", "test"]))
    language = draw(st.sampled_from(["en", "zh-Hans"]))
    said = {"repeated": draw(st.booleans()), "answers": draw(st.booleans()), "matter": "m1"}
    base = alert(kind, subject=draw(LONG), language=language, **said)
    pointer = st.builds(
        Pointer, LONG, st.one_of(HARD, st.just("https://x.example/?a=b&c=" + "d" * 1500)), HARD
    )
    if kind == "source" and draw(st.booleans()):
        members = tuple(
            Health(draw(HARD), draw(LONG), "empty", draw(HARD), draw(LONG), draw(LONG), host=draw(HARD))
            for _ in range(draw(st.integers(0, 8)))
        )
        why = draw(st.one_of(st.just("network"), HARD))
        return replace(
            base, outage=Outage(draw(st.booleans()), members, why, draw(st.none() | st.just(SEEN)))
        )
    if kind == "coverage":
        way = Way(draw(HARD), draw(LONG), draw(LONG), draw(st.booleans()), draw(st.booleans()), draw(HARD))
        lost = tuple(
            Lost(draw(LONG), (way,) * draw(st.integers(0, 3)), SEEN) for _ in range(draw(st.integers(1, 7)))
        )
        return replace(base, cover=Cover(draw(st.booleans()), lost, draw(st.booleans())))
    if kind == "source":
        return replace(
            base,
            health=Health(
                draw(HARD),
                draw(LONG),
                draw(st.sampled_from(["blocked", "ok", "x"])),
                draw(HARD),
                draw(LONG),
                draw(LONG),
            ),
        )
    if kind == "baseline":
        return replace(base, baseline=Baseline(9**9, 9**9, newest=tuple(draw(st.lists(pointer, max_size=8)))))
    if kind == "digest":
        return replace(base, digest=draw(digest(pointer)), follows=draw(st.none() | pointer))
    if kind == "test":
        return replace(base, note={"line": draw(LONG)})
    return replace(
        base, article=draw(told()), follows=draw(pointer), cites=tuple(draw(st.lists(pointer, max_size=5)))
    )


def every_text(value):
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from every_text(item)


@settings(max_examples=150, deadline=None)
@given(anything())
def test_whatever_the_input_the_message_is_inert_and_within_every_limit(hostile):
    message = compose(hostile)
    check_message({"text": message.text, "blocks": list(message.blocks), "metadata": message.metadata})
    assert 0 < len(message.text) <= FALLBACK_LIMIT
    assert sum(map(len, every_text(message.blocks))) <= TEXT_LIMIT
    assert len(json.dumps(list(message.blocks))) <= JSON_LIMIT
    json.dumps(list(message.blocks), ensure_ascii=False).encode("utf-8")
    if hostile.digest is not None:  # nothing that it is to tell of is left out, however long all of it is
        [listed] = [block["elements"] for block in message.blocks if block["type"] == "rich_text"]
        assert len(listed) > len(hostile.digest.lines)
        assert message.text.count("\n") >= len(hostile.digest.lines)
    links = re.findall(r"<([^<>]*)>", message.text)
    assert all(re.fullmatch(r"https?://[!-~]+", address) for address in links)
    assert not re.search(r"[<>]", re.sub(r"<https?://[^<>]*>", "", message.text))
    for text in (*every_text(message.blocks), *message.text.split("\n")):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "in the days of a congress of the Communist Party"), ("zh-Hans", "适逢中共全国代表大会")],
)
def test_the_context_names_what_was_on_in_beijing(language, said):
    """The congress began on 18 October in Beijing, when it was still the 17th in UTC."""
    during = replace(NOTICE, published=Moment(datetime(2017, 10, 17, 17, 0, tzinfo=UTC)))
    before = replace(NOTICE, published=Moment(datetime(2017, 10, 17, 15, 0, tzinfo=UTC)))
    assert said in compose(alert(article=during, language=language)).text
    assert said not in compose(alert(article=before, language=language)).text


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_of_the_longest_dozen_every_line_is_there_with_its_head_and_the_coverage(language):
    long = "😀專線<&>" * 90
    lines = tuple(
        Line(
            Pointer(f"{number} {long}", f"https://x.example/{'d' * 1900}", "2017-01-22"),
            "amended",
            "high",
            long,
            due=DateFact("deadline", date(2017, 2, 3), ""),
            under=f"{number} {long}",
            articles=99,
            translated=f"in English {long}",
        )
        for number in range(PART)
    )
    whole = replace(WEEK, lines=lines, uncovered=(long,) * 9, ill=((long, "blocked"),) * 9, more=9, parts=3)
    message = compose(alert("digest", digest=whole, language=language))
    check_message({"text": message.text, "blocks": list(message.blocks), "metadata": message.metadata})
    shown = [one["text"] for one in every_section(message.blocks)]
    for number in range(PART):
        assert sum(text.startswith(f"{number} ") for text in shown) == 2
        assert sum(line.startswith(f"— {number} ") for line in message.text.splitlines()) == 1
    assert "gatewatch export --since 2017-01-22T10:00+01:00" in message.text
    assert digest_terms(words(language)).uncovered.partition("{")[0].strip() in message.text
    assert len(message.text) <= FALLBACK_LIMIT
    assert "in English" not in "".join(shown)  # before titles are cut, their translations go


def every_section(blocks):
    for block in blocks:
        for section in block["elements"]:
            yield from section.get("elements", ())
