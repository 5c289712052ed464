"""Paths below which no cookie is read or set: machines show credentials with each request."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


def install_cookieless(app: Flask, *below: str) -> None:
    """Keep the session's cookie out of everything below these paths."""
    app.session_interface = _Sessions(below)


class _Sessions(SecureCookieSessionInterface):
    def __init__(self, cookieless: tuple[str, ...]) -> None:
        self._cookieless = cookieless

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a page; None, an empty one that nothing is written to, for a machine."""
        return None if request.path.startswith(self._cookieless) else super().open_session(app, request)
