"""Run by OpenTAXII's own Python: makes an account, an API root and a collection, and stores objects in it.

Arguments: user name, password, a file of objects, one JSON document a line. Prints the token and the path.
"""

import json
import sys
from pathlib import Path

from opentaxii.cli import app  # type: ignore[import-not-found] # it is in another environment

username, password, objects = sys.argv[1:]
with app.app_context():
    auth, store = app.taxii_server.auth, app.taxii_server.servers.taxii2.persistence.api
    auth.api.create_account(username=username, password=password)
    root = store.add_api_root(title="bench", default=True, is_public=True)
    collection = store.add_collection(api_root_id=root.id, title="bench", is_public=True)
    with Path(objects).open(encoding="utf-8") as lines:
        store.add_objects(str(root.id), str(collection.id), [json.loads(line) for line in lines])
    token = auth.authenticate(username=username, password=password)
    path = f"/taxii2/{root.id}/collections/{collection.id}/objects/"
    print(json.dumps({"token": token, "path": path}))  # noqa: T201 - its result
