"""An operator's folder for commands that are called in this process, with or without a store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import jsonschema
import pytest
from click.testing import CliRunner

from gatewatch.cli import main
from gatewatch.schemas import schema
from pipelines.match import DateFact
from pipelines.store import open_store
from tests.pipelines.store import making

CATALOGUE = """\
sources:
  - {id: miit_notices, name: MIIT notices, kind: jpaas, url: "https://www.miit.gov.cn/a/index.html",
     authority: MIIT, tier: regulator, lang: zh-Hans}
  - {id: press, name: A paper, kind: feed, url: "https://news.example.com/rss", lang: en}
  - {id: asleep, name: Another paper, kind: feed, url: "https://asleep.example.com/rss", enabled: false}
"""
RULES = """\
rules:
  - id: vpn
    gloss: speaks of VPNs
    topic: vpn-crackdown
    severity: high
    words: {VPN: virtual private network, 专线: leased line}
    should: [租用专线]
    should_not: [今天天气]
  - {id: two-words, topic: licensing, match: {all: [{words: [许可证]}, {words: [吊销]}]}}
"""


class Desk:
    """A folder with a config, and `call` for the command in this process."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "home" / "gatewatch.sqlite3"

    def call(self, *words, stdin=None, code=0):
        done = CliRunner().invoke(main, [str(word) for word in words], input=stdin, catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done

    def json(self, *words, of, code=0):
        """What the command prints with --json, held against its schema."""
        value = json.loads(self.call(*words, "--json", code=code).stdout)
        valid(value, of)
        return value

    def open(self):
        return open_store(f"sqlite:///{self.file}")

    def store(self, *given, now=making.NOW, **more):
        """Store articles as their source's turn would."""
        store = self.open()
        saved = [
            store.articles.save(one, None, entry_key=one.article.key, now=now + timedelta(seconds=number),
                                rule_texts=making.RULES, **more)
            for number, one in enumerate(given)
        ]  # fmt: skip
        store.close()
        return saved


def valid(value, name):
    """Hold a value against the schema of an output."""
    jsonschema.Draft202012Validator(
        schema(name), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(value)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEWATCH_HOME", str(tmp_path / "home"))
    (tmp_path / "sources.yaml").write_text(CATALOGUE, "utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    (tmp_path / "gatewatch.yaml").write_text("sources: [sources.yaml]\nrules: [rules.yaml]\n", "utf-8")
    return Desk(tmp_path)


@pytest.fixture
def story(desk):
    """The notice, the questions and answers, the press; and something that did not match."""
    told = [making.judged(one) for one in (making.notice(), making.answers(), making.press())]
    end = DateFact("campaign-end", date(2018, 3, 31), "至2018年3月31日结束")
    told[0] = replace(told[0], facts=replace(told[0].facts, dates=(end,)))
    told.append(
        making.judged(making.article("https://news.example.com/9", text="今天天气很好。"), matched=False)
    )
    ids = [saved.article for saved in desk.store(*told)]
    return SimpleNamespace(desk=desk, notice=ids[0], answers=ids[1], press=ids[2], weather=ids[3])
