"""A hub that can seal and mail, a mail server that can refuse, and contacts who open what they were sent."""

import base64
import hashlib
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from smtplib import SMTPException
from typing import Any

import orjson
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from sqlalchemy import orm

from feeds.advisories import queries as advisories
from feeds.advisories import releasing, service
from feeds.advisories.draft import written
from feeds.advisories.models import Release
from feeds.delivery import copies, drilling, lifting, mails, promising, resuming
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.series import series_of
from feeds.delivery.states import WAITING
from feeds.dissemination import making
from feeds.formats.content import Kind, Text
from feeds.formats.stix import USUALLY_PUBLISHED
from feeds.reminders import sending
from feeds.taxii.models import StoredObject
from hub.accounts.models import Account, Organisation, Role
from hub.core import outbox
from hub.core.audit import Actor
from hub.core.config import Config, Mail
from hub.core.db import Database
from hub.core.errors import HubError
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.demo.mailserver import IntoMaildir, delivered, free_port
from keys import hubkey
from keys import queries as keys
from keys import service as register
from keys.homes import stop_agent
from keys.models import ContactCertificate
from keys.sealing import open_sealed
from keys.states import State as CertificateState
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, Contact, ContactKind
from sectors.certificates import service as certificates
from tests.keys.workshop import GPG, Holder, holder
from tests.support import advisories as advisory_support
from tests.support import databases, passkeys
from tests.support.advisories import (
    NOW,
    PUBLICATION,
    VAULT,
    Cast,
    Readiness,
    make_body,
    make_cast,
    make_release,
)
from tests.support.people import make_account

TOKEN_KEY = b"t" * 32
LATER = PUBLICATION + timedelta(days=10)
HANDLERS = {
    "release.lifted": lifting.publish_lifted,
    "copy.seal": copies.seal_copy,
    "mail.seal": mails.seal_mail,
    "certificate.usable": resuming.resume,
    "drill.copy": drilling.copy_drill,
    "drill.mail": drilling.mail_drill,
    "reminder.mail": sending.mail_reminder,
    "package.make": making.make,
}


class Post(IntoMaildir):
    """A mail server's rules: it takes everything but mail to the addresses in `refused`."""

    refused: set[str]

    def refusal(self, address: str) -> str | None:
        """Refuse for good whom the test named."""
        return "550 5.1.1 No such mailbox" if address in self.refused else None


@dataclass(frozen=True, kw_only=True)
class Seat:
    """What lasts for all tests: the hub's key in its folder, its mail server, and who can open."""

    folder: Path
    pin: str
    post: Post
    port: int
    power: Holder
    gas: Holder

    @property
    def mail(self) -> Mail:
        return Mail(host="127.0.0.1", port=self.port, tls="none", sender="hub@hub.example.jp", timeout=5)

    @property
    def config(self) -> Config:
        return Config(instance=self.folder, database_url="sqlite://", gpg=GPG, mail=self.mail)

    def mails_to(self, email: str) -> list[bytes]:
        """Return what the mail server took for one address, byte for byte, without its own trace."""
        found = [each.file.read_bytes() for each in delivered(self.post.folder, email)]
        return [raw.partition(b"\r\n")[2].partition(b"\r\n")[2] for raw in found]

    def opened(self, holder: Holder, document: bytes) -> bytes:
        """Return the plaintext of a stored artifact, as the holder's gpg opens it under the pinned key."""
        payload = base64.b64decode(orjson.loads(document)["payload_bin"])
        return open_sealed(payload, home=holder.shop.home, gpg=GPG, pinned_fingerprint=self.pin)


