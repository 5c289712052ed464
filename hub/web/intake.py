"""What no page takes: a NUL character, which PostgreSQL's text has no place for (SQLite cuts or keeps it)."""

from collections.abc import Iterator
from http import HTTPStatus

from flask import Flask, abort, request

NUL = "\x00"


def install_intake(app: Flask) -> None:
    """Refuse each request with a NUL in its address or its form."""

    @app.before_request
    def _check() -> None:
        if any(NUL in text for text in _texts()):
            abort(HTTPStatus.BAD_REQUEST)


def _texts() -> Iterator[str]:
    yield request.path
    for name, values in request.args.lists():
        yield name
        yield from values
    for name, values in request.form.lists():
        yield name
        yield from values
    for name, file in request.files.items(multi=True):
        yield name
        yield file.filename or ""
