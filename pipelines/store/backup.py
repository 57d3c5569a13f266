"""A backup is one file: the store at one moment, what the operator wrote, and a page that says what it holds.

A ZIP that any tool opens: `manifest.json`, `store.sqlite3`, the archive, and the files it was given (config,
sources, rules). Never holds a token, a password or a `.env`. A restored store knows that it was restored, so
that the sender looks before it repeats.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from dataclasses import replace as with_
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from crawlers.errors import ConfigError, StoreError
from pipelines.archive.packing import pack_archive, unpack_archive
from pipelines.export.whole import settle
from pipelines.store import showing
from pipelines.store.copying import copy_to
from pipelines.store.events import Events
from pipelines.store.migrations import version
from pipelines.store.schema import holds, sources
from pipelines.store.status import counts
from pipelines.store.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.archive import Archive

MANIFEST, STORE = "manifest.json", "store.sqlite3"
FORMAT = 1
_YOUNG = timedelta(days=30)
"""What was posted so long before a restore may have been changed after the backup."""

# A password in an address (`http://user:secret@proxy:8080`), a Slack token (`xoxb-1-2-abc`), a webhook
# (`https://hooks.slack.com/services/T0/B0/abc`): none belongs into a config file, and some stand there.
_SECRET = re.compile(
    rb"(?P<kept>://[^/\s:@]*:(?=[^/\s@]+@)|\bxox[a-z]-|\bxapp-|hooks\.slack\.com/[a-z]+/)[^\s@\"']+"
)


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. `files` are the operator's own, by name; `holds` counts rows by sort.

    `archive` are the archive's files with their bytes.
    """

    made: str
    schema: str
    engine: str
    holds: Mapping[str, int]
    files: Sequence[str] = ()
    archive: Mapping[str, int] = field(default_factory=dict)
    without: str = "tokens, passwords and .env files"
    format: int = FORMAT
    extra: Mapping[str, Any] = field(default_factory=dict)


def backup(
    store: Store,
    file: Path,
    *,
    now: datetime,
    files: Mapping[str, Path] | None = None,
    archive: Archive | None = None,
    extra: Mapping[str, Any] | None = None,
    force: bool = False,
) -> Backup:
    """Write a backup, whole or not at all, readable by its owner only. Others may go on writing meanwhile.

    `files` are added under their names; a file that is there is only replaced with `force`. Raises
    ConfigError for that and for a folder that is not there, else StoreError.
    """
    if file.exists() and not force:
        raise ConfigError(f"{file} exists already", "Name another file, or say --force to replace it.")
    if not file.parent.is_dir():
        raise ConfigError(f"there is no folder {file.parent}", "Make it first, or name another file.")
    added = dict(files or {})
    for name in added:
        if PurePosixPath(name).name.startswith(".env") or not _inside(name):
            raise StoreError(f"{name} does not belong into a backup", "Secrets stay out of it.")
    with _fresh(file) as made, tempfile.TemporaryDirectory(dir=file.parent, prefix=".gatewatch-") as folder:
        copy = Path(folder) / STORE
        copy_to(store.engine, copy)
        kept = (
            archive.sizes() if archive is not None else {}
        )  # after the store: it has what the store refers to
        held = with_(_describe(copy, store, now, sorted(added), extra or {}), archive=kept)
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as pack:
            pack.writestr(MANIFEST, json.dumps(asdict(held), ensure_ascii=False, indent=2) + "\n")
            pack.write(copy, STORE)
            for name, path in added.items():
                pack.writestr(f"files/{name}", _without_secrets(path.read_bytes()))
            if archive is not None:
                pack_archive(pack, archive, kept)
    return held


def _without_secrets(content: bytes) -> bytes:
    """A file as it is, but for what the operator should not have written into it."""
    return _SECRET.sub(rb"\g<kept>***", content)


def describe(file: Path) -> Backup:
    """What a backup holds. Raises ConfigError where it is none."""
    with _opened(file) as pack:
        return _manifest(pack, file)


