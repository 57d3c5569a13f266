"""What can come of an attempt to post or to look: values, not exceptions.

    Sent          it is there
    Retry         it was not accepted; again in `after` seconds
    Ambiguous     nobody knows whether it was accepted: look before posting again
    Rejected      it will never be accepted like this: the message, its thread, the channel, or all

`Transport` is a road to people; `alerts.slack.transport`, `alerts.webhook` and `alerts.terminal` are three.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from alerts.message import Message

Scope = Literal["message", "format", "file", "thread", "channel", "all"]
"""What is broken: the message; only its blocks or metadata; its file; its thread; the channel; everything."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted. `ts` is Slack's id of the message, empty where the road gives none."""

    ts: str = ""
    permalink: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not accepted. `after` is what was asked for in seconds; None: as the caller backs off.

    `slow`: the road works, and asks for time between messages.
    """

    after: float | None
    reason: str
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The answer was lost or worth nothing: it may have been accepted.

    `answer`: a `fault` of the service, or of one that is `foreign` (2xx, but never Slack's); else lost.
    """

    reason: str
    answer: Literal["", "fault", "foreign"] = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Refused for good. `remedy` is one sentence for the operator."""

    reason: str
    scope: Scope = "message"
    remedy: str = ""

    @property
    def told(self) -> str:
        """Why, and what to do about it, as sentences."""
        return f"{self.reason.rstrip('.')}. {self.remedy}" if self.remedy else self.reason


@dataclass(frozen=True, slots=True)
class Place:
    """A channel as the road knows it: its own id, and the name that was configured."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours that is there already, by the metadata it carries.

    Of a digest: the alerts that are its `members`, the `articles` it tells of, and whether it is `continued`
    in its thread.
    """

    alert: str
    kind: str
    subject: str
    ts: str
    permalink: str = ""
    members: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a channel or a thread: our messages, and the ids (`ts`) of all of them."""

    found: tuple[Found, ...] = ()
    stamps: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The past of this channel cannot be read on this road (a webhook, a missing scope)."""

    reason: str


Outcome = Sent | Retry | Ambiguous | Rejected


class Files(Protocol):
    """How a road carries files: uploaded first, then shown."""

    def upload(self, name: str, content: bytes) -> str | Retry | Rejected:
        """Upload a file that nobody sees yet: its id."""

    def show(self, place: Place, file: str, name: str, *, thread_ts: str = "") -> Outcome:
        """Show an uploaded file in the channel, or in the thread."""


class Transport(Protocol):
    """A road to people. No method raises for what a network or a service may do."""

    name: str
    threads: bool
    """Whether a message can be put into another's thread."""
    paced: bool
    """Whether messages must keep their distance."""
    public: bool
    """Whether what is posted stays there for other people."""
    files: Files | None
    """How it carries files; None where it does not."""

    def serves(self, channel: str) -> bool:
        """Whether deliveries of this channel go out by this road."""

    def resolve(self, channel: str, known: str = "") -> Place | Retry | Rejected:
        """The road's own id of a configured channel; `known` is the one found earlier, if any."""

    def post(
        self, place: Place, message: Message, *, thread_ts: str = "", broadcast: bool = False
    ) -> Outcome:
        """Post once, without any repeat."""

    def read(
        self, place: Place, *, oldest: float, thread_ts: str = ""
    ) -> Reading | Retry | Rejected | Unreadable:
        """What is in the channel (or the thread) since `oldest`, in seconds since 1970."""


@runtime_checkable
class Editor(Transport, Protocol):
    """A road on which a message that is there can be changed."""

    def update(self, place: Place, ts: str, message: Message) -> Outcome:
        """Let the message of this id say this. Harmless when it is repeated."""
