"""The worker: does what was promised in the outbox. HANDLERS names who does what; it alone can sign."""

import logging
import os
import secrets
import signal
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import FrameType

from feeds.advisories import hour, unsaved
from feeds.advisories import letters as advisory_letters
from feeds.collections import letters as collection_letters
from feeds.collections import watching as clients
from feeds.delivery import (
    bounces,
    challenges,
    copies,
    drilling,
    heartbeats,
    lifting,
    mails,
    promising,
    resuming,
)
from feeds.delivery import letters as delivery_letters
from feeds.delivery import watching as releases
from feeds.incidents import letters as incident_letters
from feeds.questions import letters as question_letters
from feeds.reminders import letters as reminder_letters
from feeds.reminders import sending
from feeds.signers import letters as signer_letters
from feeds.signers import pinning
from hub.accounts import letters as account_letters
from hub.core import outbox
from hub.core.instance import Instance
from hub.core.lanes import Handler, Lanes
from hub.core.letters import Letters, compose
from keys.homes import stop_agent, sweep
from nda.agreements import letters as agreement_letters
from sectors.applications import letters as application_letters
from sectors.certificates import hub_key, watching
from sectors.certificates import letters as certificate_letters
from sectors.telephones import letters as telephone_letters

log = logging.getLogger(__name__)

LETTERS: Letters = {
    **account_letters.LETTERS,
    **application_letters.LETTERS,
    **agreement_letters.LETTERS,
    **certificate_letters.LETTERS,
    **telephone_letters.LETTERS,
    **advisory_letters.LETTERS,
    **delivery_letters.LETTERS,
    **signer_letters.LETTERS,
    **question_letters.LETTERS,
    **incident_letters.LETTERS,
    **reminder_letters.LETTERS,
    **collection_letters.LETTERS,
}


def send_letter(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Mail one fixed text with a link; the job `letter`."""
    link = hub.config.base_url + values["path"]
    sender, to = hub.config.mail.sender, values["to"]
    key = f"{values['letter']} {values['path']} {values.get('occasion', '')}"
    message = compose(LETTERS[values["letter"]], to=to, sender=sender, link=link, key=key, now=now)
    bounces.send_letter(hub, message, to=to, now=now)


HANDLERS: dict[str, Handler] = {
    "letter": send_letter,
    "account.invitation": account_letters.invite,
    "agreement.sample": agreement_letters.send_sample,
    "certificate.challenge": challenges.send_challenge,
    "certificates.watch": watching.watch_all,
    "certificate.ended": watching.tell_ended,
    "certificate.expiring": watching.tell_expiring,
    "certificate.usable": resuming.resume,
    "hub-key.watch": hub_key.watch,
    "telephone.count": telephone_letters.count,
    "clients.watch": clients.watch,
    "client.elsewhere": clients.tell_elsewhere,
    "drafts.sweep": unsaved.sweep,
    hour.LOOK: hour.look,
    "release.copies": promising.promise_deliveries,
    "release.lifted": lifting.publish_lifted,
    "releases.watch": releases.watch_all,
    "bounces.read": bounces.read_returned,
    "passkeys.pin": pinning.pin,
    "copy.seal": copies.seal_copy,
    "heartbeat.round": heartbeats.beat_all,
    "heartbeat.seal": heartbeats.seal_heartbeat,
    "mail.seal": mails.seal_mail,
    "drill.copy": drilling.copy_drill,
    "drill.mail": drilling.mail_drill,
    "reminders.look": sending.look,
    "reminder.mail": sending.mail_reminder,
}

NIGHTLY = (watching.NIGHT, releases.NIGHT, hub_key.NIGHT, clients.NIGHT, unsaved.NIGHT)


class Worker:
    """A process that does what is due until it is told to stop, `jobs` at a time."""

    def __init__(self, hub: Instance, *, jobs: int = 1) -> None:
        self.hub = hub
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
        self.lanes = Lanes(hub, HANDLERS, worker=self.name, number=jobs)

    def stop(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002 - what `signal` hands in
        """Finish what was begun and stop."""
        self.lanes.stopping = True

    def run(self) -> None:
        """Work until SIGTERM or SIGINT."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        log.info("worker started", extra={"worker": self.name})
        sweep()
        self._promise_rounds(now=self.hub.clock())
        self.lanes.run()
        config = self.hub.config
        stop_agent(config.signing_home, gpg=config.gpg)

    def _promise_rounds(self, *, now: datetime) -> None:
        """Promise what comes again and again for this stretch of time; what is promised already stays."""
        config = self.hub.config
        rounds = dict.fromkeys(NIGHTLY, outbox.DAY) | {
            heartbeats.ROUND: timedelta(hours=config.heartbeat_hours),
            sending.LOOK: sending.EVERY,
        }
        with self.hub.db.transaction() as session:
            for kind, every in rounds.items():
                outbox.promise_round(session, kind, every=every, at=now, now=now)
            bounces.promise_round(session, config.bounces, now=now)

    def work_one(self) -> bool:
        """Do one due job; tell whether there was one."""
        return self.lanes.work_one()
