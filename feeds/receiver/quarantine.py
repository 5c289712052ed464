"""What failed a check is put aside as it was served, with its reason; nothing of it is handed on."""

import json
from datetime import datetime
from pathlib import Path

from feeds.receiver.outlets import PRIVATE, write_through
from feeds.receiver.parcels import said_at
from feeds.receiver.server import Served
from feeds.receiver.states import Reason
from hub.core.clock import rfc3339

MOST = 1000  # files; a hostile server shall not fill the disk


class Quarantine:
    """A folder with one file an object; names are made of our own clock and hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)

    def put(self, served: Served, reason: Reason, *, now: datetime) -> str | None:
        """Keep an object and return the name of its file, which may be there already; None without room."""
        for known in self.folder.glob(f"*-{served.digest[:16]}.json"):
            return known.name
        if sum(1 for _ in self.folder.iterdir()) >= MOST:
            return None
        name = f"{said_at(now)}-{served.digest[:16]}.json"
        told = {"reason": reason.value, "said": reason.sentence, "at": rfc3339(now)}
        write_through(self.folder / name, json.dumps(told | {"artifact": served.document}).encode())
        return name
