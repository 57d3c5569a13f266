"""Two workers over one PostgreSQL: what was read is written only where it is still so."""

from __future__ import annotations

from sqlalchemy import event, text

from alerts.dispatch import Dispatcher
from alerts.settings import AlertSettings
from pipelines.store import bursts, open_store
from tests.support.told import NOW, tell


def test_a_burst_bundles_nothing_that_a_sender_has_begun_meanwhile(postgres_url):
    store = open_store(postgres_url)
    for number in range(1, 6):
        tell(store, number, "report", severity="medium", tier="press")
    Dispatcher(store, None, AlertSettings(road="slack", channel="#alerts"), lambda: NOW).route()
    token = store.outbox.hold("#alerts", "other", 60.0, lambda _: False)
    head = store.outbox.head("#alerts")
    begun = []

    def meanwhile(connection, cursor, statement, *_):
        if "intents.detail" in statement and not begun:
            begun.append(store.outbox.begin(head, token, NOW, lease=60.0, gap=0.0))

    with store.writing() as connection:
        event.listen(connection, "after_cursor_execute", meanwhile)
        many = bursts.burst(connection, "miit_notices", NOW, 3, "burst", lambda severity, tier: False)
    assert begun == [True]
    assert many == 4
    assert store.outbox.sent(head, NOW, ts="1.000001", permalink="", text="", gap=0.0, found=False)
    with store.reading() as connection:
        states = connection.execute(text("SELECT id, state FROM deliveries")).all()
    store.close()
    assert {state for alert, state in states if alert == head.id} == {"sent"}
    assert sorted(state for _, state in states) == [*4 * ["digest"], "sent"]
