"""Making an instance: secrets, database at head, the sectors, the staff organisations, the hub's key."""

import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import orm

from hub.accounts import queries, service
from hub.accounts.models import Organisation, OrganisationKind, Role
from hub.core.audit import THE_HUB
from hub.core.config import Config
from hub.core.errors import ConflictError
from hub.core.instance import Instance, open_instance
from hub.migrations.history import upgrade
from keys.hubkey import create_hub_key
from sectors.catalogue.shipped import ship

STAFF_ORGANISATIONS = {
    OrganisationKind.IPA: "独立行政法人情報処理推進機構 (IPA)",
    OrganisationKind.JPCERT: "JPCERTコーディネーションセンター (JPCERT/CC)",
}
SECRETS = ("session-key", "token-key", "kek")  # 32 bytes each
KEY_NAME = "Priority Information Hub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialised:
    """What `init` shows once: the recovery code opens the escrow file with the hub's primary key."""

    fingerprint: str
    recovery_code: str
    escrow: Path
    invitation: str | None


def initialise(config: Config, *, administrator: str | None, now: datetime) -> Initialised:
    """Make the instance folder; the first administrator's invitation link is returned, not mailed.

    Raises:
        ConflictError: there is an instance already; nothing was changed.

    """
    if config.secrets.exists():
        raise ConflictError(f"{config.instance} holds an instance already")
    config.instance.mkdir(parents=True, exist_ok=True)
    config.instance.chmod(0o700)
    try:
        return _made(config, administrator=administrator, now=now)
    except BaseException:
        _forget(config)  # half an instance would keep the next `init` from making a whole one
        raise


def _made(config: Config, *, administrator: str | None, now: datetime) -> Initialised:
    _write_secrets(config.secrets)
    upgrade(config.database_url)
    escrow = config.instance / "escrow" / "primary-key.enc"
    key = create_hub_key(
        name=KEY_NAME,
        email=config.mail.sender,
        signing_home=config.signing_home,
        escrow=escrow,
        certificate_file=config.certificate_file,
        gpg=config.gpg,
        now=now,
    )
    hub = open_instance(config)
    with hub.db.transaction() as session:
        _fill(session, now=now)
        link = invite_administrator(hub, session, administrator, now=now) if administrator else None
    hub.db.dispose()
    return Initialised(
        fingerprint=key.fingerprint, recovery_code=key.recovery_code, escrow=escrow, invitation=link
    )


def _forget(config: Config) -> None:
    for folder in (config.secrets, config.instance / "escrow", config.instance / "worker"):
        shutil.rmtree(folder, ignore_errors=True)
    config.certificate_file.unlink(missing_ok=True)


def _write_secrets(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in SECRETS:
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))


def _fill(session: orm.Session, *, now: datetime) -> None:
    ship(session, now=now)
    rows = [Organisation(kind=kind, name=name, created_at=now) for kind, name in STAFF_ORGANISATIONS.items()]
    session.add_all(rows)
    session.flush()  # accounts refer to them


def invite_administrator(hub: Instance, session: orm.Session, email: str, *, now: datetime) -> str:
    """Open an administrator's account and return the link that sets it up; it is not mailed.

    Raises:
        ConflictError: there is an account with this address already.

    """
    to = queries.organisation(session, OrganisationKind.JPCERT)
    account = service.open_account(
        session,
        organisation_id=to.id,
        email=email,
        name="Administrator",
        role=Role.ADMINISTRATOR,
        by=THE_HUB,
        now=now,
        invite=False,
    )
    token = service.new_invitation(session, account.id, key=hub.token_key, now=now)
    return f"{hub.config.base_url}/set-up/{token}"
