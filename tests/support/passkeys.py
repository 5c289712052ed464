"""Software passkeys for the people of a test: registered as the pages would, pinned as at the console."""

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import orm
from werkzeug.test import TestResponse

from feeds.signers import pinned
from feeds.signers.entry import Entry, entries_of
from hub.accounts.models import Account, Role
from hub.accounts.passkeys import queries
from hub.accounts.passkeys.assertion import decoded
from hub.accounts.passkeys.ceremony import Site
from hub.accounts.passkeys.models import Passkey
from hub.accounts.passkeys.signature import Signature
from hub.core.audit import Actor
from hub.core.instance import Instance
from hub.demo.passkey import SoftPasskey
from keys.models import ContactCertificate
from sectors.bodies.models import Body, Contact
from sectors.certificates.service import asked
from tests.support.browser import Browser
from tests.support.people import THEN

SITE = Site(rp_id="localhost", origin="http://localhost:8000")
_CONFIRMER = SoftPasskey.create(SITE.rp_id)
CONFIRMER = Entry(
    email="confirmer@ipa.example.jp",
    name="確認 担当",
    role=Role.REVIEWER,
    credential_id=_CONFIRMER.credential_id,
    public_key=_CONFIRMER.public_key,
)
_HELD: dict[bytes, SoftPasskey] = {}  # what people carry about, by credential id


def passkey_of(session: orm.Session, account_id: uuid.UUID) -> SoftPasskey:
    """Return the first passkey of an account; it is made and registered if there is none."""
    known = queries.passkeys_of(session, account_id)
    return _HELD[known[0].credential_id] if known else register(session, account_id)


def register(session: orm.Session, account_id: uuid.UUID) -> SoftPasskey:
    """Return a new passkey, registered for the account."""
    made = SoftPasskey.create(SITE.rp_id)
    _HELD[made.credential_id] = made
    session.add(
        Passkey(
            account_id=account_id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=0,
            name="test",
            added_at=THEN,
        )
    )
    session.flush()
    return made


def signed(session: orm.Session, challenge: bytes, by: Actor) -> Signature:
    """Return what a person's passkey answers; nobody's, if nobody has signed in."""
    key = passkey_of(session, by.account_id) if by.account_id else SoftPasskey.create(SITE.rp_id)
    return Signature(assertion=key.sign(challenge, origin=SITE.origin), site=SITE)


def entry_of(session: orm.Session, account_id: uuid.UUID) -> Entry:
    """Return the account's passkey as it is pinned."""
    passkey_of(session, account_id)
    return entries_of(session, session.get_one(Account, account_id))[0]


def confirmed(certificate: ContactCertificate, contact: Contact, body: Body) -> None:
    """Let a reviewer, who is always pinned here, have confirmed a certificate."""
    certificate.confirmation = confirmation(asked(certificate, contact, body))


def confirmation(challenge: bytes) -> str:
    """Return that reviewer's signature (JSON)."""
    return _CONFIRMER.sign(challenge, origin=SITE.origin).to_json()


def pin(session: orm.Session, file: Path, *people: Actor) -> None:
    """Pin these people's passkeys in the worker's file, beside those that are there."""
    held = pinned.load(file).with_pin(CONFIRMER, now=THEN)
    for person in people:
        assert person.account_id
        held = held.with_pin(entry_of(session, person.account_id), now=THEN)
    pinned.save(file, held)


def sign_form(
    hub: Instance, browser: Browser, path: str, data: Mapping[str, Any] | None = None
) -> TestResponse:
    """Open a page, sign what it asks for with the person's passkey, and send its form."""
    assert browser.account
    with hub.db.transaction() as session:
        key = passkey_of(session, browser.account.id)
    block = browser.soup(path).select_one("[data-passkey]")
    assert block, f"nothing is to be signed on {path}"
    challenge = decoded(json.loads(str(block["data-passkey"]))["challenge"])
    answer = key.sign(challenge, origin=SITE.origin).to_json()
    return browser.post_form(path, {**(data or {}), "answer": answer})
