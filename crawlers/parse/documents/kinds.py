"""What a file is, by what is in it; its name is believed only where the bytes say nothing."""

from __future__ import annotations

import io
import zipfile

import olefile

from crawlers.parse.documents.outcome import Unread

_WORD = ("worddocument",)
_SHEET = ("workbook", "book")
_TEXT_ENDINGS = (".txt", ".csv")
_UNREADABLE = ((b"Rar!", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gz"))
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*")


def kind(data: bytes, name: str) -> str:
    """`pdf`, `docx`, `xlsx`, `pptx`, `ofd`, `zip`, `doc`, `xls`, `rtf`, `html` or `txt`. Raises Unread."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(data)
    if data.startswith(olefile.MAGIC):
        return _ole(data)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    return _plain(data, head, name)


def _plain(data: bytes, head: bytes, name: str) -> str:
    """Of what has no structure of its own."""
    if not data.strip():
        raise Unread("empty", "the file is empty")
    if head[:200].lower().startswith((b"<!doctype html", b"<html", b"<head", b"mime-version:")):
        return "html"
    for magic, found in _UNREADABLE:
        if data.startswith(magic):
            raise Unread("unknown-type", f"a {found} archive is not read", found)
    if data.startswith(_PICTURES):
        raise Unread("scan", "it is a picture", "picture")
    if name.lower().endswith(_TEXT_ENDINGS) and b"\x00" not in data[:4096]:
        return "txt"
    raise Unread("unknown-type", "it is of no type that is read")


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            names = {name.lower() for name in pack.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
        raise Unread("corrupt", f"its directory cannot be read ({error})", "zip") from error
    for part, found in (
        ("word/document.xml", "docx"),
        ("xl/workbook.xml", "xlsx"),
        ("xl/workbook.bin", "xlsx"),
    ):
        if part in names:
            return found
    if any(name.startswith("ppt/slides/") for name in names):
        return "pptx"
    if "ofd.xml" in names or "ofdentries.xml" in names:
        return "ofd"
    return "zip"


def _ole(data: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            streams = {"/".join(path).lower() for path in ole.listdir()}
    except Exception as error:  # olefile answers hostile files with whatever Python raised
        raise Unread("corrupt", f"its directory cannot be read ({type(error).__name__})", "ole") from error
    if "encryptedpackage" in streams:
        raise Unread("encrypted", "it asks for a password", "docx")
    if streams.intersection(_WORD):
        return "doc"
    if streams.intersection(_SHEET):
        return "xls"
    raise Unread("unknown-type", "it is of no type that is read", "ole")
