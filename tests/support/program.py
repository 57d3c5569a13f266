"""Gatewatch as a person has it: a folder, a config, and the command as a process of its own.

desk = Desk(tmp_path)
desk.source(id="notices", kind="jpaas", url=…)
done = desk.run("crawl")
assert done.returncode == 0, done.stderr
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Self

import yaml

from pipelines.store import Store, open_store

PACED = {"delay": 0}


class Desk:
    """One operator's folder: gatewatch.yaml, sources.yaml, home/, and an environment of its own."""

    def __init__(self, folder: Path, **config):
        self.folder = folder
        self.home = folder / "home"
        self.sources: list[dict] = []
        self.config = {"sources": ["sources.yaml"]} | config
        self.environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GATEWATCH_", "SLACK_"))
            and name.upper() not in {"HTTP_PROXY", "HTTPS_PROXY"}
        }
        self.environ["GATEWATCH_HOME"] = str(self.home)
        self.started: list[subprocess.Popen] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        """End what is still running of what this desk started."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def source(self, **fields) -> None:
        """Add a source; what is not said is a regulator's on loopback."""
        kind = fields.get("kind", "jpaas")
        defaults = {
            "name": fields["id"],
            "kind": kind,
            "tier": "regulator" if kind == "jpaas" else "press",
            "authority": "MIIT" if kind == "jpaas" else "",
            "lang": "zh-Hans" if kind == "jpaas" else "",
        }
        self.sources.append(defaults | PACED | fields)

    def write(self) -> None:
        """Put the files where the command reads them."""
        (self.folder / "sources.yaml").write_text(
            yaml.safe_dump({"sources": self.sources}, allow_unicode=True), "utf-8"
        )
        (self.folder / "gatewatch.yaml").write_text(yaml.safe_dump(self.config, allow_unicode=True), "utf-8")

    def run(
        self, *words: str, stdin: str = "", check: bool = False, timeout: float = 60
    ) -> subprocess.CompletedProcess:
        """The command, to its end."""
        self.write()
        return subprocess.run(
            [sys.executable, "-m", "gatewatch", *words],
            cwd=self.folder, env=self.environ, input=stdin, capture_output=True, text=True, check=check, timeout=timeout,
        )  # fmt: skip

    def start(self, *words: str, **more) -> subprocess.Popen:
        """The command, going on beside the test. Whoever starts it ends it."""
        self.write()
        process = subprocess.Popen(
            [sys.executable, "-m", "gatewatch", *words], cwd=self.folder, env=self.environ,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
        )  # fmt: skip
        self.started.append(process)
        return process

    def json(self, *words: str):
        """What the command prints with --json."""
        done = self.run(*words, "--json")
        assert done.returncode in {0, 3, 4, 5}, done.stderr
        return json.loads(done.stdout)

    @property
    def store(self) -> Store:
        """The store, for looking at."""
        return open_store(f"sqlite:///{self.home / 'gatewatch.sqlite3'}")

    def rows(self, sql: str, **values) -> list[tuple]:
        """What a statement finds in the store."""
        from sqlalchemy import text

        store = self.store
        try:
            with store.reading() as connection:
                return [tuple(row) for row in connection.execute(text(sql), values)]
        finally:
            store.close()