@contextmanager
def seat(folder: Path) -> Iterator[Seat]:
    """Give a hub's folder with its key, a running mail server and two holders who trust the hub."""
    config = Config(instance=folder, database_url="sqlite://", gpg=GPG)
    key = hubkey.create_hub_key(
        name="Priority Hub",
        email="hub@hub.example.jp",
        signing_home=config.signing_home,
        escrow=folder / "escrow.asc",
        certificate_file=config.certificate_file,
        gpg=GPG,
        now=datetime.now(UTC),
    )
    post, port = Post(folder / "mail"), free_port()
    post.refused = set()
    with ExitStack() as stack:
        controller = Controller(post, hostname="127.0.0.1", port=port, data_size_limit=2**25)
        controller.start()
        stack.callback(controller.stop)
        stack.callback(stop_agent, config.signing_home, gpg=GPG)
        power, gas = (stack.enter_context(holder(f"{name}@example.jp")) for name in ("power", "gas"))
        for each in (power, gas):
            each.shop.gpg("--import", str(config.certificate_file))
        yield Seat(folder=folder, pin=key.fingerprint, post=post, port=port, power=power, gas=gas)


@dataclass(frozen=True, kw_only=True)
class World:
    """A hub, the people of a release, a body that may receive, and what can be done with them."""

    hub: Instance
    seat: Seat
    cast: Cast
    power: Body

    def add(self, name: str, holder: Holder, readiness: Readiness | None = None) -> Body:
        """Add another body whose contact holds this key."""
        with self.hub.db.transaction() as session:
            return body_with_key(session, holder, readiness, name=name)

    def release(self, *addressed: Body) -> Release:
        """Release a new advisory and promise its deliveries."""
        with self.hub.db.transaction() as session:
            release = make_release(session, self.cast, *(addressed or (self.power,)), now=self.hub.clock())
        self.promise(release)
        return release

    def revise(self, release: Release, kind: Kind = Kind.UPDATE, *, to: tuple[Body, ...] = ()) -> Release:
        """Release the next revision and promise its deliveries."""
        with self.hub.db.transaction() as session:
            by, now = self.cast.writer, self.hub.clock()
            opened = service.revise(session, release.advisory_id, kind=kind, vault=VAULT, by=by, now=now)
            if kind is Kind.DATE:
                later = replace(
                    written(session, opened, vault=VAULT),
                    publication_at=LATER,
                    moved_reason="更新が遅れるため",
                )
                at = opened.version
                service.save_draft(
                    session, release.advisory_id, later, version=at, vault=VAULT, by=by, now=now
                )
            if to:
                opened.bodies = [each for each in opened.bodies if each.body_id in {body.id for body in to}]
            advisory_support.submit(session, release.advisory_id, by=by, now=now)
            newer = advisory_support.release(session, release.advisory_id, by=self.cast.releaser, now=now)
        self.promise(newer)
        return newer

    def withdraw(self, release: Release, *, reason: str, duties: str) -> Release:
        """Release the withdrawal, and promise its deliveries."""
        with self.hub.db.transaction() as session:
            by, now = self.cast.writer, self.hub.clock()
            told = {"reason": Text(ja=reason), "duties": Text(ja=duties)}
            releasing.propose_withdrawal(session, release.advisory_id, **told, vault=VAULT, by=by, now=now)
            advisory_support.submit(session, release.advisory_id, by=by, now=now)
            last = advisory_support.release(session, release.advisory_id, by=self.cast.releaser, now=now)
        self.promise(last)
        return last

    def lift(self, release: Release) -> Release:
        """Release the lifting of what is usually published, and promise what follows."""
        with self.hub.db.transaction() as session:
            by, now = self.cast.writer, self.hub.clock()
            releasing.propose_lifting(
                session, release.advisory_id, parts=USUALLY_PUBLISHED, vault=VAULT, by=by, now=now
            )
            advisory_support.submit(session, release.advisory_id, by=by, now=now)
            lifted = advisory_support.release(session, release.advisory_id, by=self.cast.releaser, now=now)
        self.promise(lifted)
        return lifted

    def promise(self, release: Release) -> None:
        promising.promise_deliveries(self.hub, {"release_id": str(release.id)}, self.hub.clock())

    def work(self) -> int:
        """Do every delivery that is due now, as the worker does; return how many failed."""
        failures = 0
        while (done := self.work_one()) is not None:
            failures += not done
        return failures

    def work_one(self) -> bool | None:
        """Do the oldest delivery that is due now; tell whether it went well, or None if there was none."""
        job = self._claimed()
        return None if job is None else self._done(job)

    def seal(self) -> None:
        """Seal every copy that waits, and send no mail."""
        with self.hub.db.reading() as session:
            waiting = session.scalars(sa.select(Copy).where(Copy.state.in_(WAITING))).all()
        for copy in waiting:
            copies.seal_copy(self.hub, id_values(copy), self.hub.clock())

    def _claimed(self) -> Job | None:
        with self.hub.db.transaction() as session:
            return outbox.claim(session, worker="test", now=self.hub.clock())

    def _done(self, job: Job) -> bool:
        now = self.hub.clock()
        try:
            if job.kind in HANDLERS:
                HANDLERS[job.kind](self.hub, job.values, now)
        except (OSError, SMTPException, HubError) as error:
            with self.hub.db.transaction() as session:
                outbox.failed(session, job.id, problem=type(error).__name__, now=now)
            return False
        with self.hub.db.transaction() as session:
            outbox.done(session, job.id, now=now)
        return True

    def letters(self, body: Body | None = None) -> list[str]:
        """Return which plain letters were promised to the body's contact."""
        to = self.contact(body).email
        with self.hub.db.reading() as session:
            jobs = session.scalars(sa.select(Job).where(Job.kind == "letter").order_by(Job.promised_at))
            return [each.values["letter"] for each in jobs if each.values["to"] == to]

    def copies(self, body: Body | None = None) -> list[Copy]:
        """Return a body's copies in the order of their promises."""
        own = sa.select(Copy).where(Copy.body_id == (body or self.power).id)
        with self.hub.db.reading() as session:
            return list(session.scalars(own.order_by(Copy.promised_at)))

    def copy(self, release: Release, body: Body | None = None) -> Copy:
        return next(each for each in self.copies(body) if each.release_id == release.id)

    def mailing(self, release: Release, body: Body | None = None) -> Mailing:
        """Return the mail of a release to a body's first contact."""
        own = sa.select(Mailing).where(
            Mailing.release_id == release.id, Mailing.body_id == (body or self.power).id
        )
        with self.hub.db.reading() as session:
            return session.scalars(own).one()

    def stored(self, body: Body | None = None) -> list[bytes]:
        """Return the documents of a body's sealed collection in their order."""
        with self.hub.db.transaction() as session:
            series = series_of(session, (body or self.power).id)
            own = sa.select(StoredObject.document).where(StoredObject.collection_id == series.sealed_id)
            return [bytes(each) for each in session.scalars(own.order_by(StoredObject.date_added))]

    def manifests(self, holder: Holder | None = None, body: Body | None = None) -> list[dict[str, Any]]:
        """Open a body's whole series and return its manifests, each with the hash of its plaintext."""
        plain = [self.seat.opened(holder or self.seat.power, each) for each in self.stored(body)]
        return [
            orjson.loads(each)["manifest"] | {"sha256": hashlib.sha256(each).hexdigest()} for each in plain
        ]

    def contact(self, body: Body | None = None) -> Contact:
        with self.hub.db.reading() as session:
            return bodies.contacts(session, (body or self.power).id)[0]

    def account(self, body: Body | None = None) -> Account:
        """Return the account with which the body's contact signs in."""
        account = self.contact(body).account
        assert account
        return account

    def mails(self, body: Body | None = None) -> list[bytes]:
        """Return every mail that the body's contact was sent: notices and letters."""
        return self.seat.mails_to(self.contact(body).email)

    def notices(self, body: Body | None = None) -> list[bytes]:
        """Return the encrypted mails that the body's contact was sent."""
        return [each for each in self.mails(body) if b"multipart/encrypted" in each]

    def certificate(self, body: Body | None = None) -> ContactCertificate:
        with self.hub.db.reading() as session:
            return keys.certificates_of(session, self.contact(body).id)[0]

    def confirm(self, body: Body | None = None) -> None:
        """Let somebody confirm the contact's certificate, whose possession was proved."""
        with self.hub.db.transaction() as session:
            row = keys.certificate(session, self.certificate(body).id)
            asked = certificates.asked(row, self.contact(body), body or self.power)
            signed = passkeys.confirmation(asked)
            by, now = Actor(account_id=uuid.uuid4()), self.hub.clock()
            register.confirm(session, row.id, confirmation=signed, by=by, now=now)

    def tracking_id(self, release: Release) -> str:
        with self.hub.db.reading() as session:
            return advisories.advisory(session, release.advisory_id).matter.tracking_id


