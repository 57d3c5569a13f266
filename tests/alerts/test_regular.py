"""A channel's daily or weekly digest: what fell to it, by matter and topic, all of it, in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import text

from alerts.quiet import Hours
from alerts.regular import preview, send
from alerts.route import Route
from alerts.settings import Manners
from alerts.summing import MOST
from alerts.webhook import WebhookTransport
from gatewatch.demo.standin_checks import check_message
from pipelines.store.events import Events
from pipelines.store.intents import intend
from tests.alerts.test_silence import NIGHT, quiet
from tests.alerts.translate.test_translator import Broken, Machine, sends  # noqa: F401 - a fixture
from tests.support.told import HOSTILE, NOW, article_id, matter_id, previewed, tell

SOON = NOW + timedelta(hours=1)
LEGAL = (Route("#legal", topics=frozenset({"licensing"})), Route("#legal", at_least="high"))


@pytest.fixture
def two(settings):
    """Licences and what is severe go to #legal, the rest to #alerts."""
    return replace(settings, routes=LEGAL)


def title(number):
    return f"通知（{number}）"


def hold(store, number, **fields):
    """An article that matched, but was too old to be told alone."""
    identity = tell(store, number, **fields)
    with store.writing() as connection:
        connection.execute(text("DELETE FROM intents WHERE article = :one"), {"one": identity})
        connection.execute(
            text("UPDATE articles SET disposition = 'held' WHERE id = :one"), {"one": identity}
        )
        detail = {"rules": ["vpn-campaign"], "disposition": "held"}
        Events.add(connection, "matched", at=NOW, article=identity, detail=detail)
    return identity


def shown(said):
    """The numbers of the documents that it names, in order."""
    return [
        int(line.partition("（")[2].partition("）")[0]) for line in said.splitlines() if "的通知（" in line
    ]


def test_a_channel_hears_what_its_routes_lead_there_and_another_the_rest(store, sender, two):
    tell(store, 1, severity="medium", topics=("licensing",))
    tell(store, 2, severity="high")
    tell(store, 3, severity="medium")
    sender(routes=LEGAL).deliver()
    tell(store, 4, severity="low", topics=("licensing",))  # not routed yet
    hold(store, 5, severity="low")
    hold(store, 6, severity="high")
    news, legal = (previewed(store, two, SOON, channel) for channel in ("#alerts", "#legal"))
    assert sorted(shown(news)) == [3, 5]
    assert sorted(shown(legal)) == [1, 2, 4, 6]
    assert "2 matters matched" in news
    assert "4 matters matched" in legal
    assert {said.splitlines()[-1] for said in (news, legal)} == {"Read: 0 sources"}


def test_nothing_matched_is_only_said_where_nothing_did_and_else_that_it_went_elsewhere(store, two):
    assert "Nothing matched" in previewed(store, two, SOON, "#legal")
    tell(store, 1, severity="low")
    said = previewed(store, two, SOON, "#legal")
    assert "nothing for this channel; 1 matter matched elsewhere" in said
    assert "othing matched" not in said
    assert "Read: 0 sources" in said


def test_what_was_told_there_counts_whatever_the_config_says_since(store, sender, settings, two):
    tell(store, 1)
    sender(routes=LEGAL).deliver()
    assert shown(previewed(store, settings, SOON)) == []
    assert shown(previewed(store, two, SOON, "#legal")) == [1]


def test_who_asks_where_no_article_goes_is_told_of_all(store, sender, two):
    tell(store, 1)
    tell(store, 2, severity="low")
    sender(routes=LEGAL).deliver()
    for channel in ("#ops", "D0PRIVATE"):
        assert sorted(shown(previewed(store, two, SOON, channel))) == [1, 2]
    assert shown(previewed(store, two, SOON, "legal")) == [1]  # however its name is written


