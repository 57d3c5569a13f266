from __future__ import annotations

import logging
from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from gatewatch.environment import read_environment


def test_dotenv_of_the_working_folder_is_read(tmp_path):
    (tmp_path / ".env").write_text(
        '# ours\nSLACK_CHANNEL="#china"\nexport GATEWATCH_HOME=data\nA=$HOME\n', "utf-8"
    )
    env = read_environment({"HOME": "/home/x"}, tmp_path)
    assert env.get("SLACK_CHANNEL") == "#china"
    assert env.get("GATEWATCH_HOME") == "data"
    assert env.get("A") == "$HOME"
    assert env.get("NOWHERE") == ""


@pytest.mark.parametrize(("real", "wanted"), [("C1", "C1"), ("", "")])
def test_the_real_environment_wins_over_dotenv_even_when_set_to_nothing(tmp_path, real, wanted):
    (tmp_path / ".env").write_text("SLACK_CHANNEL=C2\n")
    assert read_environment({"SLACK_CHANNEL": real}, tmp_path).get("SLACK_CHANNEL") == wanted


def test_a_line_of_dotenv_that_cannot_be_read_is_named_without_its_content(tmp_path, caplog):
    (tmp_path / ".env").write_text("A=1\nSLACK_BOT_TOKEN='hush hush\nB=2\n")
    with caplog.at_level(logging.WARNING):
        env = read_environment({}, tmp_path)
    assert env.get("A") == "1"
    assert ".env:2" in caplog.text
    assert "hush" not in caplog.text


def test_a_dotenv_that_is_not_utf8_is_an_error_that_names_it(tmp_path):
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe\n")
    with pytest.raises(ConfigError, match=r"\.env.*UTF-8"):
        read_environment({}, tmp_path)


def test_a_secret_comes_from_its_name_or_from_the_file_named(tmp_path):
    file = tmp_path / "token"
    file.write_bytes(b"\xef\xbb\xbfxoxb-from-file\r\n")
    assert (
        read_environment({"SLACK_BOT_TOKEN": "xoxb-a"}, tmp_path).secret("SLACK_BOT_TOKEN").reveal()
        == "xoxb-a"
    )
    for path in (str(file), "token"):
        env = read_environment({"SLACK_BOT_TOKEN_FILE": path}, tmp_path)
        assert env.secret("SLACK_BOT_TOKEN").reveal() == "xoxb-from-file"
    assert read_environment({}, tmp_path).secret("SLACK_BOT_TOKEN") is None
    assert read_environment({"SLACK_BOT_TOKEN": " "}, tmp_path).secret("SLACK_BOT_TOKEN") is None


def test_a_secret_file_in_the_environment_hides_the_secret_in_dotenv(tmp_path):
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-dotenv\n")
    (tmp_path / "token").write_text("xoxb-file\n")
    env = read_environment({"SLACK_BOT_TOKEN_FILE": "token"}, tmp_path)
    assert env.secret("SLACK_BOT_TOKEN").reveal() == "xoxb-file"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"a\xff", "not a text"),
        (b"a" * 20_000, "large"),
    ],
)
def test_a_secret_file_that_is_no_good_is_an_error_that_names_it(tmp_path, content, words):
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_environment({"SLACK_BOT_TOKEN_FILE": "token"}, tmp_path).secret("SLACK_BOT_TOKEN")
    assert words in str(caught.value)
    assert str(Path("token")) in str(caught.value)


@pytest.mark.parametrize("value", ["xoxb-se cret", "xoxb-se\ncret", "xoxb-se\x00cret"])
def test_a_secret_with_a_blank_in_it_is_refused_and_not_shown(tmp_path, value):
    (tmp_path / "token").write_text(value)
    for environ in ({"SLACK_BOT_TOKEN": value}, {"SLACK_BOT_TOKEN_FILE": "token"}):
        with pytest.raises(ConfigError) as caught:
            read_environment(environ, tmp_path).secret("SLACK_BOT_TOKEN")
        assert "cret" not in f"{caught.value} {caught.value.remedy}"


def test_a_secret_and_its_file_that_differ_are_an_error(tmp_path):
    (tmp_path / "token").write_text("xoxb-one\n")
    both = {"SLACK_BOT_TOKEN_FILE": "token", "SLACK_BOT_TOKEN": "xoxb-two"}
    with pytest.raises(ConfigError, match="differ"):
        read_environment(both, tmp_path).secret("SLACK_BOT_TOKEN")
    both["SLACK_BOT_TOKEN"] = "xoxb-one"
    assert read_environment(both, tmp_path).secret("SLACK_BOT_TOKEN").reveal() == "xoxb-one"


def test_proxies_of_dotenv_are_for_the_process_unless_it_has_its_own(tmp_path):
    (tmp_path / ".env").write_text("HTTPS_PROXY=http://p:1\nNO_PROXY=a\nSSL_CERT_FILE=/ca\nSLACK_CHANNEL=C\n")
    assert read_environment({"no_proxy": "b"}, tmp_path).network == {
        "HTTPS_PROXY": "http://p:1",
        "SSL_CERT_FILE": "/ca",
    }
