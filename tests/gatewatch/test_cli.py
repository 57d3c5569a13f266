from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from crawlers.errors import Blocked, ConfigError, LeaseLost, StoreError
from gatewatch import exits
from gatewatch.cli import COMMANDS, main
from gatewatch.invocation import Command, Group

ROOT = Path(__file__).parents[2]
TOKEN = "xoxb-" + "1-2-verysecret"


def every_command(group=main, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        yield (*path, name), found
        if isinstance(found, click.Group):
            yield from every_command(found, (*path, name))


ALL = dict(every_command())
LEAVES = {path: found for path, found in ALL.items() if not isinstance(found, click.Group)}


def python(*code, **environ):
    return subprocess.run(
        [sys.executable, "-c", *code],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_commands_of_this_issue_are_there_and_no_other():
    wanted = {
        "demo", "init", "crawl", "run", "sources list", "sources show", "sources check", "sources enable",
        "sources disable", "sources health", "sources coverage", "sources add", "sources freeze", "sources import", "sources export", "rules check", "rules explain", "rules test", "rules list", "rules replay",
        "rules suggest", "classify", "why", "search", "alerts digest", "alerts list", "alerts retry", "alerts test", "matters list",
        "matters show", "matters review", "matters mark", "matters join", "matters split", "matters undo", "export",
        "matters ack", "matters assign", "matters silence", "matters silences", "matters judgements",
        "db upgrade", "db backup", "db restore", "db status", "doctor", "archive list", "archive show", "archive verify", "archive replay",
        "archive export",
    }  # fmt: skip
    assert {" ".join(path) for path in LEAVES} == wanted


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_takes_the_shared_options_and_says_so(path):
    shown = CliRunner().invoke(main, [*path, "--help"])
    assert shown.exit_code == 0
    for option in ("--config FILE", "--home DIR", "-v, --verbose", "-q, --quiet"):
        assert option in shown.output
    assert isinstance(ALL[path], Command | Group)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_the_help_of_every_command_shows_an_example_of_itself(path):
    shown = CliRunner().invoke(main, [*path, "--help"]).output
    example = shown.partition("Example:\n")[2]
    assert f"gatewatch {' '.join(path)}" in example


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in LEAVES
        if path[-1] in {"list", "show", "status", "doctor"} and path != ("archive", "show")
    ],
    ids=" ".join,
)
def test_listings_take_json(path):
    assert "--json" in CliRunner().invoke(main, [*path, "--help"]).output


