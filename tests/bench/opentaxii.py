"""OpenTAXII, the server that the field uses most: in an environment of its own, on SQLite, beside ours."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tests.bench.poll_servers import ROOT, serving
from tests.bench.poll_stock import copy

VERSION = "0.9.3"
ENVIRONMENT = ROOT / ".venv" / f"opentaxii-{VERSION}"
PYTHON = ENVIRONMENT / "bin" / "python"
STOCK = Path(__file__).with_name("opentaxii_stock.py")
USERNAME, PASSWORD = "bench", "bench-password"
WRITTEN = "2026-11-20T01:00:00.000Z"

CONFIG = """
domain: "localhost:{port}"
support_basic_auth: yes
return_server_error_details: no
auth_api:
  class: opentaxii.auth.sqldb.SQLDatabaseAPI
  parameters: {{db_connection: "sqlite:///{folder}/auth.db", create_tables: yes, secret: benchmark}}
taxii1:
taxii2:
  title: bench
  public_discovery: false
  max_content_length: 10485760
  persistence_api:
    class: opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI
    parameters: {{db_connection: "sqlite:///{folder}/data.db", create_tables: yes}}
logging: {{opentaxii: error, root: error}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A running OpenTAXII with one collection."""

    port: int
    path: str
    token: str
    username: str = USERNAME
    password: str = PASSWORD


@contextmanager
def serving_stock(folder: Path, port: int, *, size: int) -> Iterator[Other]:
    """Serve so many objects of the form of ours; it needs `created` and `modified`, which ours have not."""
    _installed()
    config, objects = folder / "opentaxii.yml", folder / "objects.jsonl"
    config.write_text(CONFIG.format(port=port, folder=folder), encoding="utf-8")
    with objects.open("w", encoding="utf-8") as lines:
        for _ in range(size):
            stored = json.loads(copy(1)) | {
                "id": f"artifact--{uuid4()}",
                "created": WRITTEN,
                "modified": WRITTEN,
            }
            lines.write(json.dumps(stored) + "\n")
    environment = {"OPENTAXII_CONFIG": str(config)}
    made = subprocess.run(
        [PYTHON, "-P", STOCK, USERNAME, PASSWORD, objects],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
    )
    told = json.loads(made.stdout.splitlines()[-1])
    with serving("opentaxii.http:app", environment, python=str(PYTHON), port=port):
        yield Other(port=port, path=told["path"], token=told["token"])


def _installed() -> None:
    """Make its environment the first time; nothing of it comes into ours."""
    if (ENVIRONMENT / "ready").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    needed = [f"opentaxii=={VERSION}", "gunicorn"]
    subprocess.run(
        [PYTHON, "-m", "pip", "install", "--quiet", *needed], check=True, stderr=subprocess.DEVNULL
    )
    (ENVIRONMENT / "ready").touch()
