"""The archive: what was sent to us, as it was sent, kept for ever beside the store. The one door to it.

    HOME/archive/2026-11-24.warc.gz   one file a day (UTC), a gzip member a record; any WARC tool reads it
    HOME/archive/manifest.jsonl       a line a record, each holding the hash of the line before it
    HOME/archive/.lock                who holds it writes

Only what matched is kept. Several processes may write at once; one that was killed in the middle leaves a
torn tail, which the next writer cuts off, and which nothing refers to. Nothing is ever changed or removed.
"""

from __future__ import annotations

from pipelines.archive.archive import Archive, Copied
from pipelines.archive.manifest import Line
from pipelines.archive.verify import Fault, Proof, verify

__all__ = ["Archive", "Copied", "Fault", "Line", "Proof", "verify"]
