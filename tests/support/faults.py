"""What sites do to us, one function a fault: from the answer that would have been given to a worse one.

`FAULTS[name](site, request, normal, **options) -> Reply`; `normal()` gives the honest answer. Names
are what `Site.fault(path, name, …)` takes. Bytes of challenges are ours, in the attested shape.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import formatdate
from functools import lru_cache
from html import escape

from gatewatch.demo.jpaas import unit_json
from tests.support.wire import Reply

FAULTS: dict[str, Callable[..., Reply]] = {}

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/rss+xml"}

WAF = b"<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center></body></html>\n"

JSL = (
    b"<script>document.cookie=('__jsl_clearance_s=')+('1700000000.123|-1|AAAAAAAAAAAAAAAAAAAAAAA%3D')"
    b"+(';max-age=3600;path=/');location.href=location.pathname+location.search</script>"
)

CHALLENGES = {
    "jsl": JSL,
    "captcha": (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>安全验证</title></head><body>"
        "<div class='box'><p>您的访问过于频繁，请完成安全验证后继续访问。</p>"
        "<img src='/waf/captcha.png'><input name='code' placeholder='请输入验证码'></div></body></html>"
    ).encode(),
    "cloud": (
        b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
        b"<noscript>Enable JavaScript and cookies to continue</noscript><div>Checking your browser before accessing."
        b"</div><script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1'></script></body></html>"
    ),
    "denied": (
        "<html><head><meta charset='utf-8'><title>访问被拒绝</title></head><body><h1>请求被拒绝</h1>"
        "<p>您的请求存在异常，已被网站防火墙拦截。事件编号：0000-0000</p></body></html>"
    ).encode(),
}


def fault(name: str):
    """Enter a function in the catalogue under this name."""

    def enter(function):
        FAULTS[name] = function
        return function

    return enter


# --- refusals ------------------------------------------------------------------------------------------
@fault("status")
def status(site, request, normal, *, code=403, retry_after="", body="", headers=()):
    """A bare status; `retry_after` in seconds, or "date:30" for an HTTP date 30 s ahead."""
    found = dict(HTML) | dict(headers)
    if retry_after:
        text = str(retry_after)
        found["Retry-After"] = (
            formatdate(request.at + float(text[5:]), usegmt=True) if text.startswith("date:") else text
        )
    return Reply(code, body.encode() if body else WAF.replace(b"403 Forbidden", str(code).encode()), found)


@fault("jsl-521")
def jsl_521(site, request, normal):
    """JSL's first stage: 521, a cookie and a script. To be reported, never solved."""
    cookie = "__jsluid_s=0123456789abcdef0123456789abcdef; max-age=31536000; path=/; HttpOnly; SameSite=None; secure"
    return Reply(521, JSL, HTML | {"Set-Cookie": cookie})


@fault("waf-412")
def waf_412(site, request, normal):
    """412 with a script of nothing but obfuscation, as several Chinese sites answer abroad."""
    body = b"<!DOCTYPE html><html><head><meta charset='utf-8'><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script></head><body></body></html>"
    return Reply(412, body, HTML)


@fault("challenge")
def challenge(site, request, normal, *, kind="captcha"):
    """A challenge page with status 200: jsl, captcha, cloud or denied."""
    return Reply(200, CHALLENGES[kind], HTML)


@fault("login")
def login(site, request, normal):
    """A login form instead of the page, with 200."""
    return Reply(
        200,
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>用户登录</title></head><body><h1>用户登录</h1>"
        "<form action='/login' method='post'><label>用户名 <input name='username'></label>"
        "<label>密码 <input type='password' name='password'></label><button>登录</button></form></body></html>".encode(),
        HTML,
    )


@fault("soft-404")
def soft_404(site, request, normal):
    """200 for a page that is not there."""
    return Reply(
        200,
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>页面不存在</title></head><body><div class='error'>"
        "<h1>抱歉，您访问的页面不存在</h1><p>您访问的页面可能已被删除、更名或暂时不可用。</p>"
        "<a href='/'>返回首页</a></div></body></html>".encode(),
        HTML,
    )


# --- lists that changed ---------------------------------------------------------------------------------
def _unit_html(reply: Reply) -> str:
    return json.loads(reply.body)["data"]["html"]


def _unit(reply: Reply, html: str) -> Reply:
    return replace(reply, body=unit_json(html).encode())


@fault("zero-rows")
def zero_rows(site, request, normal):
    """The unit answers well and holds no row."""
    reply = normal()
    html = re.sub(r"<li.*</li>", "", _unit_html(reply), flags=re.DOTALL)
    return _unit(reply, re.sub(r'count="\d+"', 'count="0"', html))