def body_with_key(
    session: orm.Session, holder: Holder, readiness: Readiness | None = None, *, name: str = "電力ISAC"
) -> Body:
    """Return a body whose contact's certificate is the holder's."""
    body = make_body(session, readiness, name=name)
    hold_key(session, body, holder)
    return body


def hold_key(session: orm.Session, body: Body, holder: Holder) -> None:
    """Make the body's certificate row the holder's."""
    contact = bodies.contacts(session, body.id)[0]
    [row] = keys.certificates_of(session, contact.id)
    row.blob, row.fingerprint = holder.blob, holder.certificate.fingerprint
    passkeys.confirmed(row, contact, body)
    session.flush()


@contextmanager
def lasting(kind: str, folder: Path, name: str) -> Iterator[Database]:
    """Give a database of its own with several connections, for work side by side."""
    with databases.sqlite(folder) if kind == "sqlite" else databases.postgres(name) as url:
        db = databases.database(databases.engine_for(url))
        yield db
        db.dispose()


def hub_on(db: Database, made: Seat, clock: Any) -> Instance:  # noqa: ANN401 - whatever tells the time
    """Return an instance that seals with the seat's key."""
    return Instance(config=made.config, db=db, vault=VAULT, token_key=TOKEN_KEY, clock=clock)


