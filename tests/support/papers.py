"""Files as others' programs made them (see the README beside them), and some built for one test."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

HERE = Path(__file__).parents[1] / "crawlers" / "parse" / "documents" / "files"

SENTENCE = "未经电信主管部门批准，任何单位不得自行建立或者租用虚拟专用网络（VPN）等其他信道开展跨境经营活动。"
"""Stands in every notice of the folder, broken over two lines in those with pages."""


def paper(name: str) -> bytes:
    """A file of the folder."""
    return (HERE / name).read_bytes()


def packed(**members: bytes) -> bytes:
    """A zip of these, the names with dots for double underscores."""
    return packed_as({name.replace("__", "."): data for name, data in members.items()})


def packed_as(members: dict[str, bytes]) -> bytes:
    """A zip of these by name."""
    with io.BytesIO() as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
            for name, data in members.items():
                pack.writestr(name, data)
        return stream.getvalue()


def ofd(lines: list[str], *, picture: bool = False) -> bytes:
    """An OFD of one page with one text object a character, paths from the root, namespaces as the standard's."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    objects = "".join(
        f'<ofd:TextObject ID="{number * 100 + place}" Boundary="{20 + place * 5} {20 + number * 8} 5 5" Font="1" '
        f'Size="5"><ofd:TextCode X="0" Y="4.5">{sign}</ofd:TextCode></ofd:TextObject>'
        for number, line in enumerate(lines)
        for place, sign in enumerate(line)
    )
    if picture:
        objects += '<ofd:ImageObject ID="9999" Boundary="0 0 210 297" ResourceID="7"/>'
    parts = {
        "OFD.xml": f'<ofd:OFD {space} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml'
        "</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {space}><ofd:Pages><ofd:Page ID="1" '
        'BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Pages/Page_0/Content.xml": f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="2">{objects}'
        "</ofd:Layer></ofd:Content></ofd:Page>",
    }
    return packed_as({name: text.encode() for name, text in parts.items()})


def docx(body: str, **more: bytes) -> bytes:
    """The smallest docx: `body` is what stands in w:body."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = f"<w:document {space}><w:body>{body}</w:body></w:document>"
    return packed_as({"word/document.xml": document.encode()} | more)
