"""Draws the simulated quarter of `tests/acceptance/quarter.py`, and says its numbers in README.md.

    make quarter

Plays it twice, with default and with tuned settings (a minute or two); what is drawn is what a stand-in Slack
was sent. `test_quarter` fails where the picture or the numbers are not what it plays.
"""

from __future__ import annotations

import html
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.alert import TELLINGS
from alerts.quiet import Hours
from gatewatch.config_file import ChannelOf
from gatewatch.manners import manners_of
from tests.acceptance.quarter import BEGIN, BEIJING, CHANNELS, STEP, SUNDAY, TUNED, played

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
PICTURE = HERE / "quarter.svg"
OPENS, CLOSES = "<!-- quarter -->", "<!-- /quarter -->"

DAYS = 91
DAY, HOUR = 12.0, 8.0  # pixels
LEFT, TOP, LANE, GAP = 84.0, 118.0, 24 * HOUR, 62.0
WIDTH = LEFT + DAYS * DAY + 24
HEIGHT = TOP + 3 * LANE + 2 * GAP + 74
NAMES = {"beijing": "Beijing", "berlin": "Berlin", "new-york": "New York"}
WORDS = {
    "beijing": "09:00–18:00, Monday to Friday, China’s holidays and the days made up for; summary on Monday",
    "berlin": "08:00–19:00, Monday to Friday, Berlin’s holidays; the press once a day, summary on Friday",
    "new-york": "08:30–18:00, Monday to Friday, US holidays; severe matches only, summary on Monday",
}
RADIUS = {"p": 1.5, "now": 2.3, "loud": 3.0}
MONTHS = ("February", "March", "April", "May")
NOTES = {  # a day and what stands above it
    "beijing": [
        (date(2026, 2, 14), "worked"), (date(2026, 2, 19), "New Year"), (date(2026, 2, 28), "worked"),
        (date(2026, 4, 5), "Qingming"), (date(2026, 5, 1), "1 May"),
    ],
    "berlin": [(date(2026, 4, 4), "Easter"), (date(2026, 5, 1), "1 May")],
    "new-york": [(date(2026, 2, 16), "Presidents’ Day")],
}  # fmt: skip

STYLE = """
text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1f2328}
.b{fill:#fff}.q{fill:#eaedf1}.o{fill:#fff}.g{stroke:#d5dae0;stroke-width:.6}.d{fill:#59636e}
.t{font-size:19px;font-weight:600}.n{font-size:14px;font-weight:600}.s{font-size:11px}
.p{fill:#9aa4ae}.now{fill:#0969da}.loud{fill:#d1242f}.list{fill:#1a7f37;fill-opacity:.8}
.sum{fill:none;stroke:#1a7f37;stroke-width:1.3}.due{fill:#bf8700}
.m{fill:none;stroke:#8250df;stroke-width:1.1;stroke-dasharray:1.5 3}
.c{stroke:#8250df;stroke-width:1;stroke-dasharray:4 3}
.r{fill:none;stroke:#d1242f;stroke-width:1.4}.v{fill:#8250df}
@media(prefers-color-scheme:dark){
text{fill:#e6edf3}.b{fill:#0d1117}.q{fill:#1c222b}.o{fill:#0d1117}.g{stroke:#30363d}.d{fill:#9198a1}
.p{fill:#6e7781}.now{fill:#58a6ff}.loud{fill:#ff6a69}.list{fill:#3fb950}.sum{stroke:#3fb950}.due{fill:#d29922}
.m,.c{stroke:#bc8cff}.r{stroke:#ff6a69}.v{fill:#bc8cff}}
"""


def hours(channel: str) -> Hours:
    """The channel's hours, as the program reads its config."""
    return manners_of(ChannelOf.model_validate(TUNED["channels"][f"#{channel}"]), BEIJING).hours


