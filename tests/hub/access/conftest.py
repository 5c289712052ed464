"""The stage, made once for everything that is tried on it."""

from collections.abc import Iterator

import pytest
from jinja2 import FileSystemBytecodeCache

from tests.hub.access.world import Stage, stage
from tests.support import databases, delivery


@pytest.fixture(scope="session")
def made(
    tmp_path_factory: pytest.TempPathFactory, compiled_templates: FileSystemBytecodeCache
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("access")
    with (
        delivery.seat(folder / "seat") as seat,
        databases.sqlite(folder) as url,
        stage(url, seat, compiled_templates) as everything,
    ):
        yield everything