def restore(
    file: Path,
    database: Path,
    *,
    now: datetime,
    files_to: Path | None = None,
    archive_to: Path | None = None,
    replace: bool = False,
) -> Backup:
    """Make the SQLite store at `database` from a backup, and upgrade it to this program.

    The operator's files go to `files_to`, where none of theirs stands yet, the archive to `archive_to`,
    unless the one there goes on from it. A store that is there already is refused, or with `replace` kept
    beside as `….before-restore`. No worker may be running on it. Raises ConfigError for a file that is no
    sound backup or a store that is there, StoreError for the disk.
    """
    if database.exists() and not replace:
        raise ConfigError(f"{database} exists already", "Move it away, or say --replace.")
    with _opened(file) as pack:
        held = _manifest(pack, file)
        try:
            database.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=database.parent, prefix=".gatewatch-") as folder:
                fresh = Path(folder) / STORE
                with pack.open(STORE) as source, fresh.open("wb") as target:
                    shutil.copyfileobj(source, target)
                _check(fresh, file)
                _mark(fresh, held, file, now)
                _set_aside(database)
                os.replace(fresh, database)  # noqa: PTH105 - both are on one disk
                settle(database.parent)
            if files_to is not None:
                _unpack(pack, held, files_to)
            if archive_to is not None and held.archive:
                unpack_archive(pack, held.archive, archive_to)
        except OSError as error:
            raise StoreError(
                f"the backup cannot be unpacked: {error}", "Is there room on the disk?"
            ) from error
    return held


def _describe(copy: Path, store: Store, now: datetime, names: list[str], extra: Mapping[str, Any]) -> Backup:
    twin = open_store(f"sqlite:///{copy}", upgrade=False)
    try:
        with twin.reading() as connection:
            return Backup(
                made=now.isoformat(timespec="seconds"),
                schema=version(connection),
                engine=store.engine.dialect.name,
                holds=counts(connection),
                files=tuple(names),
                extra=dict(extra),
            )
    finally:
        _fold(twin)


def _mark(fresh: Path, held: Backup, file: Path, now: datetime) -> None:
    """The restored store says so; nobody holds a task in it any more."""
    store = open_store(f"sqlite:///{fresh}")
    try:
        store.meta.set("restored_at", now.isoformat())
        with store.writing() as connection:
            connection.execute(update(sources).values(lease_until=0.0, lease_worker=""))
            connection.execute(update(holds).values(until=0.0))
            showing.forget(connection, now - _YOUNG)
            Events.add(connection, "restored", at=now, detail={"made": held.made, "file": file.name})
    finally:
        _fold(store)


def _fold(store: Store) -> None:
    """Bring a SQLite store into its one file."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def _check(fresh: Path, file: Path) -> None:
    try:
        with closing(sqlite3.connect(fresh)) as raw:
            said = raw.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise ConfigError(f"the store in {file} is damaged: {said}", "Use an older backup.")


def _set_aside(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        old = database.with_name(database.name + ending)
        if old.exists():
            os.replace(old, database.with_name(f"{database.name}.before-restore{ending}"))  # noqa: PTH105


def _unpack(pack: zipfile.ZipFile, held: Backup, folder: Path) -> None:
    for name in held.files:
        target = folder / name
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(pack.read(f"files/{name}"))


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and bool(path.parts)


def _manifest(pack: zipfile.ZipFile, file: Path) -> Backup:
    try:
        said = json.loads(pack.read(MANIFEST))
        held = Backup(**said | {"files": tuple(said["files"])})
        archived = {f"archive/{name}": size for name, size in held.archive.items()}
        sound = all(pack.getinfo(name).file_size == size for name, size in archived.items())
        size = pack.getinfo(STORE).file_size
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{file} is not a backup of Gatewatch", "Name a file that `gatewatch db backup` made."
        ) from error
    if size == 0 or not sound or not all(_inside(name) for name in (*held.files, *held.archive)):
        raise ConfigError(f"{file} is damaged", "Use an older backup.")
    if held.format > FORMAT:
        raise ConfigError(f"{file} was made by a newer Gatewatch", "Upgrade Gatewatch first.")
    return held


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        pack = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as error:
        raise ConfigError(
            f"{file} cannot be read as a backup: {error}", "Name a file that `gatewatch db backup` made."
        ) from error
    with pack:
        try:
            yield pack
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise ConfigError(f"{file} is damaged: {error}", "Use an older backup.") from error


@contextmanager
def _fresh(file: Path) -> Iterator[Path]:
    """A name to write to that becomes `file` when the block ends well."""
    part = file.with_name(f".{file.name}.part")
    try:
        part.touch(mode=0o600)
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, file)  # noqa: PTH105
        settle(file.parent)
    except OSError as error:
        raise StoreError(f"the backup cannot be written: {error}", "Is there room on the disk?") from error
    finally:
        part.unlink(missing_ok=True)