def test_by_topic_the_most_severe_first_then_the_newest_each_matter_once(store, sender, settings):
    grades = ((1, "low", "licensing"), (2, "medium", "vpn-crackdown"), (3, "high", "licensing"),
              (4, "medium", "vpn-crackdown"), (5, "high", "licensing"))  # fmt: skip
    for number, severity, topic in grades:
        tell(store, number, severity=severity, topics=(topic,), at=NOW + timedelta(minutes=number))
    for number in (6, 7):
        tell(store, number, "report", matter=2, severity="low", topics=("app-removal",), at=SOON)
    said = previewed(store, settings, SOON + timedelta(minutes=1))
    assert shown(said) == [5, 3, 1, 2, 4]
    heads = [line for line in said.splitlines() if line.startswith("— ")]
    assert heads == ["— Telecom licences", "— The VPN crackdown"]
    assert "Telecom licences 3, the VPN crackdown 2" in said
    assert "· 3 articles" in said


def test_all_matters_are_there_in_one_thread(store, slack, sender, settings):
    for number in range(1, 26):
        tell(store, number, severity="medium", url=f"https://x.example/{'d' * 900}/{number}")
    slack_settings = replace(settings, burst=0)
    sender(burst=0).deliver()
    send(store, slack_settings, "#alerts", SOON)
    sender(now=lambda: SOON).deliver()
    first, *others = [one for one in slack.messages() if one.metadata["event_payload"]["kind"] == "digest"]
    assert {one.thread_ts for one in others} == {first.ts}
    assert [one.broadcast for one in others] == [False, False]
    assert "part 1 of 3" in first.text.lower()
    assert "Read: 0 sources" in first.text
    assert sorted(number for one in (first, *others) for number in shown(one.text)) == list(range(1, 26))
    for one in (first, *others):
        check_message({"channel": "C", "text": one.text, "blocks": one.blocks})
    assert store.outbox.counts() == {"sent": 28}


def test_beyond_the_most_lines_it_says_how_many_more_and_where(store, settings):
    for number in range(1, MOST + 6):
        tell(store, number)
    messages = preview(store, settings, "#alerts", SOON)
    assert len(messages) == 10
    assert "And 5 more: gatewatch export --since 2026-11-17T17:00+08:00 --until" in messages[-1].text
    [short] = preview(store, settings, "#alerts", SOON, most=10)
    assert f"And {MOST - 5} more: gatewatch export" in short.text


def test_of_what_a_redesign_brings_again_a_dozen_is_named_and_all_is_counted(store, settings):
    tell(store, 99)
    for number in range(1, 16):
        hold(store, number)
    said = previewed(store, settings, SOON)
    assert shown(said)[0] == 99
    assert len(shown(said)) == 13
    assert "not told one by one: 15 documents" in said
    assert "And 3 more: gatewatch export" in said


def test_what_a_silence_keeps_back_is_counted_and_not_shown_told_or_not(store, sender, settings):
    tell(store, 1, severity="medium", topics=("licensing",), at=datetime(2026, 11, 24, 22, tzinfo=UTC))
    night = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    sender(now=lambda: night, manners=NIGHT).deliver()  # it waits for the morning
    hold(store, 2)
    tell(store, 3)  # not routed
    assert sorted(shown(previewed(store, settings, night))) == [1, 2, 3]
    quiet(store, "topic", "vpn-crackdown")
    said = previewed(store, settings, night)
    assert shown(said) == []
    assert "3 matters matched" in said
    assert "not told: 3 alerts" in said


def test_what_became_of_a_page_stands_in_the_digest(store, sender, settings):
    tell(store, 1, at=NOW - timedelta(days=30))
    sender().deliver()
    about = {"article": article_id(1), "matter": matter_id(1), "source": "miit_notices"}
    with store.writing() as connection:
        intend(connection, "amended", "m1:p", at=NOW, detail={"parts": [["+", "x"]], "added": 1}, **about)
    assert "AMENDED · HIGH 工信部信管函〔2017〕1号" in previewed(store, settings, SOON)


