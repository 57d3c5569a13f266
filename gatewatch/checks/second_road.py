"""Whether alerts could leave while Slack is down: what is configured, whether it answers. Sends nothing."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.outcome import Rejected, Sent
from gatewatch.checks import Row
from gatewatch.house import House

_REMEDY = "Check the address, the network and the proxy; `gatewatch alerts test --second-road` tries it."


def second_road(house: House, *, offline: bool) -> Iterator[Row]:
    """The row of the second road; none where no Slack is configured."""
    settings = house.settings
    if settings.second_lacks:
        yield Row("second road", "fail", "it is not complete", settings.second_lacks)
        return
    second = house.second()
    if second is None:
        if settings.delivery in {"bot", "webhook"}:
            yield Row("second road", "ok", "none: while Slack is down, alerts wait")
        return
    after = settings.config.slack.second_road.after
    outcome = Sent() if offline else second.road.reach()
    if isinstance(outcome, Sent):
        tried = "" if offline else ", it answers"
        yield Row("second road", "ok", f"{second.where}, once Slack is down for {after}{tried}")
        return
    remedy = outcome.remedy if isinstance(outcome, Rejected) else ""
    yield Row("second road", "fail", f"{second.where}: {outcome.reason}", remedy or _REMEDY)
