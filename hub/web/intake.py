"""What no page takes: a NUL character, which PostgreSQL's text has no place for (SQLite cuts or keeps it)."""

from collections.abc import Iterator
from http import HTTPStatus

from flask import Flask, abort, request

NUL = "\x00"
IN_QUERY = (b"%00", b"\x00")
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def install_intake(app: Flask) -> None:
    """Refuse each request with a NUL in its address or its form."""

    @app.before_request
    def _check() -> None:
        if NUL in request.path or any(nul in request.query_string for nul in IN_QUERY):
            abort(HTTPStatus.BAD_REQUEST)
        if request.mimetype in FORMS and any(NUL in text for text in _typed()):
            abort(HTTPStatus.BAD_REQUEST)


def _typed() -> Iterator[str]:
    for name, values in request.form.lists():
        yield name
        yield from values
    for name, file in request.files.items(multi=True):
        yield name
        yield file.filename or ""
