"""Headers that every answer carries, errors and TAXII included (OWASP ASVS 4.0.3, 14.4 and 8.2.1)."""

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Frame-Options": "DENY",
}
NOT_KEPT = "no-store"
A_YEAR = 31_536_000  # seconds


def always(*, https: bool) -> dict[str, str]:
    """Return what stands on every answer."""
    hsts = {"Strict-Transport-Security": f"max-age={A_YEAR}; includeSubDomains"} if https else {}
    return ALWAYS | hsts


def install_headers(app: Flask, *, https: bool) -> None:
    """Add the headers; only what is the same for everybody, and says so itself, may be kept by a cache."""
    added = {name.lower(): (name, value) for name, value in always(https=https).items()}

    @app.after_request
    def _add(response: Response) -> Response:
        given = {name.lower() for name, _ in response.headers}
        response.headers.extend([pair for name, pair in added.items() if name not in given])
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "public, max-age=3600"
        elif "cache-control" not in given or not response.cache_control.public:
            response.headers["Cache-Control"] = NOT_KEPT
        return response