def told(books: dict, channel: str) -> Iterator[tuple[str, datetime, int]]:
    """What came and when: (`now`, `loud`, `list`, `sum`, `due`), and of how many things a list is."""
    here, items = hours(channel), {one["id"]: datetime.fromisoformat(one["at"]) for one in books["items"]}
    lists: defaultdict[datetime, int] = defaultdict(int)
    for message in books["messages"]:
        if message["channel"] != channel:
            continue
        at = datetime.fromisoformat(message["at"]).replace(second=0, microsecond=0)
        if message["kind"] == "deadline":
            yield "due", at, 1
        elif message["kind"] == "digest" and " regular " in message["subject"]:
            if not message["thread"]:  # else it goes on with one that is drawn
                yield "sum", at, 1
        elif message["kind"] == "digest":
            lists[at] += len(message["rows"])
        elif message["kind"] in TELLINGS and at - items[message["subject"]] > STEP:
            lists[at] += 1
        elif message["kind"] in TELLINGS:
            yield ("now" if here.next_open(at) is None else "loud"), at, 1
    yield from (("list", at, many) for at, many in lists.items())


def drawn(books: dict) -> str:
    """The picture."""
    matches = sum(one["matches"] for one in books["items"])
    caption = (
        f"{matches} matches of thirteen weeks as three channels heard them: shaded is quiet, where only an",
        "authority’s severe document is told (red); what waits comes as one list when they open (green).",
    )
    said = " ".join(caption)
    box = f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{html.escape(said)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
        f"<style>{STYLE.strip()}</style>",
        f'<rect class="b" width="{WIDTH:g}" height="{HEIGHT:g}"/>',
        _text(LEFT, 32, "A quarter in three channels", "t"),
        _text(LEFT, 52, "February to April 2026, simulated; each channel by its own clock", "d"),
        *_legend(),
    ]
    for number, channel in enumerate(CHANNELS):
        parts += _lane(books, channel, TOP + number * (LANE + GAP))
    y = TOP + 3 * LANE + 2 * GAP
    for month, name in enumerate(MONTHS[:3], 2):
        parts.append(_text(_x(datetime(2026, month, 2 if month == 2 else 1)), y + 19, name, "d"))  # noqa: DTZ001
    parts += [_text(LEFT, y + 46, caption[0]), _text(LEFT, y + 62, caption[1]), "</svg>"]
    return "\n".join(parts) + "\n"


def _legend() -> Iterator[str]:
    x, y = LEFT, 76.0
    for kind, words, wide in (
        ("p", "published", 96), ("now", "told at once", 112), ("loud", "told in quiet hours", 152),
        ("list", "what waited, in one list (size: how many)", 276), ("sum", "summary with coverage", 174),
        ("due", "reminder of a date", 150),
    ):  # fmt: skip
        yield _mark(kind, x + 5, y - 4, 6 if kind == "list" else 1) + _text(x + 15, y, words)
        x += wide
    yield f'<path class="m" d="M{x:g} {y - 4:g}h18"/>' + _text(x + 24, y, "the ministry’s day")


def _lane(books: dict, channel: str, top: float) -> Iterator[str]:
    here = hours(channel)
    yield _text(LEFT, top - 8, NAMES[channel], "n") + _text(LEFT + 78, top - 8, WORDS[channel], "s d")
    yield f'<rect class="q" x="{LEFT:g}" y="{top:g}" width="{DAYS * DAY:g}" height="{LANE:g}"/>'
    for number in range(DAYS):
        if here.works(BEGIN + timedelta(days=number)):
            a, b = _hour(here.opens) * HOUR, _hour(here.closes) * HOUR
            x, y = LEFT + number * DAY + 0.5, top + a
            yield f'<rect class="o" x="{x:g}" y="{y:g}" width="{DAY - 1:g}" height="{b - a:g}" rx="2"/>'
    for hour in range(0, 25, 6):
        y = top + hour * HOUR
        yield f'<path class="g" d="M{LEFT:g} {y:g}h{DAYS * DAY:g}"/>'
        yield _text(LEFT - 8, y + 4, f"{hour:02}:00", "s d", "end")
    yield from _office(here.zone, top)
    for day, words in NOTES[channel]:
        yield _text(LEFT + ((day - BEGIN).days + 0.5) * DAY, top + 11, words, "s d", "middle")
    ids = {row["url"] for row in books["rows"]["articles"]}
    mine = {row["article"] for row in books["rows"]["deliveries"] if row["channel"] == f"#{channel}"}
    for one in books["items"]:
        if one["id"] in mine and one["url"] in ids:
            x, y = _at(datetime.fromisoformat(one["at"]), here.zone, top)
            if x > LEFT:  # it was Sunday yet in New York
                yield _mark("p", x, y)
    order = ("sum", "list", "due", "now", "loud")
    for kind, at, many in sorted(told(books, channel), key=lambda one: (order.index(one[0]), one[1])):
        x, y = _at(at, here.zone, top)
        if x < LEFT + DAYS * DAY:
            yield _mark(kind, x, y, many)
    x, y = _at(SUNDAY, here.zone, top)
    yield f'<circle class="r" cx="{x:g}" cy="{y:g}" r="8"/>'
    yield _text(x, top + LANE + 15, "Sunday 22 March: the notice", "s loud", "middle")


