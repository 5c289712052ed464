"""What no page takes: NUL characters, for which PostgreSQL has no place, and parts without a name."""

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
        if request.content_type and request.mimetype in FORMS and any(NUL in text for text in _typed()):
            abort(HTTPStatus.BAD_REQUEST)


def _typed() -> Iterator[str]:
    for name, values in request.form.lists():
        yield _named(name)
        yield from values
    for name, file in request.files.items(multi=True):
        yield _named(name)
        yield file.filename or ""


def _named(name: str | None) -> str:
    """Return the name of a part of a form; one without is nothing that a page sends, and is refused."""
    return NUL if name is None else name
