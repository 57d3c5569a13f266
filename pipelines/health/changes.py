"""What people have to hear of sources, when, and in how many messages. Pure.

    finish of a turn      only writes the state down
    end of a round,       compares each source's state with what people were told of it (`told`):
    or every few seconds  what differs is due; what fails together is one message

A state is told once, its end once. A source that changes often must hold a state longer and longer before
it is told again (it is told to be unsteady, once); what joins a trouble that was just told joins it in
silence; when every road fails at once it is our own network, not the sites.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FAILED = frozenset({"blocked", "empty", "failing"})
"""The states that are a source's failure: they back off, count, and make the exit code 3 when new."""

UNREACHABLE = frozenset({"connection", "dns", "refused", "timeout", "tls", "truncated"})
CHALLENGE = "http-521"
"""JSL's script challenge (RSSHub issue 8896): a refusal, though its number is one of a site's faults."""

WELL = "ok"
UNSTEADY = "unsteady"
NETWORK = "network"

DAY = timedelta(days=1)
TOGETHER = timedelta(hours=3)
"""What fails (or comes back) on a host so soon after its trouble was told belongs to that."""

FREE = 2
"""So many tellings a day of one source are told at once: a failure and its end."""

RESTLESS = 4
"""So many changes while none may be told: the source is unsteady."""

NETWORK_HOSTS = 3
"""When so many hosts cannot be reached and none can, it is our own network."""