def world_on(hub: Instance, made: Seat) -> World:
    """Return a hub with a cast and one ready body."""
    with hub.db.transaction() as session:
        cast = make_cast(session)
        power = body_with_key(session, made.power)
        passkeys.pin(session, hub.config.pinned_passkeys, cast.writer, cast.releaser)
    return World(hub=hub, seat=made, cast=cast, power=power)


def with_mail(hub: Instance, **changes: Any) -> Instance:  # noqa: ANN401 - fields of Mail
    """Return the same instance with another way out for mail."""
    mail = replace(hub.config.mail, **changes)
    return replace(hub, config=replace(hub.config, mail=mail))


def id_values(delivery: Copy | Mailing) -> dict[str, str]:
    """Return what the job of a delivery is told."""
    return {"delivery_id": str(delivery.id)}


def add_contact(session: orm.Session, body: Body, holder: Holder) -> Contact:
    """Return a confirmed deputy of the body's contact, with this key."""
    organisation = session.get_one(Organisation, body.organisation_id)
    account = make_account(session, Role.CONTACT, organisation)
    contact = Contact(
        id=uuid.uuid4(),
        body_id=body.id,
        account_id=account.id,
        kind=ContactKind.DEPUTY,
        name=account.name,
        department="窓口",
        email=account.email,
        telephone="03-0000-0001",
    )
    row = ContactCertificate(
        owner_id=contact.id,
        email=account.email,
        state=CertificateState.ACTIVE,
        fingerprint=holder.certificate.fingerprint,
        blob=holder.blob,
        algorithm="ed25519",
        uploaded_at=NOW,
        activated_at=NOW,
    )
    passkeys.confirmed(row, contact, body)
    session.add_all([contact, row])
    session.flush()
    return contact
