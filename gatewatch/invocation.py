"""One invocation of the command: the options that every command takes, and where its errors end.

Gives commands their settings and house when they ask for them, prints results to standard output and
errors as message and remedy, and turns every error into its exit code. Never imports Scrapy, the
database or Slack: `gatewatch --help` stays quick.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gatewatch import exits
from gatewatch.logs import running
from gatewatch.secret import Redactor

if TYPE_CHECKING:
    from gatewatch.config import Settings
    from gatewatch.house import House
    from pipelines.classify import Rules
    from pipelines.store import Store


class Invocation:
    """What one command line asked for. `settings` and `house` are made when first used."""

    def __init__(self) -> None:
        self.config: str | None = None
        self.home: str | None = None
        self.verbosity = 0
        self.redact = Redactor()

    @classmethod
    def within(cls, house: House) -> Invocation:
        """One in a house that runs already: what a command answers on Slack. Never to be closed."""
        made = cls()
        made.__dict__ |= {"house": house, "settings": house.settings, "rules": house.rules}
        return made

    def take(self, params: dict[str, Any]) -> None:
        """Take the shared options out of a command's parameters; those nearer the end win."""
        self.config = params.pop("config", None) or self.config
        self.home = params.pop("home", None) or self.home
        self.verbosity += (params.pop("verbose", 0) or 0) - (params.pop("quiet", 0) or 0)

    @cached_property
    def settings(self) -> Settings:
        """The settings that apply. Raises ConfigError."""
        from gatewatch.config import load  # noqa: PLC0415  # pydantic and YAML, only where they are needed

        settings = load(self.config, self.home, environ=os.environ, cwd=Path.cwd())
        self.redact.add(settings.secrets)
        # Scrapy and the Slack SDK read proxies from the process: what `.env` says must stand there.
        os.environ.update(settings.network)
        return settings

    @cached_property
    def house(self) -> House:
        """The house over these settings."""
        from gatewatch.house import House  # noqa: PLC0415  # the whole program, only where it is needed

        return House(self.settings)

    @cached_property
    def rules(self) -> Rules:
        """The rules, without the rest of the house: judging a text needs no store. Raises ConfigError."""
        from pipelines.classify import load_rules  # noqa: PLC0415  # the automaton likewise

        return load_rules(self.settings.rule_files)

    @property
    def known_store(self) -> Store | None:
        """The store, or None where there is none yet: a listing makes no database."""
        from pipelines.store.engine import address, sqlite_file  # noqa: PLC0415  # SQLAlchemy likewise

        file = sqlite_file(address(self.settings.database_url.reveal()))
        return self.house.store if file is None or file.exists() else None

    @property
    def existing_store(self) -> Store:
        """The store. Raises ConfigError where there is none yet, and makes none."""
        from crawlers.errors import ConfigError  # noqa: PLC0415  # likewise

        store = self.known_store
        if store is None:
            remedy = "`gatewatch crawl` makes it, or `gatewatch db restore FILE`."
            raise ConfigError(f"there is no store in {self.settings.home}", remedy)
        return store

    def say(self, text: str) -> None:
        """A word on standard error for the person at the keyboard, unless told to be quiet."""
        if self.verbosity >= 0:
            click.echo(self.redact(text), err=True)

    def close(self) -> None:
        """Let go of what was opened."""
        house = self.__dict__.pop("house", None)
        if house is not None:
            house.close()


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


def shared_options() -> list[click.Parameter]:
    """The options that every command takes, made anew for each."""
    return [
        click.Option(["--config"], metavar="FILE", help="The config file."),
        click.Option(["--home"], metavar="DIR", help="The data folder."),
        click.Option(["-v", "--verbose"], count=True, help="Say more; twice: everything."),
        click.Option(["-q", "--quiet"], count=True, help="Say less."),
    ]


class Command(click.Command):
    """A command that takes the shared options and shows an example in its help."""

    def __init__(self, name: str | None, *, example: str = "", **rest: Any) -> None:
        rest["params"] = [*(rest.get("params") or []), *shared_options()]
        super().__init__(name, **rest)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example, below the options."""
        super().format_epilog(ctx, formatter)
        if self.example:
            with formatter.section("Example"):
                for line in self.example.splitlines():
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")

    def invoke(self, ctx: click.Context) -> Any:
        """Run with logs on, and close what was opened whatever happens."""
        invocation = ctx.ensure_object(Invocation)
        invocation.take(ctx.params)
        with running(invocation.verbosity, invocation.redact):
            try:
                return super().invoke(ctx)
            finally:
                invocation.close()


class Group(click.Group):
    """A group of commands that also takes the shared options, and imports a command when it is named."""

    command_class = Command

    def __init__(
        self, name: str | None = None, *, lazy: Mapping[str, str] | None = None, **rest: Any
    ) -> None:
        rest["params"] = [*(rest.get("params") or []), *shared_options()]
        super().__init__(name, **rest)
        self._lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:  # click's own
        """The names, those imported late included, in the order they were registered."""
        return [*self._lazy, *(name for name in self.commands if name not in self._lazy)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name in self._lazy:
            module, _, attribute = self._lazy[cmd_name].partition(":")
            found: click.Command = getattr(import_module(module), attribute)
            return found
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Take the shared options given before the command's name."""
        ctx.ensure_object(Invocation).take(ctx.params)
        return super().invoke(ctx)


class Main(Group):
    """The outermost group: every error ends here, as a message, a remedy and an exit code."""

    def main(  # type: ignore[override]  # click's own overloads are narrower than its use
        self, args: Sequence[str] | None = None, prog_name: str | None = "gatewatch", **extra: Any
    ) -> NoReturn:
        """Run the command line and leave with its exit code."""
        invocation = Invocation()
        extra["standalone_mode"] = False
        try:
            result = super().main(args, prog_name, obj=invocation, **extra)
            sys.stdout.flush()
        except click.ClickException as error:
            error.show()
            sys.exit(exits.USAGE)
        except click.Abort:
            sys.exit(exits.INTERRUPTED)
        except Exception as error:  # noqa: BLE001  # the one place where an error becomes an exit code
            if isinstance(error, BrokenPipeError) or getattr(error, "errno", None) == errno.EPIPE:
                _let_go_of_output()
                sys.exit(exits.UNEXPECTED)
            _show(error, invocation)
            sys.exit(exits.code_of(error))
        sys.exit(result if isinstance(result, int) else exits.FINE)


def _show(error: Exception, invocation: Invocation) -> None:
    """Message and remedy on standard error; the traceback only with -vv. Never a secret."""
    message, remedy = exits.explain(error)
    lines = [f"gatewatch: {message}"]
    if remedy:
        lines.append(f"  {remedy}")
    if invocation.verbosity > 1:
        lines += ["", "".join(traceback.format_exception(error)).rstrip()]
    click.echo(invocation.redact("\n".join(lines)), err=True)


def _let_go_of_output() -> None:
    """The reader of our output has gone: Python's last flush must not complain about it."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_json(value: object) -> None:
    """The value as JSON on standard output, readable, Chinese as it is."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    # A lone surrogate cannot be written as UTF-8; escaped, it can.
    click.echo(text if text.isascii() or _encodable(text) else json.dumps(value, indent=2))


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
