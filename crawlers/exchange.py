"""One request and its answer, as they went over the wire: what evidence is made of.

Pure record. Never holds a secret: who makes it (`crawlers.fetch.wire`) leaves out what may be one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Exchange:
    """`body` is as it was sent, compressed where it was; only the chunks of a transfer are joined.

    Headers are Latin-1 text, each as often and in the spelling as it came. `address` is the server's, or
    empty behind a proxy that hides it. `at` is when the answer was there.
    """

    url: str
    at: datetime
    method: str
    sent: Headers
    status: int
    received: Headers
    body: bytes
    protocol: str = "HTTP/1.1"
    address: str = ""

    @property
    def redirect(self) -> bool:
        """It only leads elsewhere."""
        return 300 <= self.status < 400 and self.status != 304

    def header(self, name: str) -> str:
        """The answer's header of this name, or an empty string."""
        return next((value for key, value in self.received if key.lower() == name.lower()), "")
