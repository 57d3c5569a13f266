from __future__ import annotations

import json
import os
import select
import sys
import time

import pytest

from alerts.translate.translating import ByAddress, ByCommand, NotTranslatedError
from tests.support.wire import Reply, Server

UPPER = (
    "import json, sys\n"
    "for line in sys.stdin:\n"
    "    asked = json.loads(line)\n"
    "    print(json.dumps({'text': asked['to'] + ':' + asked['text'].upper()}))\n"
)


def command(tmp_path, program, **environ):
    return ByCommand([sys.executable, "-c", program], tmp_path, environ)


@pytest.fixture
def served():
    said = {}
    server = Server(lambda request: said["answer"](json.loads(request.body)))
    server.said = said
    server.start()
    yield server
    server.stop()


def test_a_command_reads_lines_and_writes_lines(tmp_path):
    assert command(tmp_path, UPPER).ask(["专线 a", "b\nc"], "en", 10) == ["en:专线 A", "en:B\nC"]


def test_a_command_sees_no_secret(tmp_path):
    program = "import json, os; print(json.dumps({'text': ' '.join(sorted(os.environ))}))"
    environ = {"PATH": "/bin", "SLACK_BOT_TOKEN": "x", "DATABASE_URL": "x", "HTTPS_PROXY": "x", "LC_ALL": "C"}
    [seen] = command(tmp_path, program, **environ).ask(["a"], "en", 10)
    assert set(seen.split()) - {"LC_CTYPE"} == {"LC_ALL", "PATH"}


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("raise SystemExit(3)", "ends with 3"),
        ("print('nonsense')", "cannot be read"),
        ("print('[]')", "cannot be read"),
        ("print('{\"text\": 1}')", "not 1 texts"),
        ("", "not 1 texts"),
        ('print(\'{"text": "a"}\\n{"text": "b"}\')', "not 1 texts"),
    ],
)
def test_an_answer_that_is_none_is_named(tmp_path, program, why):
    with pytest.raises(NotTranslatedError, match=why):
        command(tmp_path, program).ask(["a"], "en", 10)


def test_a_command_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NotTranslatedError, match="does not start"):
        ByCommand(["./nowhere"], tmp_path).ask(["a"], "en", 10)


def test_a_slow_command_is_ended_with_all_it_started(tmp_path):
    os.mkfifo(tmp_path / "line")
    line = os.open(tmp_path / "line", os.O_RDONLY | os.O_NONBLOCK)
    program = "import subprocess; subprocess.run(['sh', '-c', 'exec 3>line; echo here >&3; sleep 60'])"
    began = time.monotonic()
    with pytest.raises(NotTranslatedError, match="no answer within"):
        command(tmp_path, program).ask(["a"], "en", 1.0)
    assert time.monotonic() - began < 6
    assert os.read(line, 9) == b"here\n"
    readable, _, _ = select.select([line], [], [], 5)
    assert readable, "what the command started is still there"
    assert os.read(line, 9) == b""  # nobody holds the other end any more
    os.close(line)


def test_an_address_is_spoken_to_as_libretranslate_is(served):
    asked = []

    def answer(body):
        asked.append(body)
        return Reply(body=json.dumps({"translatedText": [one.upper() for one in body["q"]]}).encode())

    served.said["answer"] = answer
    url = f"http://127.0.0.1:{served.port}/translate"
    assert ByAddress(url, "verysecret").ask(["a", "b"], "en", 5) == ["A", "B"]
    assert asked == [
        {"q": ["a", "b"], "source": "auto", "target": "en", "format": "text", "api_key": "verysecret"}
    ]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(500), "status 500"),
        (Reply(body=b"<html>"), "cannot be read"),
        (Reply(body=b'{"translatedText": ["a", "b"]}'), "not 1 texts"),
        (Reply(body=b'{"translatedText": [null]}'), "not 1 texts"),
        (Reply(body=b'{"translatedText": ["aaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}', pace=0.2), "no answer within"),
        (Reply(silent=True, ending="hang"), "no answer within|cannot be read"),
    ],
)
def test_a_service_that_fails_or_dawdles_is_named_in_time(served, reply, why):
    served.said["answer"] = lambda _: reply
    began = time.monotonic()
    with pytest.raises(NotTranslatedError, match=why):
        ByAddress(f"http://127.0.0.1:{served.port}/translate").ask(["a"], "en", 0.4)
    assert time.monotonic() - began < 3
