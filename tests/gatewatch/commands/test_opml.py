from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawlers.errors import ConfigError
from crawlers.source import load_catalogue
from gatewatch import opml
from tests.support.pages import CATALOGUE

LIST = """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0">
  <head><title>Reader</title></head>
  <body>
    <outline text="Government"><outline text="CAC" title="CAC">
      <outline type="rss" text="Notices &amp; more" xmlUrl="https://cac.example/feed.xml" htmlUrl="https://cac.example/"/>
    </outline></outline>
    <outline text="Tech"><outline TEXT="A paper" XMLURL="https://paper.example/rss" language="en"/></outline>
    <outline type="rss" text="Again" xmlUrl="https://paper.example/rss"/>
    <outline type="rss" text="A paper we have" xmlUrl="https://news.example.com/rss"/>
    <outline type="rss" text="Not an address" xmlUrl="feed:paper"/>
    <outline type="rss" xmlUrl="https://u:p@paper.example/rss"/>
    <outline text="A folder of nothing"/>
  </body>
</opml>
"""


def test_a_reader_s_list_becomes_sources_that_load(desk):
    (desk.folder / "reader.opml").write_text(LIST, "utf-8")
    done = desk.call("sources", "import", "reader.opml")
    found = yaml.safe_load(done.stdout)["sources"]
    assert [(one["name"], one["url"], one["tier"], one.get("authority", "")) for one in found] == [
        ("Notices & more", "https://cac.example/feed.xml", "government", "CAC"),
        ("A paper", "https://paper.example/rss", "press", "Tech"),
    ]
    assert found[1]["lang"] == "en"
    assert "reader.opml:10: left out: https://news.example.com/rss is watched already: press" in done.stderr
    assert "reader.opml:11: left out: 'feed:paper' is not an http or https address" in done.stderr
    assert "reader.opml:12: left out: an address must not carry a password" in done.stderr
    assert "u:p" not in done.stdout


def test_written_once_it_is_read_with_the_rest_and_never_overwritten(desk):
    (desk.folder / "reader.opml").write_text(LIST, "utf-8")
    (desk.folder / "gatewatch.yaml").write_text(
        "sources: [sources.yaml, sources/*.yaml]\nrules: [rules.yaml]\n", "utf-8"
    )
    desk.call("sources", "import", "reader.opml", "--write", "reader")
    rows = {row["id"]: row for row in desk.json("sources", "list", of="sources-list")}
    assert len(rows) == 5
    before = (desk.folder / "sources/reader.yaml").read_bytes()
    # All is watched now: nothing to add.
    assert "Nothing to add" in desk.call("sources", "import", "reader.opml", "--write", "reader").stderr
    (desk.folder / "other.opml").write_text(LIST.replace("paper.example/rss", "paper.example/other"), "utf-8")
    done = desk.call("sources", "import", "other.opml", "--write", "reader", code=2)
    assert "nothing is overwritten" in done.stderr
    assert (desk.folder / "sources/reader.yaml").read_bytes() == before


def test_what_is_exported_comes_back(desk, tmp_path):
    feeds = [source for source in CATALOGUE.values() if source.kind == "feed"]
    back = opml.read(opml.write(list(CATALOGUE.values()), "t").encode(), "x.opml")
    told = {(one.url, one.name, one.tier, one.authority, one.lang) for one in back}
    assert told == {(one.url, one.name, one.tier, one.authority, one.lang) for one in feeds}
    text = desk.call("sources", "export", "--format", "opml", "--all").stdout
    assert [one.url for one in opml.read(text.encode(), "x.opml")] == [
        "https://news.example.com/rss",
        "https://asleep.example.com/rss",
    ]
    assert "asleep" not in desk.call("sources", "export").stdout


BOMB = b'<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><opml><body><outline xmlUrl="http://x.example/&b;"/></body></opml>'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (BOMB, "declares entities"),
        (BOMB.decode().encode("utf-16"), "declares entities"),
        (b"<opml><body><outline xmlUrl='https://x.example/'></body></opml>", "x.opml:1:"),
        (b"<rss/>", "is not OPML but <rss>"),
        (b"", "is not XML"),
        (b"\x00\xff", "is not XML"),
        (b"<opml>" + b" " * opml.LARGEST + b"</opml>", "larger than 5 MB"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_told_with_its_place(body, told):
    with pytest.raises(ConfigError, match=told.replace("<", "[<]")):
        opml.read(body, "x.opml")


def test_no_file_of_this_machine_is_read_by_a_list():
    body = b'<!DOCTYPE o SYSTEM "file:///etc/passwd"><opml><body><outline text="&x;" xmlUrl="https://x.example/&x;"/></body></opml>'
    for one in opml.read(body, "x.opml"):
        assert (one.name, one.url) == ("", "https://x.example/")


def test_folders_may_lie_as_deep_as_they_like():
    deep = (
        b"<opml><body>"
        + b"<outline text='f'>" * 200
        + b"<outline text='x' xmlUrl='https://x.example/'/>"
        + b"</outline>" * 200
        + b"</body></opml>"
    )
    assert [one.url for one in opml.read(deep, "x.opml")] == ["https://x.example/"]


@given(
    st.lists(
        st.tuples(
            st.text(max_size=20), st.sampled_from(["press", "trade", "government"]), st.text(max_size=10)
        ),
        max_size=6,
    )
)
def test_whatever_a_source_is_called_the_list_is_well_formed(told):
    base = CATALOGUE["solidot"]
    sources = [
        base.model_copy(
            update={"name": name, "tier": tier, "authority": authority, "url": f"https://x.example/{n}"}
        )
        for n, (name, tier, authority) in enumerate(told)
    ]
    try:
        back = opml.read(opml.write(sources, "t").encode(), "x.opml")
    except (ConfigError, UnicodeEncodeError):
        assert any(not letter.isprintable() for name, _, authority in told for letter in name + authority)
        return
    assert len(back) == len(sources)


def test_ids_of_imported_feeds_are_apart(desk, tmp_path):
    feeds = "".join(f"<outline text='F{n}' xmlUrl='https://paper.example/{n}/feed'/>" for n in range(5))
    (desk.folder / "r.opml").write_text(f"<opml><body>{feeds}</body></opml>", "utf-8")
    text = desk.call("sources", "import", "r.opml").stdout
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    assert len(load_catalogue([tmp_path / "x.yaml"])) == 5
