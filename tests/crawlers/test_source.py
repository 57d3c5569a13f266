from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.errors import ConfigError
from crawlers.source import duration, load_catalogue, pick

ONE = "sources:\n  - {id: a, name: A, kind: feed, url: 'https://example.org/feed'}\n"


def write(folder, name, text):
    file = folder / name
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("1h30m", 5400), ("2d", 172800), ("0.5s", 0.5)]
)
def test_durations_are_read(text, seconds):
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "30", "m", "1h 30m x", "0s", "-1h", "30 minutes"])
def test_what_is_not_a_duration_is_refused(text):
    with pytest.raises(ValueError, match=r"duration|no time"):
        duration(text)


def test_a_later_file_changes_only_the_keys_it_names(tmp_path):
    first = write(tmp_path, "1.yaml", ONE)
    second = write(tmp_path, "2.yaml", "sources:\n  - {id: a, every: 5m, enabled: false}\n")
    source = load_catalogue([first, second])["a"]
    assert (source.name, source.every, source.enabled) == ("A", "5m", False)


def test_a_new_source_of_a_later_file_must_be_whole(tmp_path):
    file = write(tmp_path, "1.yaml", "sources:\n  - id: b\n    kind: feed\n    url: https://example.org/\n")
    with pytest.raises(ConfigError, match=r"1\.yaml:2:\d+: the key 'name' is missing"):
        load_catalogue([file])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("every: 5 minutes", "not a cron expression"),
        ("every: 61 * * * *", "not a cron expression"),
        ("url: ftp://example.org/x", "not an http or https address"),
        ("url: https://u:secretword@example.org/x", "must not carry a password"),
        ("kind: rss", "kind"),
        ("at_least: -1", "at_least"),
        ("timezone: Mars/Base", "not a time zone"),
        ("evry: 5m", "did you mean 'every'"),
    ],
)
def test_a_wrong_value_is_refused_with_its_line(tmp_path, line, said):
    fields = {"name": "A", "kind": "feed", "url": "https://example.org/f"}
    key = line.partition(":")[0]
    fields.pop(key, None)
    text = "sources:\n  - id: a\n" + "".join(f"    {k}: {v}\n" for k, v in fields.items()) + f"    {line}\n"
    file = write(tmp_path, "s.yaml", text)
    with pytest.raises(ConfigError) as caught:
        load_catalogue([file])
    assert said in str(caught.value)
    assert f"s.yaml:{text.count(chr(10))}:5:" in str(caught.value)
    assert "secretword" not in str(caught.value)


def test_an_id_that_stands_twice_in_a_file_is_refused(tmp_path):
    file = write(tmp_path, "1.yaml", ONE + ONE.splitlines(keepends=True)[1])
    with pytest.raises(ConfigError, match="stands twice"):
        load_catalogue([file])


def test_an_unknown_source_is_named_with_the_nearest(tmp_path):
    catalogue = load_catalogue([write(tmp_path, "1.yaml", ONE.replace("id: a", "id: miit_notices"))])
    with pytest.raises(ConfigError) as caught:
        pick(catalogue, ["mit_notices"])
    assert "miit_notices" in caught.value.remedy


def test_the_interval_of_a_cron_expression_is_the_gap_it_leaves(tmp_path):
    file = write(tmp_path, "1.yaml", ONE.replace("}", ", every: '*/10 * * * *'}"))
    assert load_catalogue([file])["a"].interval == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("fields", "switched", "where", "off"),
    [
        ("", None, "", ""),
        (", enabled: false", None, "", "switched off in the catalogue"),
        (", enabled: false", True, "", ""),
        ("", False, "", "switched off by hand"),
        (", reach: cn", None, "", ""),
        (", reach: cn", None, "cn", ""),
        (", reach: cn", None, "abroad", "answers only within China"),
        (", reach: abroad", True, "cn", "answers only outside China"),
        (", reach: cn, proxy: 'http://u:hush@proxy.example:3128'", None, "abroad", ""),
    ],
)
def test_a_source_is_off_by_hand_by_the_catalogue_or_out_of_reach(tmp_path, fields, switched, where, off):
    file = write(tmp_path, "1.yaml", ONE.replace("}", f"{fields}}}"))
    said = load_catalogue([file])["a"].off(switched, where)
    assert (said == "") == (off == "")
    assert off in said


@pytest.mark.parametrize("proxy", ["proxy.example:3128", "socks5://u:hush@proxy.example:1", "http://"])
def test_a_proxy_that_is_none_is_refused_without_its_password(tmp_path, proxy):
    file = write(tmp_path, "1.yaml", ONE.replace("}", f", proxy: '{proxy}'}}"))
    with pytest.raises(ConfigError, match="proxy") as refused:
        load_catalogue([file])
    assert "hush" not in str(refused.value)


REFUSED = "refused:\n  - {host: www.Example.org, authority: X, reason: robots.txt forbids it, road: the feed of Y}\n"


def test_a_source_of_a_refused_host_is_an_error_that_names_reason_and_road(tmp_path):
    own = write(tmp_path, "own.yaml", ONE.replace("example.org", "search.www.example.org"))
    with pytest.raises(ConfigError, match=r"own\.yaml:2:.*not crawled: robots\.txt forbids it") as caught:
        load_catalogue([own, write(tmp_path, "refused.yaml", REFUSED)])
    assert "the feed of Y" in caught.value.remedy
    assert load_catalogue([write(tmp_path, "near.yaml", ONE), tmp_path / "refused.yaml"]).refused


def test_a_refused_host_is_crawled_where_the_source_says_so_itself(tmp_path):
    text = ONE.replace("example.org", "www.example.org").replace("}", ", although_refused: true}")
    catalogue = load_catalogue([write(tmp_path, "1.yaml", REFUSED + text)])
    assert catalogue["a"].although_refused
    assert [one.host for one in catalogue.refused] == ["www.example.org"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{host: 'https://a.org/', reason: r, road: x}", r"1\.yaml:2:6: .*host"),
        ("{host: a.org, road: x}", r"1\.yaml:2:5: the key 'reason' is missing"),
        ("{host: a.org, reson: r, road: x}", "did you mean 'reason'"),
    ],
)
def test_a_refusal_that_is_not_whole_is_refused_with_its_place(tmp_path, line, said):
    with pytest.raises(ConfigError, match=said):
        load_catalogue([write(tmp_path, "1.yaml", f"refused:\n  - {line}\n")])
