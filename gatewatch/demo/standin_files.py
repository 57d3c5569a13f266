"""The files of the stand-in Slack: a place to upload to, the upload, and its showing.

As strict as the reference of files.getUploadURLExternal and files.completeUploadExternal: a file is shown
once, whole, and only by a member of the channel. Knows no Gatewatch code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatewatch.demo.standin_checks import Refused
from gatewatch.demo.standin_server import Answer

UPLOAD_PATH = "/upload/v1/"


@dataclass(slots=True)
class Upload:
    """A file. `state` is waiting, uploaded or shown."""

    id: str
    name: str
    length: int
    state: str = "waiting"
    content: bytes = b""

    @property
    def view(self) -> dict[str, Any]:
        """The file as the Web API shows it."""
        link = f"https://standin.slack.com/files/U0STANDIN/{self.id}/{self.name}"
        return {"id": self.id, "name": self.name, "title": self.name, "size": self.length, "permalink": link}


class Uploads:
    """The files of a workspace, by id."""

    def __init__(self) -> None:
        self.files: dict[str, Upload] = {}

    def place(self, given: Mapping[str, Any], url: str) -> dict[str, Any]:
        """A place for a file of this name and length."""
        length = int(given.get("length") or 0)
        if not given.get("filename") or length <= 0:
            raise Refused("missing_argument")
        one = Upload(f"F0STANDIN{len(self.files)}", str(given["filename"]), length)
        self.files[one.id] = one
        return {"upload_url": f"{url}{UPLOAD_PATH}{one.id}", "file_id": one.id}

    def receive(self, path: str, content: bytes) -> Answer:
        """The bytes of a file, at the place that was given."""
        one = self.files.get(path.removeprefix(UPLOAD_PATH))
        if one is None or one.state == "shown":
            return Answer(404, b"not_found")
        if len(content) != one.length:
            return Answer(400, b"bad_length")
        one.content, one.state = content, "uploaded"
        return Answer(200, f"OK - {one.length}".encode())

    def shown(self, given: Mapping[str, Any]) -> list[Upload]:
        """The files that are to be shown; from now on they are."""
        asked = json.loads(given.get("files") or "[]")
        found = [self.files.get(str(one.get("id"))) for one in asked]
        ready = [one for one in found if one is not None and one.state == "uploaded"]
        if not ready or len(ready) != len(found):
            raise Refused("file_not_found")
        for one in ready:
            one.state = "shown"
        return ready
