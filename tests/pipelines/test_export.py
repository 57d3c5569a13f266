from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import stat
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.export import COLUMNS, WORST, cell, records, shown, starts_formula, whole, write

BEIJING = ZoneInfo("Asia/Shanghai")
SEEN = datetime(2017, 1, 22, 8, 30, 15, 999, UTC)


def evidence(term="VPN", gloss="virtual private network", field="text", start=0, **more):
    return {
        "rule": "vpn-lines",
        "term": term,
        "gloss": gloss,
        "field": field,
        "start": start,
        "end": start + len(term),
        "quote": term,
    } | more


def match(rule="vpn-lines", *, silent=False, found=None, **more):
    return {
        "rule": rule,
        "rule_hash": f"hash-of-{rule}",
        "topic": "vpn-crackdown",
        "severity": "high",
        "score": 0.9,
        "silent": silent,
        "why": f"{rule} fired",
        "evidence": [evidence()] if found is None else found,
    } | more


def delivery(state="sent", channel="#china", sent=None, **more):
    return {"id": f"g-{channel}", "channel": channel, "kind": "new", "state": state, "sent": sent} | more


def row(**changes):
    return {
        "id": "a1",
        "matter": "m1",
        "doc_no": "工信部信管函〔2017〕32号",
        "stage": "final",
        "title": "关于清理规范互联网网络接入服务市场的通知",
        "url": "https://www.miit.gov.cn/32.html",
        "source": "miit_notices",
        "tier": "regulator",
        "lang": "zh-Hans",
        "published": datetime(2017, 1, 22, 7, 0, tzinfo=UTC),
        "published_day": None,
        "first_seen": SEEN,
        "topics": ["vpn-crackdown", "cross-border-lines"],
        "severity": "high",
        "score": 0.93,
        "sha256": "0" * 64,
        "authority": "MIIT",
        "text": "VPN 专线",
        "private_text": "",
        "attachments": [{"name": "附件.pdf", "url": "https://www.miit.gov.cn/a.pdf"}],
        "dates": [{"kind": "campaign-end", "date": "2018-03-31", "sentence": "至2018年3月31日"}],
        "disposition": "alert",
        "matches": [match()],
        "deliveries": [delivery(sent=datetime(2017, 1, 22, 8, 31, tzinfo=UTC))],
    } | changes


def excerpt(text, spans):
    return f"{text[:300]} {len(spans)}"


def exported(*rows, kind="csv", raw=False, per="article", zone=BEIJING):
    stream = io.BytesIO()
    write(records(rows, zone, excerpt, per=per), stream, kind, raw=raw)
    return stream.getvalue()


def read_back(body):
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_the_columns_stand_in_the_contract_s_order():
    header = exported().decode("utf-8-sig").strip()
    assert header == (
        "article_id,matter_id,doc_no,stage,title,url,source,tier,lang,published,first_seen,topics,severity,"
        "score,terms,excerpt,alert_state,sent_at,ack_by,ack_at,sha256,authority,rule,rule_version,gloss,why"
    )


def test_a_row_is_written_as_the_contract_says():
    body = exported(row())
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.endswith(b"\r\n")
    assert body.count(b"\n") == body.count(b"\r\n") == 2
    [found] = read_back(body)
    assert found["topics"] == "vpn-crackdown; cross-border-lines"
    assert found["published"] == "2017-01-22T15:00:00+08:00"
    assert found["first_seen"] == "2017-01-22T16:30:15+08:00"
    assert found["sent_at"] == "2017-01-22T16:31:00+08:00"
    assert found["alert_state"] == "sent"
    assert (found["terms"], found["gloss"]) == ("VPN", "virtual private network")
    assert (found["rule"], found["rule_version"]) == ("vpn-lines", "hash-of-vpn-lines")
    assert found["why"] == "vpn-lines fired"
    assert found["score"] == "0.93"
    assert (found["ack_by"], found["ack_at"]) == ("", "")


def test_times_are_in_the_configured_zone_and_a_bare_date_stays_one():
    [found] = read_back(exported(row(published_day=date(2017, 1, 22)), zone=ZoneInfo("America/New_York")))
    assert found["published"] == "2017-01-22"
    assert found["first_seen"] == "2017-01-22T03:30:15-05:00"
    assert shown(None, BEIJING) is None


def test_what_is_missing_is_an_empty_cell():
    [found] = read_back(
        exported(row(severity=None, published=None, matter=None, doc_no="", matches=[], deliveries=[]))
    )
    assert [
        found[key] for key in ("severity", "published", "matter_id", "doc_no", "terms", "rule", "sent_at")
    ] == [""] * 7