@fault("renamed")
def renamed(site, request, normal):
    """A redesign: every class and id that a selector could name is another one; the words are the same."""
    reply = normal()
    table = {
        "page-content": "news-area",
        "<ul": "<div",
        "</ul": "</div",
        "<li": "<section",
        "</li": "</section",
        'class="fl"': 'class="headline"',
        'class="fr"': 'class="day"',
        "title=": "data-full=",
        "con_title": "headline",
        "con_con": "story",
        "ccontent": "story-body",
        "con_time": "stamp",
        "pagination": "pager",
    }
    text = _unit_html(reply) if request.path.endswith("/unit") else reply.body.decode()
    if request.path.endswith("/unit"):
        text = re.sub(
            r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', r'<b data-to="\1">\2</b>', text, flags=re.DOTALL
        )
    for old, new in table.items():
        text = text.replace(old, new)
    return _unit(reply, text) if request.path.endswith("/unit") else replace(reply, body=text.encode())


@fault("refused")
def refused(site, request, normal):
    """What a unit answers to whom it has not seen: 200, `success` false, nothing inside."""
    return Reply(200, unit_json("", success=False).encode(), {"Content-Type": "application/json"})


@fault("no-unit")
def no_unit(site, request, normal):
    """The column page without its unit script."""
    reply = normal()
    return replace(reply, body=re.sub(rb"<script id=.*?</script>", b"", reply.body, flags=re.DOTALL))


@fault("redirect-shell")
def redirect_shell(
    site, request, normal, *, to="/search/wjfb.html?websiteid=110000000000000&pg=&p=&tpl=14&category=51&q="
):
    """The column has become a script that sends browsers elsewhere."""
    return Reply(
        200,
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>文件发布</title></head><body>"
        f'<script>window.location.href="{to}";</script></body></html>'.encode(),
        HTML,
    )


@fault("alternate")
def alternate(site, request, normal, *, stale):
    """Every second answer to the same address is as old as the moment the fault was set (`stale` is kept by Site)."""
    turns = stale.setdefault("turns", {})
    turns[request.target] = turns.get(request.target, 0) + 1
    return normal() if turns[request.target] % 2 else stale["answer"](request)


@fault("guids-change")
def guids_change(site, request, normal):
    """Every GUID is a new one in every answer."""
    reply = normal()
    number = sum(1 for seen in site.log if seen.path == request.path)
    body = re.sub(rb"(<guid[^>]*>|<id>)([^<]*)(?=</(?:guid|id)>)", rb"\1\2-v%d" % number, reply.body)
    return replace(reply, body=body, headers=_without_validators(reply))


@fault("one-guid")
def one_guid(site, request, normal, *, guid="0"):
    """All items carry one GUID."""
    reply = normal()
    body = re.sub(rb"(<guid[^>]*>)[^<]*(?=</guid>)", rb"\g<1>" + guid.encode(), reply.body)
    return replace(reply, body=body, headers=_without_validators(reply))


def _without_validators(reply: Reply) -> dict[str, str]:
    return {name: value for name, value in reply.headers.items() if name not in {"ETag", "Last-Modified"}}


# --- being sent elsewhere ---------------------------------------------------------------------------------
@fault("redirect")
def redirect(site, request, normal, *, to, code=302):
    """To any address: 127.0.0.1:other, 169.254.169.254, file:, another host, a moved column."""
    return Reply(code, b"", {"Location": to})


@fault("redirect-loop")
def redirect_loop(site, request, normal, *, length=2):
    """302 round and round over `length` addresses of this path."""
    step = int(request.query.get("loop", "0"))
    return Reply(302, b"", {"Location": f"{request.path}?loop={(step + 1) % length}"})


@fault("redirect-chain")
def redirect_chain(site, request, normal, *, length=50):
    """302 from one address to the next, `length` times, then the honest answer."""
    step = int(request.query.get("step", "0"))
    return normal() if step >= length else Reply(302, b"", {"Location": f"{request.path}?step={step + 1}"})


@fault("meta-refresh")
def meta_refresh(site, request, normal, *, to):
    """200 with a meta refresh."""
    page = f'<html><head><meta http-equiv="refresh" content="0;url={escape(to)}"><title>…</title></head><body></body></html>'
    return Reply(200, page.encode(), HTML)


# --- the wire ---------------------------------------------------------------------------------------------
@fault("slow")
def slow(site, request, normal, *, pace=1.0):
    """One byte each `pace` seconds."""
    return replace(normal(), pace=pace)


@fault("stall")
def stall(site, request, normal, *, after=None):
    """No byte at all; or, with `after`, so many bytes of the body and then silence, the connection open."""
    if after is None:
        return Reply(silent=True, ending="hang")
    reply = normal()
    return replace(reply, body=reply.body[:after], declare=len(reply.body), ending="hang")


