"""What a message is made of: facts gathered from the store, before any wording.

Frozen records only. How they are worded is `message`'s affair, where they come from `gather`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from crawlers.article import OFFICIAL, Attachment, Moment, Tier
from pipelines.match import DateFact, Match
from pipelines.quoting import Span, quoted

Kind = Literal[
    "new",
    "follow-up",
    "amendment",
    "report",
    "amended",
    "withdrawn",
    "returned",
    "deadline",
    "source",
    "channel",
    "road",
    "answers",
    "coverage",
    "baseline",
    "csv",
    "test",
]

TELLINGS: frozenset[str] = frozenset({"new", "follow-up", "amendment", "report"})
"""The kinds that tell of an article: each article is told once a channel, under one of them."""


CHANGES: frozenset[str] = frozenset({"amended", "withdrawn", "returned"})
"""The kinds that tell what became of an article's page: any number of times."""

LATER: frozenset[str] = CHANGES | {"deadline"}
"""The kinds that come when an article was told: into its matter's thread, and shown in the channel."""


CSV = "csv"
"""The kind of a delivery that is a file: the rows of a digest, in its thread."""


@dataclass(frozen=True, slots=True)
class Told:
    """An article as a message needs it. `text` is the stored text that the evidence points into.

    `attachments` counts the files on the page, `files` are those that were to be read. `kept`: its page
    lies in the archive as it was sent.
    """

    id: str
    title: str
    url: str
    source: str
    source_name: str
    tier: Tier
    first_seen: datetime
    authority: str = ""
    lang: str = ""
    published: Moment | None = None
    doc_no: str = ""
    origin: str = ""
    stage: str = ""
    instrument: str = ""
    severity: str = ""
    topics: tuple[str, ...] = ()
    dates: tuple[DateFact, ...] = ()
    matches: tuple[Match, ...] = ()
    text: str = ""
    whole: bool = True
    attachments: int = 0
    files: tuple[Attachment, ...] = ()
    kept: bool = False

    @property
    def quoted(self) -> tuple[str, list[Span], Attachment | None]:
        """The text that shows why it matched, the places in it, and the file that it is of, or None."""
        found = [one for match in self.matches for one in match.evidence]
        places = [(one.field, one.attachment, one.start, one.end, one.quote) for one in found]
        files = {file.url: file for file in self.files}
        text, spans, url = quoted(self.text, {url: file.text for url, file in files.items()}, places)
        return text, spans, files.get(url)

    @property
    def official(self) -> bool:
        """A regulator's or the government's own text."""
        return self.tier in OFFICIAL


@dataclass(frozen=True, slots=True)
class Pointer:
    """Another message or document that a message names: its number or title, and where it is."""

    label: str
    url: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """A change of a source's state that people should know of. `was` is what it was since `since`."""

    source: str
    name: str
    state: str
    code: str = ""
    message: str = ""
    remedy: str = ""
    was: str = ""
    was_code: str = ""
    since: datetime | None = None
    host: str = ""
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Outage:
    """Several sources that failed, or came back, together. `why` is a host, `network`, or empty."""

    worse: bool
    members: tuple[Health, ...]
    why: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A road to an authority in a message: whether it is open, else in which state since when."""

    source: str
    name: str
    host: str
    own: bool
    open: bool
    state: str
    code: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """An authority that no road is open to, or was. `last` is its last good reading, `told` when told."""

    authority: str
    ways: tuple[Way, ...]
    last: datetime | None = None
    told: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """Authorities that are covered no more (`worse`), or again. `network`: our own network is down."""

    worse: bool
    authorities: tuple[Lost, ...]
    network: bool = False


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a first round found: `recent` of the last `days` days match, out of `stored` articles.

    `source` is the name of the one source that was added later, or empty for the first round of all, which
    may go without `missing` sources that were not read yet.
    """

    recent: int
    stored: int
    days: int = 30
    sources: int = 0
    source: str = ""
    newest: tuple[Pointer, ...] = ()
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a digest: what kind of alert (empty: none), how severe, and what it points to.

    `due` is the date that a reminder is of, or that comes near. In a regular digest it stands `under` a
    topic, DUE, HELD or OTHER, for so many `articles` of a matter. `title` is the bare title, `translated`
    what a machine made of it.
    """

    to: Pointer
    kind: str = ""
    severity: str = ""
    source: str = ""
    official: bool = False
    due: DateFact | None = None
    under: str = ""
    articles: int = 1
    title: str = ""
    translated: str = ""


DUE, HELD, OTHER = "due", "held", "other"
"""What lines of a regular digest stand under beside topics: dates that come near, what is too old to be told
alone, and what has no topic any more."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What waited (`lines`, part `part` of `parts`, `count` in all), or what a regular time brought.

    `press`: what waited is of the press on one matter. `members` are the alert ids of what waited, `articles`
    those that it tells of.

    A regular one has `since` and `until`, and in its first part the sums: how many `matched` here, and
    `elsewhere` alone, the `topics` of the lines, how many were `held` and alerts `silenced`, how many
    documents are to `review`, and coverage: how many `sources` were read, and which are `ill` (name, state);
    the authorities that were `covered`, `uncovered`, or `blind` for so many hours. The last says how many
    lines `more` there would be.
    """

    lines: tuple[Line, ...] = ()
    part: int = 1
    parts: int = 1
    count: int = 0
    press: bool = False
    members: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    matched: int = 0
    elsewhere: int = 0
    topics: tuple[tuple[str, int], ...] = ()
    held: int = 0
    silenced: int = 0
    review: int = 0
    more: int = 0
    sources: int = 0
    ill: tuple[tuple[str, str], ...] = ()
    covered: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    blind: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """A date that comes near: so many days were `left` `on` that day."""

    fact: DateFact
    left: int
    on: date


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an article's page.

    `parts` of an amendment are (`=`, `-` or `+`, text), `removed` and `added` characters; `stays` is false
    where nothing matches any more, `joins` true where nothing had matched before. `since` is when the page
    went, `looks` how often it was found gone; `url` is where it is now.
    """

    parts: tuple[tuple[str, str], ...] = ()
    removed: int = 0
    added: int = 0
    stays: bool = True
    joins: bool = False
    since: datetime | None = None
    looks: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Translated:
    """A machine translation of an article's title and of the excerpt shown; empty where there is none."""

    title: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to be: which kind, about what, for which channel's language and zone.

    `follows` names the matter that this message belongs to where no thread shows it; `cites` the
    matters that its document speaks of. `repeated`: an earlier attempt may have arrived. `elsewhere`:
    by which road it was told while Slack took nothing, and when. `answers`: somebody listens to its buttons.
    """

    id: str
    kind: str
    subject: str
    at: datetime
    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    article: Told | None = None
    matter: str = ""
    follows: Pointer | None = None
    cites: tuple[Pointer, ...] = ()
    health: Health | None = None
    outage: Outage | None = None
    cover: Cover | None = None
    baseline: Baseline | None = None
    digest: Digest | None = None
    change: Change | None = None
    due: Due | None = None
    repeated: bool = False
    elsewhere: tuple[str, datetime] | None = None
    translated: Translated | None = None
    answers: bool = False
    note: Mapping[str, str] = field(default_factory=dict)
