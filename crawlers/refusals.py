"""Which hosts must not be crawled, why, and by which road their news comes all the same: data, as sources.

Read from `refused:` beside `sources:`; a source of such a host is an error unless it says
`although_refused: true`. Never decides at run time: robots.txt and challenges have their own say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

_HOST = r"[a-z0-9-]+(?:\.[a-z0-9-]+)+"


class Refusal(BaseModel):
    """One host, its subdomains with it, that no source may name."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    host: Annotated[str, Field(pattern=rf"^{_HOST}$", description="www.example.gov.cn; no scheme, no path")]
    authority: Annotated[str, Field(description="whose site it is")] = ""
    reason: Annotated[str, Field(min_length=1, description="what forbids it")]
    road: Annotated[str, Field(min_length=1, description="how its news comes all the same")]

    @field_validator("host", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    def covers(self, host: str) -> bool:
        """True where this host is the refused one, or below it."""
        return host == self.host or host.endswith(f".{self.host}")


def refusal(refused: Iterable[Refusal], host: str) -> Refusal | None:
    """The refusal that covers this host."""
    return next((one for one in refused if one.covers(host)), None)