def test_dates_fall_to_where_their_document_was_told_unless_silenced(store, sender, two):
    for number, severity in ((1, "high"), (2, "low")):
        tell(store, number, severity=severity, at=NOW - timedelta(days=30))
    with store.writing() as connection:
        dates = '[{"kind": "deadline", "date": "2026-12-01"}]'
        connection.execute(text("UPDATE articles SET dates = :dates"), {"dates": dates})
    sender(routes=LEGAL).deliver()
    news, legal = (previewed(store, two, SOON, channel) for channel in ("#alerts", "#legal"))
    assert ("— Due in the next 14 days" in news, shown(news)) == (True, [2])
    assert shown(legal) == [1]
    tell(store, 3, "report", matter=1, severity="high", at=NOW - timedelta(days=29))
    with store.writing() as connection:
        connection.execute(text("UPDATE articles SET dates = :dates"), {"dates": dates})
    assert shown(previewed(store, two, SOON, "#legal")) == [1]  # both say so
    quiet(store)
    assert shown(previewed(store, two, SOON, "#legal")) == []


def test_what_is_to_review_falls_by_the_same_routes(store, two):
    for number, severity in ((1, "high"), (2, "low"), (3, "low")):
        hold(store, number, severity=severity)
    with store.writing() as connection:
        connection.execute(text("UPDATE articles SET review = 'attachment'"))
    assert "look at (gatewatch matters review): 2 documents" in previewed(store, two, SOON)
    assert "look at (gatewatch matters review): 1 document" in previewed(store, two, SOON, "#legal")


def test_the_rows_of_its_file_are_those_articles(store, sender, two):
    tell(store, 1, severity="low")
    tell(store, 2, severity="high")
    tell(store, 3, "report", matter=2, severity="high")
    hold(store, 4, severity="high")
    asked = []
    made = sender(now=lambda: SOON, routes=LEGAL)
    made._rows = lambda articles: asked.append(sorted(articles)) or b"x"
    made.deliver()
    send(store, two, "#legal", SOON, attach=True)
    made.deliver()
    assert asked == [[article_id(number) for number in (2, 3, 4)]]


def test_by_a_webhook_routes_and_other_channels_digests_do_not_count(store, slack, sender, settings):
    webhook = replace(settings, road="webhook", routes=LEGAL)
    assert webhook.serves == {"webhook"}
    tell(store, 1)
    manners = {"#legal": Manners(Hours(settings.zone), daily=time(9))}
    clock = [NOW]
    made = sender(WebhookTransport(slack.webhook_url), road="webhook", routes=LEGAL, manners=manners, now=lambda: clock[0])  # fmt: skip
    made.deliver()
    clock[0] += timedelta(days=2)
    assert made.deliver().pending == 0
    assert shown(previewed(store, webhook, SOON, "webhook")) == [1]


def test_lines_carry_a_machine_s_translation_asked_for_once(store, slack, sends, settings):  # noqa: F811
    for number in (1, 2):
        tell(store, number, title=f"关于清理虚拟专用网络的通知（{number}）{HOSTILE}")
    send(store, settings, "#alerts", SOON)
    machine = Machine()
    sends(machine).deliver()
    digest = slack.messages()[-1]
    assert digest.metadata["event_payload"]["kind"] == "digest"
    assert digest.text.count("Machine translation: in English") == 2
    check_message({"channel": "C", "text": digest.text, "blocks": digest.blocks})
    titles = [one for texts, _, _ in machine.asked for one in texts if one.startswith("关于清理虚拟")]
    assert len(titles) == len(set(titles)) == 2  # kept from the alerts themselves


def test_where_no_translation_comes_the_digest_goes_without(store, slack, sends, settings):  # noqa: F811
    tell(store, 1)
    send(store, settings, "#alerts", SOON)
    assert sends(Broken()).deliver().sent == 2
    assert "Machine translation" not in slack.messages()[-1].text
