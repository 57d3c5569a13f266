"""A token revoked in mid-run, as whole processes: who is told, and where."""

from __future__ import annotations

import json
import signal
from datetime import datetime, timedelta

import pytest

from gatewatch.demo.standin_slack import StandinSlack
from tests.support import scene
from tests.support.mail import MailServer
from tests.support.program import Desk
from tests.support.site import Site

pytestmark = pytest.mark.slow


@pytest.fixture
def there(tmp_path):
    with Site() as site, MailServer() as mail, StandinSlack(channels=["alerts", "ops"]) as slack, Desk(tmp_path) as desk:  # fmt: skip
        made = scene.column(site, desk)
        box = {"to": ["a@b.example"], "from": "g@b.example", "host": "127.0.0.1", "port": mail.port}
        road = {"after": "1s", "mail": box | {"security": "none"}}
        scene.by_token(desk, slack, second_road=road)
        desk.run("crawl", check=True)
        yield site, made, mail, slack, desk


def subjects(mail):
    return [one["Subject"].partition(": ")[0] for one in mail.letters]


def test_rounds_from_cron_go_the_second_road_and_come_back(there):
    site, made, mail, slack, desk = there
    token, slack.token = slack.token, "xoxb-another"
    scene.notice(site, made, 77)
    scene.due(desk)
    assert desk.run("crawl").returncode == 4
    scene.notice(site, made, 78)
    store = desk.store
    down = json.loads(store.meta.get("slack_down"))
    began = datetime.fromisoformat(down["began"]) - timedelta(hours=1)
    store.meta.set("slack_down", json.dumps(down | {"began": began.isoformat()}))
    store.close()
    scene.due(desk)
    assert desk.run("crawl").returncode == 4
    assert [one.startswith("Gatewatch · NEW") for one in subjects(mail)] == [False, True, True]
    slack.token = token
    scene.due(desk)
    assert desk.run("crawl").returncode == 0
    assert len(mail.letters) == 4
    alerts = [one.text for one in slack.messages("alerts")[1:]]
    assert len(alerts) == 2
    assert all("Sent by e-mail on" in one for one in alerts)
    assert len(slack.messages("ops")) == 2


def test_the_service_goes_it_while_it_runs(there):
    site, made, mail, slack, desk = there
    slack.token = "xoxb-another"
    scene.notice(site, made, 77)
    scene.due(desk)
    process = desk.start("run")
    mail.wait_for(2, 60)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert subjects(mail)[1] == "Gatewatch · NEW · HIGH"
