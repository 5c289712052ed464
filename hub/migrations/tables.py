"""Every table of the hub in one metadata: what Alembic compares with the database."""

import importlib
import pkgutil

from hub.core.db import Base

PACKAGES = ["hub", "keys", "sectors", "nda", "feeds"]


def _load_models() -> None:
    """Import each `models` module, so that none can be forgotten in a list."""
    import_path = [importlib.import_module(name).__path__[0] for name in PACKAGES]
    for package, path in zip(PACKAGES, import_path, strict=True):
        for module in pkgutil.walk_packages([path], prefix=f"{package}."):
            if module.name.rpartition(".")[2] in {"models", "audit", "outbox", "shredding"}:
                importlib.import_module(module.name)


_load_models()
metadata = Base.metadata