HEAVY = (
    "scrapy",
    "twisted",
    "sqlalchemy",
    "feedparser",
    "slack_sdk",
    "pydantic",
    "trafilatura",
    "lxml",
    "rich",
)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["crawl", "--help"], ["sources", "list", "--help"], ["--version"]]
)
def test_help_is_quick_because_nothing_heavy_is_imported(arguments):
    code = (
        "import sys\nfrom gatewatch.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as left:\n    assert left.code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    assert python(code).stderr.strip() == "[]"


def test_the_options_may_stand_before_or_after_the_command(tmp_path):
    (tmp_path / "bad.yaml").write_text("sorces: []\n")
    for arguments in (["--config", "bad.yaml", "sources", "list"], ["sources", "--config", "bad.yaml", "list"],
                      ["sources", "list", "--config", "bad.yaml"], ["--config", "x", "sources", "list", "--config", "bad.yaml"]):  # fmt: skip
        done = run(tmp_path, *arguments)
        assert done.returncode == 2
        assert "bad.yaml:1:1: unknown key 'sorces': did you mean 'sources'?" in done.stderr
        assert done.stdout == ""


def run(folder, *arguments, **environ):
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("SLACK_", "GATEWATCH_"))}
    return subprocess.run(
        [sys.executable, "-m", "gatewatch", *arguments],
        cwd=folder,
        env={**plain, "PYTHONPATH": str(ROOT), "GATEWATCH_HOME": str(folder / "home"), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def failing(monkeypatch):
    """A command that raises what it is given, under the real outermost group."""

    def arrange(error):
        @click.command("fail", cls=Command)
        def fail():
            raise error

        monkeypatch.setitem(main.commands, "fail", fail)
        return lambda *arguments: CliRunner().invoke(main, [*arguments, "fail"])

    return arrange


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("wrong", "Mend it.", file="a.yaml", line=3), 2),
        (click.UsageError("wrong"), 2),
        (click.FileError("a.yaml", "wrong"), 2),
        (Blocked("http-412", "wrong", "Mend it."), 3),
        (StoreError("wrong", "Mend it."), 1),
        (LeaseLost("wrong"), 1),
        (RuntimeError("wrong"), 1),
        (OSError(28, "wrong: no space", "/data"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_every_error_ends_with_its_code(failing, error, code):
    done = failing(error)()
    assert done.exit_code == code
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    if code != 130:
        assert "wrong" in done.stderr


def test_an_error_is_told_as_message_and_remedy(failing):
    done = failing(ConfigError("unknown key 'x'", "Remove the line.", file="a.yaml", line=3, column=1))()
    assert done.stderr == "gatewatch: a.yaml:3:1: unknown key 'x'\n  Remove the line.\n"


@pytest.mark.parametrize(
    "error", [RuntimeError(f"with {TOKEN}"), StoreError(f"with {TOKEN}", f"not {TOKEN}")]
)
def test_the_traceback_comes_with_vv_only_and_without_secrets(failing, error):
    arrange = failing(error)
    assert "Traceback" not in arrange("-v").stderr
    full = arrange("-vv").stderr
    assert "Traceback" in full
    assert "verysecret" not in full


def test_known_secrets_are_masked_in_errors_whatever_they_look_like(tmp_path, monkeypatch, failing):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:correct-horse@db.invalid/x")

    @click.command("leak", cls=Command)
    @click.pass_obj
    def leak(invocation):
        assert invocation.settings.database_url
        raise RuntimeError("the driver said: password correct-horse refused")

    monkeypatch.setitem(main.commands, "leak", leak)
    done = CliRunner().invoke(main, ["leak", "-vv"])
    assert done.exit_code == 1
    assert "correct-horse" not in done.stderr
    assert "***" in done.stderr


def test_a_command_s_number_is_the_exit_code(monkeypatch):
    for code in exits.MEANING:
        monkeypatch.setitem(main.commands, "give", click.command("give", cls=Command)(lambda code=code: code))
        assert CliRunner().invoke(main, ["give"]).exit_code == code


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["nonsense"],
        ["sources", "nonsense"],
        ["crawl", "a", "--all"],
        ["crawl", "--backfill", "--dry-run"],
        ["export", "--since", "soon"],
    ],
)
def test_a_wrong_command_line_ends_with_2(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEWATCH_HOME", str(tmp_path / "home"))
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_dotenv_s_proxies_reach_the_libraries_through_the_process(tmp_path):
    (tmp_path / ".env").write_text("HTTPS_PROXY=http://127.0.0.1:9\n")
    code = (
        "import os\nfrom gatewatch.invocation import Invocation\n"
        f"os.chdir({str(tmp_path)!r})\nInvocation().settings\nprint(os.environ['HTTPS_PROXY'])"
    )
    assert python(code).stdout.strip() == "http://127.0.0.1:9"


def test_a_reader_that_leaves_early_makes_no_noise(tmp_path):
    code = "import sys\nfrom gatewatch.cli import main\nmain(['sources', 'list'])"
    made = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "GATEWATCH_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    made.stdout.close()
    assert made.stderr.read() == b""
    made.stderr.close()
    assert made.wait(60) == 1


def test_the_keyboard_ends_with_130(tmp_path):
    made = subprocess.Popen(
        [sys.executable, "-m", "gatewatch", "classify", "--home", str(tmp_path)],
        cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    made.stdin.write(b'{"id": "1", "title": "a"}\n')
    made.stdin.flush()
    made.stdout.readline()
    made.send_signal(signal.SIGINT)
    out, err = made.communicate(timeout=60)
    assert made.returncode == 130
    assert b"Traceback" not in err
    assert out == b""


def test_python_m_gatewatch_is_gatewatch(tmp_path):
    done = run(tmp_path, "--version")
    assert (done.returncode, done.stdout) == (0, "gatewatch, version 0.1.0\n")


def test_every_command_lives_in_a_module_of_its_group():
    assert all(place == f"gatewatch.commands.{name}:{name}" for name, place in COMMANDS.items())