def test_silent_rules_are_not_among_the_reasons():
    [found] = read_back(exported(row(matches=[match(), match("noise", silent=True)])))
    assert found["rule"] == "vpn-lines"


def test_each_term_stands_once_with_its_gloss():
    found = [
        evidence(),
        evidence(start=9),
        evidence("翻墙", "climb the wall", start=20),
        evidence("专线", "", start=30),
    ]
    [back] = read_back(exported(row(matches=[match(found=found)])))
    assert (back["terms"], back["gloss"]) == ("VPN; 翻墙; 专线", "virtual private network; climb the wall")


@pytest.mark.parametrize(
    ("states", "disposition", "wanted"),
    [
        ([], "none", "none"),
        ([], "baseline", "baseline"),
        ([], "held", "held"),
        ([], "alert", "pending"),
        (["sent"], "alert", "sent"),
        (["sent", "pending"], "alert", "pending"),
        (["sent", "sending"], "alert", "sending"),
        (["rejected", "pending"], "alert", "rejected"),
        (["sent", "silenced"], "alert", "silenced"),
        (["held", "digest", "sent"], "alert", "held"),
    ],
)
def test_the_alert_state_is_the_worst_over_the_channels(states, disposition, wanted):
    told = [delivery(state, f"#c{number}") for number, state in enumerate(states)]
    [found] = read_back(exported(row(deliveries=told, disposition=disposition)))
    assert found["alert_state"] == wanted


def test_sent_at_is_the_first_over_the_channels():
    late, early = (datetime(2017, 1, day, tzinfo=UTC) for day in (25, 24))
    told = [delivery(sent=late), delivery(channel="#ops", sent=early), delivery("pending", "#x")]
    [found] = read_back(exported(row(deliveries=told)))
    assert found["sent_at"] == "2017-01-24T08:00:00+08:00"


def test_per_alert_there_is_a_row_for_each_channel_and_none_for_what_was_not_told():
    told = [delivery(sent=SEEN), delivery("rejected", "#ops")]
    rows = [row(deliveries=told), row(id="a2", deliveries=[], disposition="none")]
    found = read_back(exported(*rows, per="alert"))
    assert [(each["article_id"], each["alert_state"], each["sent_at"]) for each in found] == [
        ("a1", "sent", "2017-01-22T16:30:15+08:00"),
        ("a1", "rejected", ""),
    ]
    lines = [json.loads(line) for line in exported(*rows, per="alert", kind="jsonl").splitlines()]
    assert [(each["alert_id"], each["channel"]) for each in lines] == [
        ("g-#china", "#china"),
        ("g-#ops", "#ops"),
    ]


def test_json_lines_hold_the_columns_and_text_evidence_attachments_and_dates():
    [found] = [json.loads(line) for line in exported(row(), kind="jsonl").splitlines()]
    assert tuple(found) == (*COLUMNS, "text", "evidence", "attachments", "review", "dates")
    assert found["topics"] == ["vpn-crackdown", "cross-border-lines"]
    assert found["title"] == "关于清理规范互联网网络接入服务市场的通知"
    assert found["dates"] == [{"kind": "campaign-end", "date": "2018-03-31", "sentence": "至2018年3月31日"}]
    assert found["evidence"][0]["quote"] == "VPN"
    assert found["severity"] == "high"
    assert found["ack_by"] is None


def test_the_excerpt_is_of_the_whole_text_and_the_text_is_the_public_one():
    [found] = [
        json.loads(line)
        for line in exported(
            row(text="extract", private_text="the whole VPN text"), kind="jsonl"
        ).splitlines()
    ]
    assert found["excerpt"] == "the whole VPN text 1"
    assert found["text"] == "extract"
    assert "private_text" not in found


def test_evidence_in_json_lines_points_into_the_text_beside_it():
    found = [
        evidence(start=100, kept=3),
        evidence("专线", start=900, kept=None),
        evidence(field="title", start=1, kept=1),
    ]
    [line] = exported(
        row(text="…… VPN", private_text="x" * 2000, matches=[match(found=found)]), kind="jsonl"
    ).splitlines()
    places = [(each["field"], each["start"], each["end"]) for each in json.loads(line)["evidence"]]
    assert places == [("text", 3, 6), ("text", None, None), ("title", 1, 4)]


STARTS = ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a", "\ta", "\ra", "\na"]


