"""`gatewatch crawl` over lists that a source describes, in JSON and in HTML, on a loopback server in the attested shapes."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from tests.support.program import Desk
from tests.support.wire import Reply, Server

CLAUSE = "未经批准，不得自行租用专线（含虚拟专用网络VPN）等信道开展跨境经营活动。"
FLAT = {"row": "list", "link": "infourl", "title": "topic", "date": "pubtime"}
SEARCH = {
    "row": "data.searchResult.dataResults[].groupData[].data",
    "link": "url",
    "title": "title",
    "date": "deploytime",
    "number": "filenumbername",
    "issuer": "publishgroupname",
    "text": "json(json(infoextends).infoContent)[?fieldName=='content'].fieldValue | [0]",
}


class Ministry:
    """A form with pages, a body, a search whose category the site names, pages of HTML, an empty page."""

    def __init__(self) -> None:
        self.topics = [f"关于第{number}号事项的公告" for number in range(9)]
        self.dated = True
        self.drafts: list[str] = []
        self.category: object = {
            "data": {"categories": [{"iid": 57, "name": "全 部"}, {"iid": 196, "name": "库"}]}
        }
        self.server = Server(self.answer)
        self.log: list[tuple[str, str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def answer(self, request) -> Reply:
        self.log.append(
            (request.method, request.path, request.query.get("cateid", "") or request.body.decode())
        )
        match request.path:
            case "/cms/JsonList":
                form = {name: value[0] for name, value in parse_qs(request.body.decode()).items()}
                first = (int(form["pageno"]) - 1) * 4
                shown = [self.flat(number) for number in range(9)[first : first + 4]]
                return self.json({"totalRec": "9", "list": shown} if form["channelCode"] == "A09" else {})
            case "/law-search/search/list":
                asked = json.loads(request.body)
                laws = [
                    {"bbbs": f"ff{n}", "title": f"中华人民共和国示例法{n}", "gbrq": "2016-02-06"}
                    for n in range(3)
                ]
                return self.json({"total": 3, "rows": laws if asked["pageNum"] == 1 else []})
            case "/search-front-server/api/structure/list-category":
                return self.json(self.category)
            case "/search-front-server/api/search/info":
                return self.json(self.searched() if request.query["cateid"] == "196" else {"success": False})
            case "/tz/index.html" | "/tz/index_1.html":
                first = 3 if "_1" in request.path else 0
                shown = (
                    f"<li><a href='/2026/t{n}.html' title='第{n}号通知'>第{n}…</a><span>2026/03/0{9 - n}</span></li>"
                    for n in range(first, first + 3)
                )
                return self.html(f"<ul class='u-list'>{''.join(shown)}</ul>")
            case "/flcaw/":
                links = (f"<li><a href='/2026/{name}.htm'>{name}</a></li>" for name in self.drafts)
                return self.html(f"<ul class='clist'>{''.join(links)}</ul>")
            case path if path.startswith("/2026/"):
                page = f"<h1 class='title'>题</h1><div id='BodyLabel'><p>{path}的正文。</p></div>"
                return self.html(page)
        return Reply(404)

    def flat(self, number):
        day = f"2026-03-{9 - number:02} 20:00:00" if self.dated else ""
        return {
            "topic": self.topics[number],
            "infourl": f"//127.0.0.1:{self.server.port}/2026/c_{number}.htm",
            "pubtime": day,
        }

    def searched(self):
        fields = [{"fieldName": "content", "fieldType": "Text", "fieldValue": f"<p>{CLAUSE}</p>"}]
        data = {
            "title": "关于规范跨境专线经营活动的通知", "url": "/zwgk/art_1.html", "deploytime": "1772000000256",
            "filenumbername": "工信部信管函〔2026〕9号", "publishgroupname": "信息通信管理局",
            "infoextends": json.dumps({"infoContent": json.dumps(fields)}),
        }  # fmt: skip
        return {"data": {"searchResult": {"dataResults": [{"groupData": [{"pkValue": "1", "data": data}]}]}}}

    @staticmethod
    def html(page) -> Reply:
        return Reply(body=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    @staticmethod
    def json(value) -> Reply:
        return Reply(body=json.dumps(value).encode(), headers={"Content-Type": "application/json"})


@pytest.fixture
def ministry():
    made = Ministry()
    made.server.start()
    yield made
    made.server.stop()


@pytest.fixture
def desk(tmp_path, ministry):
    with Desk(tmp_path) as desk:
        desk.source(
            id="releases", kind="json_list", tier="regulator", url=f"{ministry.url}/cms/JsonList", selectors=FLAT,
            method="POST", form={"channelCode": "A09", "pageno": 1}, pages={"param": "pageno"},
        )  # fmt: skip
        desk.source(
            id="laws", kind="json_list", tier="government", url=f"{ministry.url}/law-search/search/list",
            selectors={"row": "rows", "link": "bbbs && join('', ['flfgDetails?bbbs=', bbbs])", "title": "title", "date": "gbrq"},
            method="POST", body={"pageNum": 1, "pageSize": 3}, pages={"param": "pageNum"}, article={"fetch": False},
        )  # fmt: skip
        desk.source(
            id="search", kind="json_list", tier="regulator", url=f"{ministry.url}/search-front-server/api/search/info",
            selectors=SEARCH, params={"cateid": 58},
            resolve={
                "param": "cateid", "value": "data.categories[?name=='库'].iid | [0]",
                "url": f"{ministry.url}/search-front-server/api/structure/list-category",
            },
        )  # fmt: skip
        desk.source(
            id="notices", kind="listing", tier="regulator", url=f"{ministry.url}/tz/index.html",
            selectors={"row": "ul.u-list > li"}, pages={"url": "index_{page}.html", "second": 1},
        )  # fmt: skip
        desk.source(
            id="drafts",
            kind="listing",
            url=f"{ministry.url}/flcaw/",
            selectors={"row": ".clist li"},
            at_least=0,
        )
        yield desk


def test_lists_are_walked_page_by_page_and_a_text_in_the_list_needs_no_page(ministry, desk):
    done = desk.run("crawl")
    assert done.returncode == 0, done.stdout + done.stderr
    assert desk.rows("SELECT count(*) FROM articles") == [(19,)]
    assert desk.rows("SELECT doc_no, text, published FROM articles WHERE doc_no != ''") == [
        ("工信部信管函〔2026〕9号", CLAUSE, "2026-02-25 06:13:20.000000")
    ]
    asked = [path for _, path, _ in ministry.log]
    assert asked.count("/cms/JsonList") == 4  # the last is shorter, and may not be the last
    assert "/zwgk/art_1.html" not in asked
    ministry.log.clear()
    assert desk.run("crawl", "--all").returncode == 0
    asked = [path for _, path, _ in ministry.log]
    assert sorted({*asked}) == [
        "/cms/JsonList", "/flcaw/", "/law-search/search/list", "/robots.txt", "/search-front-server/api/search/info",
        "/tz/index.html",
    ]  # fmt: skip  # the category is looked up once a day


@pytest.mark.slow
def test_a_category_that_is_not_named_is_taken_as_given_and_what_is_gone_is_told_by_its_selector(
    ministry, desk
):
    ministry.category = {"success": False}
    ministry.dated = False
    desk.sources[2]["params"] = {"cateid": 196}
    done = desk.run("crawl")
    assert done.returncode == 3, done.stdout + done.stderr
    assert desk.rows("SELECT count(*) FROM articles") == [(19,)]  # without their dates, but none is lost
    states = {row["id"]: row["state"] for row in desk.json("sources", "list")}
    ministry.log.clear()
    desk.run("crawl", "search")
    assert [path for _, path, _ in ministry.log if "list-category" in path] == []  # once a day, also in vain
    assert states == {"releases": "failing", "laws": "ok", "search": "ok", "notices": "ok", "drafts": "ok"}
    assert "selectors.date 'pubtime'" in desk.run("sources", "show", "releases").stdout


@pytest.mark.slow
def test_a_list_of_one_page_that_shows_only_new_rows_has_a_gap_unless_it_was_empty(ministry, desk):
    desk.sources = [one for one in desk.sources if one["id"] == "drafts"]
    said = []
    for drafts in ([], ["甲草案", "乙草案"], ["丙草案", "乙草案"], ["丁草案", "戊草案"]):
        ministry.drafts = drafts
        desk.run("crawl", "--all")
        said += [state for (state,) in desk.rows("SELECT state FROM sources WHERE id = 'drafts'")]
    assert said == ["ok", "ok", "ok", "gap"]
    assert desk.rows("SELECT count(*) FROM articles") == [(5,)]
