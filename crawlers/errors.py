"""What can go wrong, as one tree.

    GatewatchError             message, remedy
    ├── ConfigError            a file of the operator's is wrong: file, line, column (exit code 2)
    ├── SourceError            a source did not do what it owes: code (exit code 3)
    │   ├── Blocked            it refuses us: 403, 412, 521, a challenge page
    │   ├── Empty              it answered with fewer rows than it owes
    │   ├── Malformed          it answered with something that cannot be read
    │   ├── Missing            it answered 404 or 410, or moved
    │   ├── Refused            we refuse to go there: robots, a private address, a scheme, a size
    │   └── Unreachable        no answer: DNS, TLS, timeout, reset, 5xx, 429
    ├── LeaseLost              another worker holds the source now; nothing of ours may be committed
    ├── BudgetSpent            a host must not be asked now; `wait` says for how long
    └── StoreError             the database is missing, locked, newer than the program, or full

A message says what happened, the remedy what to do; neither ever carries a secret.
"""

from __future__ import annotations

from pathlib import Path


class GatewatchError(Exception):
    """The root. `str()` gives the message; `remedy` is one sentence, or empty."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class ConfigError(GatewatchError):
    """Something in a file of the operator's is wrong. `str()` begins with `file:line:column:`."""

    def __init__(
        self,
        message: str,
        remedy: str = "",
        *,
        file: Path | str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        place = ":".join(str(part) for part in (file, line, column) if part is not None)
        super().__init__(f"{place}: {message}" if place else message, remedy)
        self.file = file
        self.line = line
        self.column = column


class SourceError(GatewatchError):
    """A source did not do what it owes. `code` is a stable short word for the cause (`http-403`)."""

    state = "failing"

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.code = code


class Blocked(SourceError):
    """The site refuses us. Told, never solved and not retried at once."""

    state = "blocked"


class Empty(SourceError):
    """The list answered with fewer rows than it owes. An error, never "no news"."""

    state = "empty"


class Malformed(SourceError):
    """The answer cannot be read as what it should be."""


class Missing(SourceError):
    """The page is not there any more (404, 410, a redirect shell)."""


class Refused(SourceError):
    """We do not go there: robots, a private address, a scheme, a size limit."""


class Unreachable(SourceError):
    """No usable answer came: DNS, TLS, timeout, reset, 429, 5xx."""


class LeaseLost(GatewatchError):
    """Another worker holds the source now; the late commit was refused."""


class StoreError(GatewatchError):
    """The database is missing, locked, full, corrupt or newer than the program."""


class BudgetSpent(GatewatchError):
    """The host must not be asked for `wait` seconds: a budget is used up, or the site asked us to wait."""

    def __init__(self, reason: str, wait: float) -> None:
        super().__init__(reason, "The turn goes on when there is room.")
        self.wait = wait