@pytest.mark.parametrize(
    "text", STARTS + [f"{blank}=1" for blank in (" ", "  \t", "\u3000", "\xa0", "\ufeff", "\u200b", "\x00")]
)
def test_a_cell_that_would_start_a_formula_is_neutralised(text):
    [found] = read_back(exported(row(title=text)))
    assert found["title"] == f"'{text}"
    [found] = read_back(exported(row(title=text), raw=True))
    assert found["title"] == text


@pytest.mark.parametrize("text", ["", "a=1", "'=1", "1-2", "中文", '"=1"', "(=1)", "#china", " plain"])
def test_a_harmless_cell_is_left_alone(text):
    assert cell(text) == text


def test_a_formula_in_a_list_is_neutralised_where_it_starts_the_cell():
    assert cell(["=cmd", "b"]) == "'=cmd; b"
    assert cell(["a", "=cmd"]) == "a; =cmd"


nasty = st.text(
    st.one_of(
        st.sampled_from("=+-@＝＋－＠\t\r\n ,;\"'\u3000\ufeff\u200b|"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
)


@given(nasty, nasty, st.lists(nasty, max_size=3), st.booleans())
def test_what_is_written_is_read_back_equal(title, url, topics, raw):
    body = exported(row(title=title, url=url, topics=topics), raw=raw)
    [found] = read_back(body)
    assert found["title"] == cell(title, raw=raw)
    assert found["url"] == cell(url, raw=raw)
    assert found["topics"] == cell(topics, raw=raw)
    if raw:
        assert found["title"] == title


@given(nasty)
def test_no_cell_starts_a_formula(text):
    shown_cell = cell(text)
    assert not starts_formula(shown_cell)
    assert shown_cell in {text, f"'{text}"}
    visible = "".join(sign for sign in shown_cell if sign.isprintable()).lstrip()
    assert visible[:1] not in set("=+-@＝＋－＠") or visible == ""


def test_a_spreadsheet_shows_every_cell_as_text(tmp_path):
    """What Excel does on opening: openpyxl takes a leading = for a formula, as it does."""
    [found] = read_back(exported(row(title='=HYPERLINK("http://x")', url="  =1+1", doc_no="@SUM(A1)")))
    book = openpyxl.Workbook()
    book.active.append(list(found.values()))
    book.save(tmp_path / "x.xlsx")
    cells = next(openpyxl.load_workbook(tmp_path / "x.xlsx").active.iter_rows())
    assert "f" not in {each.data_type for each in cells}
    assert [each.value for each in cells if each.value] == [value for value in found.values() if value]


def test_a_lone_surrogate_does_not_spoil_the_file():
    [found] = read_back(exported(row(title="a\ud83db")))
    assert found["title"] == "a?b"
    assert json.loads(exported(row(title="a\ud83db"), kind="jsonl"))["title"] == "a?b"


def test_every_state_of_the_contract_has_its_place():
    contract = {"none", "baseline", "silenced", "held", "digest", "pending", "sending", "sent", "rejected"}
    assert set(WORST) == contract


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    path.chmod(0o640)
    with contextlib.suppress(KeyboardInterrupt), whole(path) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    with whole(path) as stream:
        stream.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_a_new_file_has_the_rights_the_process_gives(tmp_path):
    before = os.umask(0o027)
    try:
        with whole(tmp_path / "out.csv") as stream:
            stream.write(b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o640


def test_a_symbolic_link_keeps_pointing_where_it_did(tmp_path):
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_bytes(b"old")
    link.symlink_to(real)
    with whole(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_what_is_no_ordinary_file_is_written_straight(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with whole(pipe) as stream:
        stream.write(b"x")
    assert os.read(reader, 10) == b"x"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), whole(tmp_path / "none" / "out.csv"):
        pass


@pytest.mark.parametrize(
    ("term", "quotes", "written"),
    [
        ("unauthori", ["unauthorised", "Unauthorized"], "unauthorised"),
        ("regulat", ["Regulates"], "Regulates"),
        ("prohibit", ["prohibited", "prohibit"], "prohibit"),
        ("VPN", ["VPNs"], "VPN"),
        ("VPN", ["vpn"], "VPN"),
        ("虚拟专用网络", ["虛擬專用網絡"], "虚拟专用网络"),
    ],
)
def test_a_term_is_a_word_as_it_is_written_never_the_beginning_of_one(term, quotes, written):
    found = [evidence(term, quote=quote, end=len(quote)) for quote in quotes]
    [record] = records([row(matches=[match(found=found)])], BEIJING, excerpt)
    assert record["terms"] == [written]
    assert len(record["gloss"]) == 1
