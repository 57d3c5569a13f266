"""A kept copy: what the store knows of an answer that lies in the archive. Pure record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """`record` is its urn:uuid; `role` page, attachment, list or gone.

    `sha256` is of the record as it stands, `chain` of its line in the manifest; `machine` has the file.
    """

    record: str
    url: str
    at: datetime
    status: int
    role: str
    sha256: str
    chain: str
    machine: str
