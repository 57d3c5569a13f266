"""The words for attached files in a message's two languages, and the line that names those not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alerts.wording.inert import clean
from alerts.wording.words import CHINESE, Words
from crawlers.article import Attachment

_MOST = 4
"""Files that are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class FileWords:
    """One language's words. Templates take only named fields."""

    in_file: str
    not_read: str
    to_review: str
    because: Mapping[str, str]
    unfetched: str


_ENGLISH = FileWords(
    in_file="In the attachment",
    not_read="Not read",
    to_review="To review, not read",
    because={
        "scan": "a scan",
        "encrypted": "asks for a password",
        "unknown-type": "of no type that is read",
        "not-a-file": "the site sent a page in its place",
        "corrupt": "damaged",
        "too-large": "too large",
        "garbled": "its letters have no meaning",
        "empty": "empty",
        "too-slow": "takes too long",
        "too-many": "beyond the first twenty",
        "waiting": "not had yet",
        "part": "in part",
    },
    unfetched="cannot be fetched: {code}",
)

_CHINESE = FileWords(
    in_file="见附件",
    not_read="未能读取",
    to_review="待人工查看，未能读取",
    because={
        "scan": "扫描件",
        "encrypted": "有密码",
        "unknown-type": "格式不支持",
        "not-a-file": "网站返回了网页",
        "corrupt": "文件损坏",
        "too-large": "文件过大",
        "garbled": "文字无法识别",
        "empty": "空文件",
        "too-slow": "读取超时",
        "too-many": "超出前二十个",
        "waiting": "尚未取得",
        "part": "部分",
    },
    unfetched="无法下载：{code}",
)


def file_words(say: Words) -> FileWords:
    """The words of the same language."""
    return _CHINESE if say is CHINESE else _ENGLISH


def not_read(files: Sequence[Attachment], tier: str, say: Words) -> tuple[str, str, list[Attachment]]:
    """What leads the line, the line, and the files that it is about; empty where all were read.

    A regulator's file that will not be read may say anything: that is for a person to review.
    """
    words = file_words(say)
    missing = [file for file in files if file.lacking or file.state == "waiting"]
    names = [f"{clean(file.name, 60)} ({_because(file, words)})" for file in missing[:_MOST]]
    if len(missing) > _MOST:
        names.append(f"+{len(missing) - _MOST}")
    settled = tier == "regulator" and any(file.lacking for file in missing)
    return words.to_review if settled else words.not_read, say.comma.join(names), missing


def _because(file: Attachment, words: FileWords) -> str:
    if file.state == "unread" and file.reason not in words.because:
        return words.unfetched.format(code=clean(file.reason, 30))
    return words.because[{"read": "part", "waiting": "waiting"}.get(file.state, file.reason)]
