"""`gatewatch db`: the store as a whole. Upgrade, back up, restore, and how it is."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawlers.errors import ConfigError
from gatewatch.invocation import Command, Group, Invocation, pass_invocation, print_json
from gatewatch.table import show_facts

if TYPE_CHECKING:
    from gatewatch.config import Settings

_FOLDER = "backups"


@click.group(cls=Group)
def db() -> None:
    """The store: upgrade, back up, restore, status."""


@db.command("upgrade", cls=Command, example="gatewatch db upgrade")
@pass_invocation
def upgrade(invocation: Invocation) -> None:
    """Bring the store's tables up to date; make the store where there is none."""
    from pipelines.store.status import status  # noqa: PLC0415  # the database, only where it is needed

    store = invocation.house.store
    now = status(store)
    before = store.upgraded_from
    if before == now.schema:
        click.echo(f"{now.url} is of version {now.schema} already")
    else:
        click.echo(f"{now.url}: {f'version {before} -> ' if before else 'made, version '}{now.schema}")


@db.command("backup", cls=Command, example="gatewatch db backup\ngatewatch db backup /mnt/safe/gatewatch.zip")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
@pass_invocation
def backup(invocation: Invocation, file: Path | None, force: bool) -> None:
    """Write one file with the store, the archive, config, sources and rules, and no secrets.

    Without FILE into the home, under backups/. Others may go on writing meanwhile.
    """
    from pipelines.store.backup import backup as write  # noqa: PLC0415  # the database likewise

    now = invocation.house.clock()
    settings = invocation.settings
    target = file or settings.home / _FOLDER / f"gatewatch-{now:%Y%m%dT%H%M%SZ}.zip"
    store = invocation.existing_store
    if file is None:
        target.parent.mkdir(parents=True, exist_ok=True)
    archive = invocation.house.archive
    held = write(store, target, now=now, files=own_files(settings), archive=archive, force=force)
    kept = f"{sum(held.archive.values())} bytes of archive" if held.archive else "no archive yet"
    click.echo(
        f"{target}: {held.holds['articles']} articles, {held.holds['alerts']} alerts, {kept}, "
        f"{len(held.files)} files"
    )


@db.command(
    "restore",
    cls=Command,
    example="gatewatch db restore gatewatch.zip\ngatewatch db restore gatewatch.zip --replace --files .",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Where there is a store already: keep it aside, and go on.")
@click.option(
    "--files",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Unpack config, sources and rules there, too; nothing is overwritten.",
)
@pass_invocation
def restore(invocation: Invocation, file: Path, replace: bool, files: Path | None) -> None:
    """Make the store from a backup. Stop every worker first; what was told since is looked up in Slack."""
    from pipelines.store.backup import restore as unpack  # noqa: PLC0415  # the database likewise
    from pipelines.store.engine import address, sqlite_file  # noqa: PLC0415

    settings = invocation.settings
    database = sqlite_file(address(settings.database_url.reveal()))
    if database is None:
        remedy = "Unset DATABASE_URL to restore into a SQLite store in the home."
        raise ConfigError("a backup is restored into SQLite, and DATABASE_URL names PostgreSQL", remedy)
    held = unpack(
        file,
        database,
        now=invocation.house.clock(),
        files_to=files,
        archive_to=settings.archive,
        replace=replace,
    )
    click.echo(f"{database}: {held.holds['articles']} articles, as of {held.made}")
    if held.files and files is None:
        names = ", ".join(held.files)
        invocation.say(f"The backup also holds {names}: --files DIR unpacks them.")


@db.command("status", cls=Command, example="gatewatch db status --json")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def status(invocation: Invocation, as_json: bool) -> None:
    """What the store holds, how big it is, and who holds what."""
    from pipelines.store.status import status as look  # noqa: PLC0415  # the database likewise

    now = look(invocation.existing_store)
    if as_json:
        print_json(dataclasses.asdict(now))
        return
    show_facts([("store", now.url), ("version", now.schema), ("bytes", now.bytes), ("matched", now.matched)])
    show_facts([*now.counts.items(), ("restored", now.restored_at)])
    for held in (*now.leases, *now.holds):
        click.echo(f"held: {held.name} by {held.holder} for another {held.left:.0f} s")


def own_files(settings: Settings) -> dict[str, Path]:
    """The operator's own files that a backup takes along, by name: config, sources, rules."""
    paths = [settings.file, *settings.source_files, *settings.rule_files]
    found: dict[str, Path] = {}
    for path in paths:
        if isinstance(path, Path):
            folder = settings.folder
            name = path.relative_to(folder) if path.is_relative_to(folder) else Path("elsewhere", path.name)
            found[name.as_posix()] = path
    return found
