"""The worker: does what was promised in the outbox. HANDLERS names who does what; it alone can sign."""

import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import FrameType

from sqlalchemy.exc import OperationalError

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
from feeds.destructions import letters as destruction_letters
from feeds.incidents import letters as incident_letters
from feeds.operation import letters as operation_letters
from feeds.problems import letters as problem_letters
from feeds.questions import letters as question_letters
from feeds.reminders import letters as reminder_letters
from feeds.reminders import sending
from feeds.signers import letters as signer_letters
from feeds.signers import pinning
from feeds.surveys import letters as survey_letters
from hub.accounts import letters as account_letters
from hub.accounts.staff import letters as staff_letters
from hub.core import forgetting, outbox
from hub.core.instance import Instance
from hub.core.lanes import OUTAGE_PAUSE, Handler, Lanes
from hub.core.letters import Letters, compose
from hub.retention import letters as retention_letters
from hub.retention import looking
from hub.trail import chaining, heads
from hub.trail import letters as trail_letters
from keys.homes import stop_agent, sweep
from nda.agreements import letters as agreement_letters
from nda.agreements import watching as agreements
from sectors.applications import letters as application_letters
from sectors.certificates import hub_key, watching
from sectors.certificates import letters as certificate_letters
from sectors.filling import watching as application_watching
from sectors.openings import letters as opening_letters
from sectors.telephones import letters as telephone_letters
from sectors.upkeep import letters as upkeep_letters
from sectors.upkeep import watching as upkeep

log = logging.getLogger(__name__)

LETTERS: Letters = {
    **account_letters.LETTERS,
    **staff_letters.LETTERS,
    **application_letters.LETTERS,
    **agreement_letters.LETTERS,
    **certificate_letters.LETTERS,
    **telephone_letters.LETTERS,
    **opening_letters.LETTERS,
    **upkeep_letters.LETTERS,
    **advisory_letters.LETTERS,
    **delivery_letters.LETTERS,
    **signer_letters.LETTERS,
    **question_letters.LETTERS,
    **incident_letters.LETTERS,
    **reminder_letters.LETTERS,
    **collection_letters.LETTERS,
    **trail_letters.LETTERS,
    **destruction_letters.LETTERS,
    **problem_letters.LETTERS,
    **operation_letters.LETTERS,
    **survey_letters.LETTERS,
    **retention_letters.LETTERS,
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
    "agreement.take-over": agreement_letters.take_over,
    agreements.NIGHT: agreements.watch,
    "certificate.challenge": challenges.send_challenge,
    "certificates.watch": watching.watch_all,
    "certificate.ended": watching.tell_ended,
    "certificate.expiring": watching.tell_expiring,
    "certificate.usable": resuming.resume,
    "hub-key.watch": hub_key.watch,
    "staff.count": staff_letters.count,
    "applications.watch": application_watching.watch,
    "telephone.count": telephone_letters.count,
    "opening.count": opening_letters.count,
    upkeep.NIGHT: upkeep.watch,
    "operation.begun": operation_letters.begun,
    operation_letters.NIGHT: operation_letters.watch,
    "destruction.request": destruction_letters.request,
    destruction_letters.NIGHT: destruction_letters.watch,
    survey_letters.NIGHT: survey_letters.watch,
    "clients.watch": clients.watch,
    "client.elsewhere": clients.tell_elsewhere,
    "drafts.sweep": unsaved.sweep,
    forgetting.NIGHT: forgetting.forget,
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
    chaining.ROUND: chaining.chain,
    heads.NIGHT: heads.sign,
    heads.MAIL: heads.mail,
    looking.NIGHT: looking.look,
}

NIGHTLY = (
    watching.NIGHT,
    application_watching.NIGHT,
    releases.NIGHT,
    hub_key.NIGHT,
    clients.NIGHT,
    unsaved.NIGHT,
    heads.NIGHT,
    agreements.NIGHT,
    upkeep.NIGHT,
    operation_letters.NIGHT,
    destruction_letters.NIGHT,
    survey_letters.NIGHT,
    forgetting.NIGHT,
    looking.NIGHT,
)


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
        while not (self.lanes.stopping or self._rounds_are_promised()):
            time.sleep(OUTAGE_PAUSE)
        self.lanes.run()
        config = self.hub.config
        stop_agent(config.signing_home, gpg=config.gpg)

    def _rounds_are_promised(self) -> bool:
        try:
            self._promise_rounds(now=self.hub.clock())
        except OperationalError as error:
            log.error("the database does not answer", exc_info=error)  # noqa: TRY400 - the trace is in exc_info
            return False
        return True

    def _promise_rounds(self, *, now: datetime) -> None:
        """Promise what comes again and again for this stretch of time; what is promised already stays."""
        config = self.hub.config
        rounds = dict.fromkeys(NIGHTLY, outbox.DAY) | {
            heartbeats.ROUND: timedelta(hours=config.heartbeat_hours),
            sending.LOOK: sending.EVERY,
            chaining.ROUND: chaining.EVERY,
        }
        with self.hub.db.transaction() as session:
            for kind, every in rounds.items():
                outbox.promise_round(session, kind, every=every, at=now, now=now)
            bounces.promise_round(session, config.bounces, now=now)

    def work_one(self) -> bool:
        """Do one due job; tell whether there was one."""
        return self.lanes.work_one()