def _office(zone: ZoneInfo, top: float) -> Iterator[str]:
    """When the ministry is at work, by this channel's clock; where the clocks change it makes a step."""
    for at in (time(9), time(18)):
        path, before = "", None
        for number in range(DAYS):
            moment = datetime.combine(BEGIN + timedelta(days=number), at, BEIJING).astimezone(zone)
            y = top + _hour(moment.time()) * HOUR
            path += f"M{LEFT + number * DAY:g} {y:g}h{DAY:g}"
            if before is not None and before != y:
                change = LEFT + number * DAY
            before = y
        yield f'<path class="m" d="{path}"/>'
    if zone != BEIJING:
        yield f'<path class="c" d="M{change:g} {top:g}v{LANE:g}"/>'
        yield _text(change + 4, top + LANE - 6, "clocks go forward", "s v")


def _mark(kind: str, x: float, y: float, many: int = 1) -> str:
    if kind in {"list", "sum"}:
        r = 4.4 if kind == "sum" else 2.6 + 1.15 * many**0.5
        sides = f"l{r:.1f} {r:.1f}l-{r:.1f} {r:.1f}l-{r:.1f}-{r:.1f}z"
        return f'<path class="{kind}" d="M{x:.1f} {y - r:.1f}{sides}"/>'
    if kind == "due":
        return f'<path class="due" d="M{x:.1f} {y - 3.6:.1f}l3.6 6.4h-7.2z"/>'
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS[kind]:g}"/>'


def _at(moment: datetime, zone: ZoneInfo, top: float) -> tuple[float, float]:
    local = moment.astimezone(zone)
    return _x(local), top + _hour(local.time()) * HOUR


def _x(local: datetime) -> float:
    """In the middle of its day: the hour is the other axis."""
    return LEFT + ((local.date() - BEGIN).days + 0.5) * DAY


def _hour(at: time) -> float:
    return at.hour + at.minute / 60


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "") -> str:
    more = (f' class="{kind}"' if kind else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:g}" y="{y:g}"{more}>{html.escape(words)}</text>'


def numbers(books: dict) -> str:
    """One line on what a manner of telling came to."""
    counts: defaultdict[str, int] = defaultdict(int)
    nights = 0
    for channel in CHANNELS:
        here = hours(channel)
        for kind, at, many in told(books, channel):
            counts[kind] += many
            counts[f"{kind} messages"] += 1
            nights += here.next_open(at) is not None
    messages = sum(one["channel"] in CHANNELS for one in books["messages"])
    if books["manner"] == "default":
        return (
            f"- Default settings and three routes: {messages} messages, {nights} of them at night "
            "or on a free day of the channel."
        )
    return (
        f"- With hours, holidays and digests: {messages} messages. {counts['loud']} came in quiet hours, "
        f"each an authority's severe document; {counts['list']} waited and came in "
        f"{counts['list messages']} lists."
    )


def with_numbers(text: str, lines: list[str]) -> str:
    """README.md with these numbers."""
    before, _, rest = text.partition(OPENS)
    return f"{before}{OPENS}\n" + "\n".join(lines) + f"\n{CLOSES}{rest.partition(CLOSES)[2]}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        default, tuned = (played(Path(folder) / manner, manner) for manner in ("default", "tuned"))
    PICTURE.write_text(drawn(tuned), "utf-8")
    README.write_text(with_numbers(README.read_text("utf-8"), [numbers(default), numbers(tuned)]), "utf-8")