MESSAGES = 2
"""At most so many messages of one sort at once; more troubles than that become one message."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """A source's state, and what people know of it.

    `since` is when the state began, `told` the state people were last told (empty: nothing), `told_at`
    when, `told_with` the trouble it was told with (a host, `network`, or empty). `tellings` counts the
    latest day's messages about it, `changes` its changes since the last.
    """

    source: str
    host: str
    state: str
    code: str = ""
    message: str = ""
    remedy: str = ""
    since: datetime | None = None
    last_turn: datetime | None = None
    last_ok: datetime | None = None
    told: str = ""
    told_at: datetime | None = None
    told_with: str = ""
    tellings: int = 0
    changes: int = 0

    @property
    def known(self) -> str:
        """What people would know of the state now."""
        return known(self.state, self.code)


@dataclass(frozen=True, slots=True)
class News:
    """One message about sources: `worse` or well again. `why` is a host, `network`, or empty."""

    worse: bool
    members: tuple[Standing, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do now.

    `known` is what people know of each source once they have read the messages; `joined` what they know
    without a message of its own, with the trouble that it belongs to. `down` is since when our own network
    is down, or None. `ask` are sources to be asked at once: their trouble seems to be over.
    """

    news: tuple[News, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    joined: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    down: datetime | None = None
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """From one state to the next, by a turn. `fresh`: the exit code says so, people were not told yet.

    `moved` is a change that people would notice, `changed` any, another code of the same failure included.
    """

    changed: bool
    moved: bool
    fresh: bool
    failed: bool
    failures: int


def step(before: Standing, state: str, code: str, failures: int) -> Step:
    """What a turn's end in this state makes of a source."""
    failed = state in FAILED
    now_known = known(state, code)
    return Step(
        changed=(state, code) != (before.state, before.code),
        moved=now_known != before.known or before.state == "new",
        fresh=failed and before.told not in {now_known, UNSTEADY},
        failed=failed,
        failures=failures + 1 if failed else 0,
    )


def known(state: str, code: str) -> str:
    """`ok`, or `<state>:<kind>`: one word for all ways of not being reached, which change all the time."""
    if state in {WELL, "quiet", "new", "off"}:
        return WELL
    return f"{state}:{kind(code)}"


def kind(code: str) -> str:
    """The code, or `unreachable`."""
    answered = code.startswith("http-5") and code != CHALLENGE
    return "unreachable" if answered or code in UNREACHABLE else code


def failing(told: str) -> bool:
    """Whether what people know of a source is a failure."""
    return told.partition(":")[0] in FAILED


def hold(tellings: int) -> timedelta:
    """How long a state must have lasted before it is told, after so many tellings in a day."""
    return timedelta() if tellings < FREE else min(_HOUR * 2 ** (tellings - FREE), DAY)


def recent(standing: Standing, now: datetime) -> int:
    """How many tellings count still: a day in which it was steady forgives them."""
    at = standing.told_at
    if at is None:
        return 0
    steady = standing.changes < RESTLESS and now - at > max(DAY, 2 * hold(standing.tellings))
    return 0 if steady else standing.tellings


def patience(told: int, *, settle: timedelta) -> timedelta:
    """How long a trouble waits for company, after so many messages in the last six hours."""
    return settle if told < 2 * MESSAGES else min(_HOUR / 4 * 2 ** (told - 2 * MESSAGES), _HOUR)


def due(standing: Standing, now: datetime) -> str:
    """What people should be told of this source now, or empty."""
    said = standing.told or WELL
    if standing.known == said or standing.last_turn is None:
        return ""
    if standing.told_at is not None and standing.last_turn < standing.told_at:
        return ""  # nobody has looked since
    if now - (standing.since or now) < hold(recent(standing, now)):
        return UNSTEADY if standing.changes >= RESTLESS and said != UNSTEADY else ""
    return standing.known


def plan(
    sources: Collection[Standing],
    now: datetime,
    *,
    down: datetime | None = None,
    told: int = 0,
    settle: timedelta = timedelta(),
) -> Plan:
    """What to tell of these sources now. `told` counts the messages of the last six hours."""
    what = {one.source: due(one, now) for one in sources}
    changed = [one for one in sources if what[one.source]]
    worse = [one for one in changed if what[one.source] != WELL]
    better = [one for one in changed if what[one.source] == WELL]
    joined: dict[str, tuple[str, str]] = {}
    news: list[News] = []
    ask: list[str] = []
    if down is not None and any(one.last_ok is not None and one.last_ok > down for one in sources):
        members = [one for one in sources if one.told_with == NETWORK and failing(one.told)]
        news.append(News(False, tuple(members), NETWORK))
        joined |= {one.source: (WELL, "") for one in members}
        ask += [one.source for one in members if one.known != WELL]
        back = {one.source for one in members}
        worse = [one for one in worse if one.source not in back]
        better = [one for one in better if one.source not in back]
        down = None
    unreached = [one for one in worse if what[one.source].endswith(":unreachable")]
    began = min((one.since for one in unreached if one.since), default=now)
    if down is None and not news and _ours(unreached, sources, began):
        down = now
        news.append(News(True, tuple(unreached), NETWORK))
        worse = [one for one in worse if one not in unreached]
        joined |= {one.source: (what[one.source], NETWORK) for one in unreached}
    elif down is not None:
        worse = [one for one in worse if one not in unreached]
        joined |= {one.source: (what[one.source], NETWORK) for one in unreached}
    for group in (worse, better):
        for one in list(group):
            if _joins(one, what[one.source], sources, now):
                joined[one.source] = (what[one.source], one.host)
                group.remove(one)
    left = [one for one in (*worse, *better) if one.since]
    oldest = min((one.since for one in left if one.since), default=now)
    if now - oldest >= patience(told, settle=settle):
        for group in (worse, better):
            news += _grouped(group, what, worse=group is worse)
        ask += _others(better, sources)
    said = {one.source: what[one.source] for each in news for one in each.members if each.why != NETWORK}
    return Plan(tuple(news), said, joined, down, tuple(dict.fromkeys(ask)))


def _ours(unreached: Sequence[Standing], sources: Iterable[Standing], began: datetime) -> bool:
    """Whether nothing at all was reached since the first of these failed."""
    if len({one.host for one in unreached}) < NETWORK_HOSTS:
        return False
    return not any(
        one.last_turn is not None and one.last_turn >= began and kind_of(one) != "unreachable"
        for one in sources
    )


def kind_of(standing: Standing) -> str:
    """`unreachable`, or any other word for how the source's last turn ended."""
    return kind(standing.code) if standing.state in FAILED else standing.state


def _joins(one: Standing, what: str, sources: Iterable[Standing], now: datetime) -> bool:
    """Whether this was just told of its host, by another source of it."""
    if what != WELL and not failing(what):
        return False
    return any(
        other.source != one.source
        and other.host == one.host == other.told_with
        and other.told == what
        and other.told_at is not None
        and now - other.told_at < TOGETHER
        for other in sources
    )


def _grouped(changed: Sequence[Standing], what: Mapping[str, str], *, worse: bool) -> list[News]:
    """One message a host; one for all where there are too many."""
    by_host: dict[str, list[Standing]] = defaultdict(list)
    for one in changed:
        alone = f" {one.source}" if what[one.source] == UNSTEADY else ""
        by_host[one.host + alone].append(one)
    if len(by_host) > MESSAGES:
        return [News(worse, tuple(changed))]
    return [News(worse, tuple(members), members[0].host) for members in by_host.values()]


def _others(better: Iterable[Standing], sources: Iterable[Standing]) -> list[str]:
    """What failed like those that are well again, on the same host: worth asking at once."""
    mended = {(one.host, one.told) for one in better}
    return [
        one.source
        for one in sources
        if one.known != WELL and failing(one.told) and (one.host, one.told) in mended
    ]