@fault("cut")
def cut(site, request, normal, *, after=0.5, chunked=False):
    """Fewer bytes than declared, then a polite end. `after` below 1 is a share of the body."""
    reply = normal()
    part = reply.body[: int(after * len(reply.body)) if after < 1 else int(after)]
    return replace(
        reply, body=part, declare=None if chunked else len(reply.body), chunked=chunked, ending="cut"
    )


@fault("reset")
def reset(site, request, normal, *, after=None):
    """A TCP reset: before any byte, or after so many bytes of the body."""
    if after is None:
        return Reply(silent=True, ending="reset")
    reply = normal()
    return replace(reply, body=reply.body[:after], declare=len(reply.body), ending="reset")


# --- too much ----------------------------------------------------------------------------------------------
@fault("gzip-bomb")
def gzip_bomb(site, request, normal, *, megabytes=300):
    """A small gzip body that becomes `megabytes` of blanks; the type is that of the honest answer."""
    kind = normal().headers.get("Content-Type", "text/html")
    return Reply(200, bomb(megabytes), {"Content-Type": kind, "Content-Encoding": "gzip"})


@lru_cache(maxsize=4)
def bomb(megabytes: int) -> bytes:
    """A gzip file of this many megabytes of blanks, made of one compressed block repeated."""
    block = b" " * (1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packer.compress(block)
    packer.flush(zlib.Z_FULL_FLUSH)  # from here on a block knows nothing of what came before it
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    check = 0
    for _ in range(megabytes):
        check = zlib.crc32(block, check)
    size = megabytes << 20
    return (
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
        + packed * megabytes
        + end
        + struct.pack("<II", check, size & 0xFFFFFFFF)
    )


@fault("huge-feed")
def huge_feed(site, request, normal, *, megabytes=50, declared=True):
    """A well-formed RSS feed of this many megabytes, with or without its length in front."""
    head = b'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Huge</title><link>/</link><description>d</description>\n'
    tail = b"</channel></rss>\n"
    filler = b"<p>telecom statistics of the month</p>" * 1700
    items = max(1, (megabytes << 20) // (len(filler) + 200))

    def item(number: int) -> bytes:
        return (
            b"<item><title>Item %08d</title><link>%s/huge/%08d</link><description><![CDATA["
            % (number, site.url.encode(), number)
            + filler
            + b"]]></description></item>\n"
        )

    def parts() -> Iterator[bytes]:
        yield head
        for number in range(items):
            yield item(number)
        yield tail

    length = len(head) + len(tail) + items * len(item(0))
    return Reply(200, parts(), XML, declare=length if declared else None, ending="close")


@fault("entity-bomb")
def entity_bomb(site, request, normal, *, levels=9):
    """A billion laughs inside an otherwise good feed."""
    entities = '<!ENTITY lol0 "lol">' + "".join(
        f'<!ENTITY lol{level} "{f"&lol{level - 1};" * 10}">' for level in range(1, levels + 1)
    )
    return Reply(200, _with_doctype(entities, f"&lol{levels};", site.url), XML)


@fault("xxe")
def xxe(site, request, normal, *, system="file:///etc/hostname"):
    """An external entity inside an otherwise good feed."""
    return Reply(200, _with_doctype(f'<!ENTITY secret SYSTEM "{system}">', "&secret;", site.url), XML)


def _with_doctype(entities: str, use: str, base: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE rss [{entities}]>\n'
        f"<rss version='2.0'><channel><title>Bad</title><link>{base}</link><description>d</description>"
        f"<item><title>VPN {use}</title><link>{base}/bad/1</link><description>{use}</description></item>"
        f"<item><title>VPN rule</title><link>{base}/bad/2</link><description>plain</description></item>"
        "</channel></rss>"
    ).encode()


# --- the wrong label ---------------------------------------------------------------------------------------
@fault("mislabelled")
def mislabelled(site, request, normal, *, encoding="gb18030", header="utf-8", inside=None):
    """The body in `encoding`, called `header` in Content-Type ("" leaves it out) and `inside` in the
    document's own declaration (None: as `header`; "" takes the declaration away)."""
    reply = normal()
    inside = header if inside is None else inside
    text = reply.body.decode("utf-8")
    if inside:
        text = re.sub(r'(<\?xml[^>]*encoding=")[^"]*|(charset=)[\w-]+', rf"\g<1>\g<2>{inside}", text)
    else:
        text = re.sub(r"<\?xml[^>]*\?>\s*|<meta [^>]*charset=[^>]*>\s*", "", text)
    kind = reply.headers.get("Content-Type", "text/html").split(";")[0]
    kind = f"{kind}; charset={header}" if header else kind
    return replace(
        reply, body=text.encode(encoding), headers=_without_validators(reply) | {"Content-Type": kind}
    )


@fault("body")
def body(site, request, normal, *, text, content_type="text/html; charset=utf-8", code=200):
    """Any words as the whole answer."""
    return Reply(code, text.encode(), {"Content-Type": content_type})
