"""The hub's public certificate: a page, a file, and the Web Key Directory; for everybody."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from hub.web.access import anyone
from hub.web.wiring import now, wired
from keys import hub_certificate
from keys.fingerprints import grouped
from keys.hub_certificate import HubCertificate
from keys.wkd import local_part_hash

bp = Blueprint("hub_certificate", __name__, template_folder="templates")
DIRECTORY = "/.well-known/openpgpkey"
AN_HOUR = 3600  # seconds for which a cache may keep it; a rotation shows after that at the latest


@bp.get("/hub-certificate")
@anyone
def page() -> ResponseReturnValue:
    """Show the fingerprint and how to check it."""
    hub = wired()
    certificate = _certificate()
    return render_template(
        "certificates/hub.html",
        certificate=certificate,
        subkeys=certificate.in_force(now()),
        grouped=grouped,
        sender=hub.config.mail.sender,
        base_url=hub.config.base_url,
    )


@bp.get("/hub-certificate.asc")
@anyone
def armoured() -> ResponseReturnValue:
    """Hand out the certificate, armoured."""
    _certificate()
    return _public(wired().config.certificate_file.read_bytes(), "application/pgp-keys")


@bp.get(f"{DIRECTORY}/policy")
@bp.get(f"{DIRECTORY}/<domain>/policy")
@anyone
def policy(domain: str | None = None) -> ResponseReturnValue:
    """Tell that there is a directory; it has no special rules."""
    _refuse_others(domain)
    return _public(b"", "text/plain")


@bp.get(f"{DIRECTORY}/hu/<local_part>")
@bp.get(f"{DIRECTORY}/<domain>/hu/<local_part>")
@anyone
def directory(local_part: str, domain: str | None = None) -> ResponseReturnValue:
    """Hand out the certificate, binary, for the hashed local part of the hub's own mail address."""
    _refuse_others(domain)
    sender = wired().config.mail.sender
    certificate = _certificate()
    if local_part != local_part_hash(sender) or not certificate.names(sender):
        abort(HTTPStatus.NOT_FOUND)
    return _public(certificate.blob, "application/octet-stream")


def _certificate() -> HubCertificate:
    config = wired().config
    return hub_certificate.read(config.certificate_file, gpg=config.gpg)


def _refuse_others(domain: str | None) -> None:
    if domain is not None and domain.lower() != wired().config.mail.sender.rpartition("@")[2].lower():
        abort(HTTPStatus.NOT_FOUND)


def _public(content: bytes, content_type: str) -> Response:
    response = Response(content, content_type=content_type)
    response.cache_control.public = True
    response.cache_control.max_age = AN_HOUR
    response.headers["Access-Control-Allow-Origin"] = "*"  # mail programs in browsers look it up, too
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
